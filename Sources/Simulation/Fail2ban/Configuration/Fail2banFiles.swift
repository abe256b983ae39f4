/// The configuration that the host's fail2ban comes with. The files are our own; the options are those of
/// `jail.conf(5)`, with Debian's values.
enum Fail2banFiles {
  static let log = "/var/log/fail2ban.log"

  /// Texts by path.
  static let shipped: [String: String] = [
    "/etc/fail2ban/jail.conf": jails, "/etc/fail2ban/jail.d/defaults-debian.conf": "[sshd]\nenabled = true\n",
    "/etc/fail2ban/filter.d/common.conf": common, "/etc/fail2ban/filter.d/sshd.conf": sshd,
    "/etc/fail2ban/filter.d/portscan.conf": portscan, "/etc/fail2ban/filter.d/stray-reset.conf": strayReset,
    "/var/log/auth.log": "", log: "",
  ]

  private static let jails = """
    # Settings of all jails. Do not edit: say what differs in jail.local, or in a file in jail.d.

    [DEFAULT]

    # Who is never banned: addresses and networks, separated by spaces. The host itself is in any case.
    ignoreself = true
    ignoreip =

    # maxretry failures within findtime ban an address for bantime.
    bantime  = 10m
    findtime = 10m
    maxretry = 5
    maxmatches = %(maxretry)s

    backend = auto
    usedns  = warn
    logencoding = auto
    enabled = false
    mode    = normal
    filter  = %(__name__)s[mode=%(mode)s]

    # What a ban is: a rule in a chain f2b-NAME, for these ports.
    port     = 0:65535
    protocol = tcp
    chain    = <known/chain>
    banaction = iptables-multiport
    banaction_allports = iptables-allports
    action_ = %(banaction)s[port="%(port)s", protocol="%(protocol)s", chain="%(chain)s"]
    action  = %(action_)s

    # Logins that failed.
    [sshd]
    port    = ssh
    logpath = /var/log/auth.log

    # Packets that a rule with LOG has told of on their way in.
    [portscan]
    logpath   = /var/log/kern.log
    banaction = %(banaction_allports)s

    # The RSTs that this host sends and a rule of OUTPUT has logged: who made us send them?
    [stray-reset]
    logpath   = /var/log/kern.log
    banaction = %(banaction_allports)s

    """

  private static let common = #"""
    # Parts for other filters: [INCLUDES] before = common.conf

    [DEFAULT]

    # The program that writes; a filter says which.
    _daemon = \S*

    # What stands between the time and the message: the host's name, then the program or the kernel with its clock.
    __prefix_line = \s*(?:\S+\s+)?(?:kernel:\s+\[\s*\d+\.\d+\]\s+|<_daemon>(?:\[\d+\])?:\s+)

    """#

  private static let sshd = #"""
    # Logins at sshd that failed.

    [INCLUDES]
    before = common.conf

    [Definition]
    _daemon = sshd(?:-session)?

    failregex = ^%(__prefix_line)sFailed \S+ for (?:invalid user )?<F-USER>.*?</F-USER> from <HOST> port \d+
                ^%(__prefix_line)sInvalid user <F-USER>.*?</F-USER> from <HOST>(?: port \d+)?\s*$
                ^%(__prefix_line)s(?:error: )?PAM: Authentication failure for <F-USER>.*?</F-USER> from <HOST>
                ^%(__prefix_line)sConnection (?:closed|reset) by authenticating user <F-USER>.*?</F-USER> <HOST> port \d+ \[preauth\]\s*$
                ^%(__prefix_line)sUser <F-USER>.*?</F-USER> from <HOST> not allowed because

    ignoreregex =

    """#

  private static let portscan = #"""
    # Lines of LOG for packets that came in and were for this host.

    [INCLUDES]
    before = common.conf

    [Definition]
    failregex = ^%(__prefix_line)s.*?IN=\S+ OUT= (?:MAC=\S* )?SRC=<ADDR> DST=

    ignoreregex =

    """#

  private static let strayReset = #"""
    # Lines of LOG for a RST that this host sends, as to a SYN/ACK nobody asked for.

    [INCLUDES]
    before = common.conf

    [Definition]
    failregex = ^%(__prefix_line)s.*?IN= OUT=\S+ SRC=\S+ DST=<ADDR> .*\bPROTO=TCP .*\bRST\b

    ignoreregex =

    """#
}
