import Testing

/// Recorded runs of Linux 6.18; `Resources/kernel` holds each case beside what the kernel did with it.
@Suite("the kernel is the judge")
struct KernelTruthTests {
  @Test("each scenario made by hand goes as it went in the kernel", arguments: try KernelCase.recorded("scenarios"))
  func scenario(_ recorded: KernelCase) throws {
    #expect(try recorded.differences() == [])
  }

  @Test("each corner where we once went wrong goes as in the kernel", arguments: try KernelCase.recorded("corners"))
  func corner(_ recorded: KernelCase) throws {
    #expect(try recorded.differences() == [])
  }

  @Test("random rulesets and packets go as they went in the kernel")
  func randomCases() throws {
    for recorded in try KernelCase.recorded("random") {
      let differences = try recorded.differences()
      #expect(differences == [], "\(recorded.case.name)")
    }
  }

  @Test(
    "rules of the rarer matches and targets go as they went in the kernel",
    arguments: try KernelCase.recorded("extensions"))
  func extensions(_ recorded: KernelCase) throws {
    #expect(try recorded.differences() == [])
  }

  @Test("what time makes the host send goes as in the kernel", arguments: try KernelCase.recorded("timed"))
  func timed(_ recorded: KernelCase) throws {
    #expect(try recorded.differences() == [])
  }

  @Test("what helpers read and expect is what the kernel's do", arguments: try KernelCase.recorded("helpers"))
  func helpers(_ recorded: KernelCase) throws {
    let differences = try recorded.differences()
    #expect(differences == [], "\(differences.joined(separator: "; "))")
  }

  @Test("connections to services go as in the kernel", arguments: try KernelCase.recorded("services"))
  func services(_ recorded: KernelCase) throws {
    #expect(try recorded.differences() == [])
  }
}
