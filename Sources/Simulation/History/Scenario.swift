import Capture
import Netfilter

/// Everything a walk depends on: rules, captured packets and the host they meet.
package struct Scenario: Sendable {
  package var ruleset: Ruleset
  package var packets: [CapturedPacket]
  package var host: HostDescription
  /// What it was made from.
  package let content: ContentHash

  package init(ruleset: Ruleset, packets: [CapturedPacket], host: HostDescription, content: ContentHash) {
    self.ruleset = ruleset
    self.packets = packets
    self.host = host
    self.content = content
  }

  /// The same packets and host under other rules: what-if.
  package func with(_ ruleset: Ruleset) -> Scenario {
    Scenario(ruleset: ruleset, packets: packets, host: host, content: content)
  }
}
