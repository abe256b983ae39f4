import Testing

@Suite("the kernel is the judge")
struct KernelTruthTests {
  @Test("an unsolicited SYN/ACK goes as it went in the kernel", arguments: ["01-synack-reject", "04-limit-burst"])
  func scenario(_ name: String) throws {
    let recorded = try #require(KernelCase.recorded("scenarios").first { $0.case.name == name })
    #expect(try recorded.differences() == [])
  }
}
