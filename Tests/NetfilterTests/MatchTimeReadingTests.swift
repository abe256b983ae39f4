import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m time") struct MatchTimeReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase(
        "-m time --timestart 01:02 --timestop 04:05",
        saved: "-m time --timestart 01:02:00 --timestop 04:05:00 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --timestart 01:02:03 --timestop 04:05:06 --datestop 2020-12-31T23:59:59 --monthdays 1,2,3 --weekdays Mon,Fri",
        saved:
          "-m time --timestart 01:02:03 --timestop 04:05:06 --monthdays 1,2,3 --weekdays Mon,Fri --datestop 2020-12-31T23:59:59"
      ),
      RuleCase("-m time --timestart 25:00", refusedAt: 2),
      RuleCase(
        "-m time --timestart 1:2:3",
        saved: "-m time --timestart 01:02:03 --timestop 23:59:59 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --timestart 1", refusedAt: 2),
      RuleCase("-m time --timestart 1:60", refusedAt: 2),
      RuleCase("-m time --timestart 1:00:60", refusedAt: 2),
      RuleCase("-m time --timestop 23:59:59", saved: "-m time --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --timestop 00:00",
        saved: "-m time --timestart 00:00:00 --timestop 00:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --timestart 01:00 --contiguous", refusedAt: 2),
      RuleCase(
        "-m time --timestart 23:00 --timestop 01:00 --contiguous",
        saved: "-m time --timestart 23:00:00 --timestop 01:00:00 --datestop 2038-01-19T03:14:07 --contiguous"),
      RuleCase(
        "-m time --timestart 23:00 --timestop 01:00",
        saved: "-m time --timestart 23:00:00 --timestop 01:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --timestart 01:00 --timestop 02:00 --contiguous", refusedAt: 2),
      RuleCase("-m time --weekdays Mon", saved: "-m time --weekdays Mon --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays Mo", saved: "-m time --weekdays Mon --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays monday", refusedAt: 2),
      RuleCase("-m time --weekdays 1", saved: "-m time --weekdays Mon --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays 7", saved: "-m time --weekdays Sun --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays 0", refusedAt: 2),
      RuleCase("-m time --weekdays 8", saved: "-m time --weekdays  --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time ! --weekdays Mon,Tue", saved: "-m time --weekdays Wed,Thu,Fri,Sat,Sun --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays Mon,Tue,Wed,Thu,Fri,Sat,Sun", saved: "-m time --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time ! --weekdays Mon,Tue,Wed,Thu,Fri,Sat,Sun", saved: "-m time --weekdays  --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays Xyz", refusedAt: 2),
      RuleCase("-m time --weekdays Th", saved: "-m time --weekdays Thu --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays T", refusedAt: 2),
      RuleCase("-m time --weekdays \"\"", saved: "-m time --weekdays  --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays 1", saved: "-m time --monthdays 1 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays 31", saved: "-m time --monthdays 31 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays 32", refusedAt: 2),
      RuleCase("-m time --monthdays 0", saved: "-m time --monthdays  --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays 1st,2nd", refusedAt: 2),
      RuleCase("-m time --monthdays 3,1,2", saved: "-m time --monthdays 1,2,3 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time ! --monthdays 1,2",
        saved:
          "-m time --monthdays 3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31 --datestop 2038-01-19T03:14:07"
      ),
      RuleCase("-m time --monthdays 1-5", refusedAt: 2),
      RuleCase(
        "-m time --datestart 2020", saved: "-m time --datestart 2020-01-01T00:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --datestart 2020-02", saved: "-m time --datestart 2020-02-01T00:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --datestart 2020-02-30",
        saved: "-m time --datestart 2020-03-01T00:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --datestart 2020-02-03T04",
        saved: "-m time --datestart 2020-02-03T04:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --datestart 2020-02-03T04:05",
        saved: "-m time --datestart 2020-02-03T04:05:00 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --datestart 2020-02-03T04:05:06",
        saved: "-m time --datestart 2020-02-03T04:05:06 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --datestart 2020-02-03T",
        saved: "-m time --datestart 2020-02-03T00:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --datestart 1969", refusedAt: 2),
      RuleCase("-m time --datestart 1970", saved: "-m time --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --datestart 2038", saved: "-m time --datestart 2038-01-01T00:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --datestart 2039", refusedAt: 2),
      RuleCase("-m time --datestop 2037-12-31", saved: "-m time --datestop 2037-12-31T00:00:00"),
      RuleCase("-m time --datestart 2020-13", refusedAt: 2),
      RuleCase("-m time --datestart 2020-01-01T24:00:00", refusedAt: 2),
      RuleCase("-m time --datestart 2020-01-01T23:59:60", refusedAt: 2),
      RuleCase("-m time --datestart foo", refusedAt: 2),
      RuleCase(
        "-m time --datestart 2021 --datestop 2020",
        saved: "-m time --datestart 2021-01-01T00:00:00 --datestop 2020-01-01T00:00:00"),
      RuleCase("-m time --kerneltz", saved: "-m time --datestop 2038-01-19T03:14:07 --kerneltz"),
      RuleCase("-m time --localtz", saved: "-m time --datestop 2038-01-19T03:14:07 --kerneltz"),
      RuleCase("-m time --utc", saved: "-m time --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --localtz --utc", refusedAt: 2),
      RuleCase("-m time --kerneltz --utc", refusedAt: 2),
      RuleCase(
        "-m time --kerneltz --timestart 10:00 --timestop 12:00 --weekdays Sat,Sun",
        saved:
          "-m time --timestart 10:00:00 --timestop 12:00:00 --weekdays Sat,Sun --datestop 2038-01-19T03:14:07 --kerneltz"
      ),
      RuleCase("-m time", saved: "-m time --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --timestart 01:00 --datestart 2020-02-03T04:05:06 --datestop 2030-02-03",
        saved:
          "-m time --timestart 01:00:00 --timestop 23:59:59 --datestart 2020-02-03T04:05:06 --datestop 2030-02-03T00:00:00"
      ),
      RuleCase(
        "-m time --monthdays 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31",
        saved: "-m time --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays 1,,2", saved: "-m time --monthdays 1,2 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays Mon,,Tue", refusedAt: 2),
      RuleCase("-m time --timestart 00:00 --timestop 23:59:59", saved: "-m time --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time ! --timestart 1:00", refusedAt: 2),
      RuleCase(
        "-m time --timestart \" 1:00\"",
        saved: "-m time --timestart 01:00:00 --timestop 23:59:59 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --timestart 01:02:03:04", refusedAt: 2),
      RuleCase("-m time --datestart \"2020-02-03 04:05:06\"", refusedAt: 2),
      RuleCase(
        "-m time --timestart 1: --timestop 2:3",
        saved: "-m time --timestart 01:00:00 --timestop 02:03:00 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --timestart :30",
        saved: "-m time --timestart 00:30:00 --timestop 23:59:59 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --timestart 1:2:",
        saved: "-m time --timestart 01:02:00 --timestop 23:59:59 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --timestart :", saved: "-m time --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --timestart +1:00",
        saved: "-m time --timestart 01:00:00 --timestop 23:59:59 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --timestart -0:00", saved: "-m time --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --timestart 001:002",
        saved: "-m time --timestart 01:02:00 --timestop 23:59:59 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --timestart 1:00 --timestop 1:00 --contiguous",
        saved: "-m time --timestart 01:00:00 --timestop 01:00:00 --datestop 2038-01-19T03:14:07 --contiguous"),
      RuleCase(
        "-m time --timestart 2:00 --timestop 1:00 --contiguous --kerneltz",
        saved: "-m time --timestart 02:00:00 --timestop 01:00:00 --datestop 2038-01-19T03:14:07 --kerneltz --contiguous"
      ),
      RuleCase("-m time --contiguous", refusedAt: 2),
      RuleCase(
        "-m time --datestart 2020-0", saved: "-m time --datestart 2019-12-01T00:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --datestart 2020-02-0", saved: "-m time --datestart 2020-01-31T00:00:00 --datestop 2038-01-19T03:14:07"
      ),
      RuleCase(
        "-m time --datestart 2020-02-", saved: "-m time --datestart 2020-01-31T00:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time --datestart 2020-", saved: "-m time --datestart 2019-12-01T00:00:00 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --datestop 2038-12-31", saved: "-m time --datestop 2038-12-31T00:00:00"),
      RuleCase("-m time --datestop 2038-01-19T03:14:08"),
      RuleCase("-m time --datestop 2038-01-19T03:14:06"),
      RuleCase("-m time --datestart \"\"", refusedAt: 2),
      RuleCase(
        "-m time --datestart 2020-02-31T23:59:59",
        saved: "-m time --datestart 2020-03-02T23:59:59 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays Mon,", saved: "-m time --weekdays Mon --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays ,Mon", refusedAt: 2),
      RuleCase("-m time --weekdays Mondayx", saved: "-m time --weekdays Mon --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays Mox", saved: "-m time --weekdays Mon --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays mo", refusedAt: 2),
      RuleCase("-m time --weekdays Mon,Monday", saved: "-m time --weekdays Mon --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays 3Mon", refusedAt: 2),
      RuleCase("-m time --weekdays 10", saved: "-m time --weekdays  --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays 34", saved: "-m time --weekdays Tue --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays 1,2,3", saved: "-m time --weekdays Mon,Tue,Wed --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --weekdays \"Mon Tue\"", saved: "-m time --weekdays Mon --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays ,1", saved: "-m time --monthdays 1 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays x", refusedAt: 2),
      RuleCase("-m time --monthdays 1,", saved: "-m time --monthdays 1 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays \"\"", saved: "-m time --monthdays  --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays 0,1", saved: "-m time --monthdays 1 --datestop 2038-01-19T03:14:07"),
      RuleCase(
        "-m time ! --monthdays 31",
        saved:
          "-m time --monthdays 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30 --datestop 2038-01-19T03:14:07"
      ),
      RuleCase("-m time --monthdays 01,002", saved: "-m time --monthdays 1 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --monthdays 255", saved: "-m time --monthdays 25 --datestop 2038-01-19T03:14:07"),
      RuleCase("-m time --kerneltz --localtz", saved: "-m time --datestop 2038-01-19T03:14:07 --kerneltz"),
      RuleCase("-m time --monthdays \" 1\"", saved: "-m time --monthdays 1 --datestop 2038-01-19T03:14:07"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
