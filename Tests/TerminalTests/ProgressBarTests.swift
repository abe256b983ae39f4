import Testing

@testable import Terminal

@Suite("how far work has come")
struct ProgressBarTests {
  @Test(
    "share, count and what is left",
    arguments: [
      (0.5, 10.0, "[###############---------------]  50%  7 packets, 10 s left"),
      (1.0, 10.0, "[##############################] 100%  7 packets"),
      (2.0, 10.0, "[##############################] 100%  7 packets"),
    ])
  func line(share: Double, seconds: Double, wanted: String) {
    #expect(ProgressBar.line("packets", 7, share, seconds: seconds) == wanted)
  }

  @Test("of a pipe only the count is known")
  func pipe() { #expect(ProgressBar.line("packets", 7, nil, seconds: 3) == "7 packets") }
}
