import Testing

@testable import Simulation

/// Expected values are what bash 5.2 does with the same lines.
@Suite struct ShellScriptTests {
  private func shell(_ files: [String: String] = [:]) -> Shell {
    Shell(SimulatedHost(HostDescription(), .init()), files: MemoryFiles(files))
  }

  @Test(
    "words are split as bash splits them",
    arguments: [
      ("echo a  b", "a b\n"), ("echo 'a  b'", "a  b\n"), ("echo \"a  b\"", "a  b\n"), ("echo a\\ \\ b", "a  b\n"),
      ("echo a'b'\"c\"d", "abcd\n"), ("echo ''", "\n"), ("echo \"it's\"", "it's\n"),
      ("echo \"a\\\"b\\n\"", "a\"b\\n\n"),
      ("echo a # b", "a\n"), ("echo a#b", "a#b\n"), ("echo -n a", "a"), ("echo 2 a2", "2 a2\n"), ("sudo echo a", "a\n"),
      ("echo '*filter'", "*filter\n"), ("printf 'a%sb\\n' x", "axb\n"), ("echo '$HOME'", "$HOME\n"), ("echo $", "$\n"),
    ])
  func words(_ line: String, _ output: String) {
    #expect(shell().run(line).output == output)
  }

  @Test(
    "programs are joined as bash joins them",
    arguments: [
      ("echo a; echo b", "a\nb\n"), ("echo a && echo b", "a\nb\n"), ("nosuch && echo b", ""),
      ("nosuch || echo b", "b\n"),
      ("echo a | cat", "a\n"), ("printf 'a\\nb\\nc\\n' | grep -v b | tail -1", "c\n"),
      ("printf 'a\\nb\\n' | wc -l", "2\n"),
      ("printf 'a\\nb\\nc\\n' | head -n 2", "a\nb\n"), ("printf 'x.y\\nxzy\\n' | grep 'x.y'", "x.y\nxzy\n"),
      ("printf 'x.y\\nxzy\\n' | grep -F x.y", "x.y\n"), ("printf 'a+b\\naab\\n' | grep 'a+b'", "a+b\n"),
      ("printf 'a+b\\naab\\n' | grep -E 'a+b'", "aab\n"), ("printf 'A\\n' | grep -ic a", "1\n"),
      ("echo a > f; echo b >> f; cat f", "a\nb\n"), ("cat < given", "text\n"),
      ("nosuch 2> e; cat e", "bash: nosuch: command not found\n"),
      ("nosuch 2>&1 | cat", "bash: nosuch: command not found\n"), ("echo a > /dev/null", ""),
      ("cat given nosuch", "text\n"),
      ("echo a\necho b", "a\nb\n"), ("echo a\n\n# c\necho b\n", "a\nb\n"), ("echo a |\ncat", "a\n"),
      ("nosuch ||\n echo b", "b\n"), ("echo 'a\nb'", "a\nb\n"), ("echo a \\\n b", "a b\n"),
      ("cat <<EOF\na  b\n# c\nEOF\necho d", "a  b\n# c\nd\n"), ("cat <<'E F'\n$x `y` \\d\nE F", "$x `y` \\d\n"),
      ("cat <<EOF\n\\$x \\d \\\\ $\nEOF", "$x \\d \\ $\n"), ("cat <<-E\n\ta\n\tE\necho b", "a\nb\n"),
      ("cat <<A; cat <<B\n1\nA\n2\nB", "1\n2\n"), ("cat > f <<E\nx\nE\ncat f f", "x\nx\n"),
      ("cat <<E | grep b\na\nb\nE", "b\n"), ("cat <<< 'a b'", "a b\n"), ("cat <<E\na", "a\n"),
      ("cat <<E && echo c\nE", "c\n"),
      ("echo a | tee f | cat; cat f", "a\na\n"), ("echo b | tee -a given > /dev/null; cat given", "text\nb\n"),
      ("echo a > /etc/x/y; echo b | tee -a /etc/x/y; ls /etc/x; rm /etc/x/y; ls /etc/x; cat /etc/x/y", "b\ny\n"),
      ("ls /etc/fail2ban/filter.d", "common.conf\nportscan.conf\nsshd.conf\nstray-reset.conf\n"),
      ("rm /etc/fail2ban/jail.d/defaults-debian.conf; ls /etc/fail2ban", "filter.d\njail.conf\n"),
      ("echo '<<E'", "<<E\n"), ("cat ./given", "text\n"),
    ])
  func joints(_ line: String, _ output: String) {
    #expect(shell(["given": "text\n"]).run(line).output == output)
  }

  @Test(
    "what cannot be run says why, with bash's status",
    arguments: [
      ("nosuch", "bash: nosuch: command not found\n", Int32(127)),
      ("echo 'a", "bash: unexpected EOF while looking for matching `''\n", 2),
      ("echo a |", "bash: syntax error near unexpected token `newline'\n", 2),
      ("cat nosuch", "cat: nosuch: No such file or directory\n", 1),
      ("cat < nosuch", "bash: nosuch: No such file or directory\n", 1),
      ("cat <<", "bash: syntax error near unexpected token `newline'\n", 2),
      ("cat <<E\n$x\nE", "not modelled: the shell's expansions (`$`); write <<'EOF' to keep the text as it is\n", 2),
      ("echo a &&\n", "bash: syntax error: unexpected end of file\n", 2),
      ("rm given", "not modelled: rm given: only the host's own files are removed\n", 2),
      ("rm /etc/nosuch", "rm: cannot remove '/etc/nosuch': No such file or directory\n", 1),
      ("ls /etc/nosuch", "ls: cannot access '/etc/nosuch': No such file or directory\n", 2),
      ("echo >", "bash: syntax error near unexpected token `newline'\n", 2),
    ])
  func failures(_ line: String, _ error: String, _ status: Int32) {
    let result = shell().run(line)
    #expect(result.errorOutput == error)
    #expect(result.status == status)
  }

  @Test(
    "the calendar is the one of GNU date",
    arguments: [
      (0, "Thu Jan  1 00:00:00 1970"), (1_408_016_917, "Thu Aug 14 11:48:37 2014"),
      (951_782_400, "Tue Feb 29 00:00:00 2000"),
      (1_704_067_199, "Sun Dec 31 23:59:59 2023"), (4_107_542_400, "Mon Mar  1 00:00:00 2100"),
      (-1, "Wed Dec 31 23:59:59 1969"),
    ])
  func calendar(_ seconds: Int64, _ text: String) {
    #expect(CalendarTime(nanoseconds: seconds * 1_000_000_000).ctime == text)
  }

  @Test(
    "a line that is not whole asks for more",
    arguments: [
      ("echo a", false), ("echo 'a", true), ("echo \"a", true), ("echo 'a\n'", false), ("cat <<E", true),
      ("cat <<E\na", true), ("cat <<E\na\nE", false), ("cat <<E\na\nE\n", false), ("echo a |", true),
      ("echo a &&", true),
      ("echo a \\", true), ("echo a \\\\", false), ("echo a;", false), ("", false), ("it's 4", false),
      ("sudo cat <<E", true), ("cat <<'E F'\nE F", false),
    ])
  func wantsMore(_ text: String, _ wants: Bool) {
    #expect(Shell.wantsMore(text) == wants)
  }
}
