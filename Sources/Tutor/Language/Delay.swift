/// A time until something, as people say it: rounded up, in the largest unit that it then fills.
struct Delay: Equatable {
  enum Unit: String { case minute, hour, day }
  let count: Int64
  let unit: Unit

  init(seconds: Int64) {
    let minutes = max(1, (seconds + 59) / 60)
    let hours = (minutes + 59) / 60
    (count, unit) =
      minutes < 60 ? (minutes, .minute) : hours < 24 ? (hours, .hour) : ((hours + 23) / 24, .day)
  }
}
