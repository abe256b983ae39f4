import Netfilter
import Simulation
import Testing
import Wire

@testable import Tutor

@Suite("A history of the incident")
struct HistoryTests {
  @Test(
    "SHA-256 gives the digests of FIPS 180-4's examples and of sha256sum",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func digest(text: String, expected: String) { #expect(SHA256.digest(text.utf8).hex == expected) }

  @Test("SHA-256 gives FIPS 180-4's digest of a million times the letter a")
  func longDigest() {
    let digest = SHA256.digest(repeatElement(UInt8(ascii: "a"), count: 1_000_000)).hex
    #expect(digest == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("every field of both headers is a step, in the order of the bytes, then the walk")
  func stepsInOrder() throws {
    let history = History(try Package.incidentScenario())
    let steps = history.steps(0)
    var last = 0
    var fields: [String] = []
    for step in steps {
      guard case .field(let layer, let field, _, _) = step.content else { continue }
      #expect(field.bits.lowerBound >= last)
      last = field.bits.lowerBound
      fields.append("\(layer.protocolName).\(field.name)")
    }
    #expect(fields.first == "ipv4.version")
    for name in ["ipv4.flags", "ipv4.header_checksum", "tcp.destination_port", "tcp.flags", "tcp.urgent_pointer"] {
      #expect(fields.contains(name), "\(name)")
    }
    // A flag is part of its byte's step, not a step of its own.
    #expect(!fields.contains("tcp.syn"))
    let lastField = try #require(steps.lastIndex { if case .field = $0.content { true } else { false } })
    let firstHook = try #require(steps.firstIndex { if case .hook = $0.content { true } else { false } })
    #expect(lastField < firstHook)
  }

  @Test("each comparison marks the bytes that it read, counted from the first byte shown")
  func marks() throws {
    let history = History(try Package.incidentScenario())
    let step = try #require(
      history.steps(0).first {
        if case .comparison(let visit, let index) = $0.content {
          visit.comparisons[index].option == "--dport"
        } else {
          false
        }
      })
    #expect(step.marks.current == [22..<24])
    #expect(step.marks.read == [9..<10])
    #expect(step.place == Step.Place(hook: .input, table: .filter, chain: "INPUT", rule: 3))
  }

  @Test("positions lead on to the end and back to the beginning")
  func thereAndBack() throws {
    let history = History(try Package.incidentScenario())
    var forwards = [Position(packet: 0, step: 0)]
    while let last = forwards.last, let next = history.position(after: last) { forwards.append(next) }
    var backwards = [try #require(forwards.last)]
    while let last = backwards.last, let before = history.position(before: last) { backwards.append(before) }
    #expect(forwards == backwards.reversed())
    #expect(forwards.last?.packet == 1)
  }

  @Test("the incident's second packet is confirmed as the first one's answer")
  func confirmed() throws {
    let history = History(try Package.incidentScenario())
    let step = try #require(history.steps(1).first { if case .confirms = $0.content { true } else { false } })
    guard case .confirms(let origin, let walk) = step.content else { return }
    #expect(origin == 1)
    #expect(walk.log.map { $0.text.hasPrefix("UNKNOWN_OUTGOING: IN= OUT=ifext ") } == [true])
  }
}
