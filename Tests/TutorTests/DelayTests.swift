import Testing

@testable import Tutor

@Suite("a time until something")
struct DelayTests {
  @Test(
    "is rounded up, and a second less than a day is a day",
    arguments: [
      (0, 1, .minute), (1, 1, .minute), (61, 2, .minute), (3_540, 59, .minute), (3_541, 1, .hour), (3_600, 1, .hour),
      (3_601, 2, .hour), (82_800, 23, .hour), (86_399, 1, .day), (86_400, 1, .day), (86_401, 2, .day),
    ] as [(Int64, Int64, Delay.Unit)])
  func rounds(_ seconds: Int64, _ count: Int64, _ unit: Delay.Unit) {
    let delay = Delay(seconds: seconds)
    #expect(delay.count == count)
    #expect(delay.unit == unit)
  }
}
