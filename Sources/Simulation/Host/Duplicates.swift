import Netfilter
import Wire

// `net/ipv4/netfilter/nf_dup_ipv4.c`, and the queue of what comes by `lo` (`process_backlog` in `net/core/dev.c`).
extension SimulatedHost {
  package func sendDuplicate(_ copy: SocketBuffer, of packet: SocketBuffer) {
    guard let route = copy.route else { return }
    note(copy.walk, causedBy: packet.walk)
    setOut(copy, by: route)
  }

  package func tableEnded() {
    if isSending { takeBacklog() }
  }

  /// What has left by `lo` meanwhile comes in by it.
  func takeBacklog() {
    guard !backlog.isEmpty else { return }
    let wasSending = isSending
    isSending = false
    defer { isSending = wasSending }
    while let packet = backlog.popFirst() { loopBack(packet) }
  }

  /// A packet comes in, or a program or a timer sends one, and all that comes of it at once.
  func handle(fromProgram isSending: Bool = false, _ work: () -> Void) {
    self.isSending = isSending
    work()
    self.isSending = false
    takeBacklog()
  }
}
