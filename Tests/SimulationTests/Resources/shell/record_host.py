#!/usr/bin/env python3
"""Runs sessions of host commands on a Linux host in a network namespace of its own, with a second host at the other end
of its one link, and prints what the real programs answered, one JSON object a session.

    python3 record_host.py < host.sessions > host.jsonl        (as root)

A session begins with a line `# name`, which a line `@ {...}` may follow: the host's `interface`, `address` and `outside`
address, what it `listen`s on. Every other line is a command for sh. `hping3` runs on the outside host, all else on the
host. `conntrack -E` and `tcpdump` that listens are started before the first command and interrupted where they stand in
the session, so that they answer what has happened by then. `TAG` becomes a word of this run's own and is put back: the
kernel's log is one for the whole machine.
"""
import ctypes, fcntl, json, os, random, re, shutil, signal, socket, struct, subprocess, sys, tempfile, time

DEFAULTS = {"interface": "eth0", "address": "192.0.2.2/24", "outside": "192.0.2.7", "listen": ["tcp/22", "udp/123"]}
HOST_MAC, OUTSIDE_MAC = "52:54:00:12:34:56", "52:54:00:ab:cd:ef"

tools = tempfile.mkdtemp()
for program in ("iptables", "iptables-save", "iptables-restore", "ip6tables"):
    os.symlink("/usr/sbin/xtables-legacy-multi", os.path.join(tools, program))
PATH = tools + ":/usr/local/sbin:/usr/sbin:/sbin:" + os.environ["PATH"]
environment = dict(os.environ, PATH=PATH, LC_ALL="C", TZ="UTC")


def system(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def build(host, outside, about):
    """Two namespaces and the link between them; names are what the files say, for nobody answers for DNS there."""
    for name in (host, outside):
        os.makedirs(f"/etc/netns/{name}", exist_ok=True)
        with open(f"/etc/netns/{name}/nsswitch.conf", "w") as file:
            file.write("".join(f"{kind}: files\n" for kind in ("hosts", "networks", "protocols", "services", "passwd")))
        system("ip", "netns", "add", name)
        for kind in ("all", "default"):
            system("ip", "netns", "exec", name, "sysctl", "-qw", f"net.ipv6.conf.{kind}.disable_ipv6=1")
        system("ip", "-n", name, "link", "set", "lo", "up")
    link = about["interface"]
    system("ip", "-n", host, "link", "add", link, "address", HOST_MAC, "type", "veth",
           "peer", "name", "eth0", "address", OUTSIDE_MAC, "netns", outside)
    for name, device, address in ((host, link, about["address"]), (outside, "eth0", about["outside"] + "/24")):
        system("ip", "netns", "exec", name, sys.executable, __file__, "--checksums", device)
        system("ip", "-n", name, "addr", "add", address, "dev", device)
        system("ip", "-n", name, "link", "set", device, "up")
    own = about["address"].split("/")[0]
    system("ip", "-n", host, "neigh", "add", about["outside"], "lladdr", OUTSIDE_MAC, "dev", link, "nud", "permanent")
    system("ip", "-n", outside, "neigh", "add", own, "lladdr", HOST_MAC, "dev", "eth0", "nud", "permanent")
    system("ip", "-n", host, "route", "add", "default", "via", about["outside"])


def is_watcher(command):
    words = command.split()
    isReader = any(re.fullmatch("-[A-Za-z]*r|-D|-h|--version", word) for word in words)
    return command.startswith("conntrack -E") or (words[0] == "tcpdump" and not isReader)


def interruptible():
    """A test's process may have left SIGINT ignored or blocked."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def start(command, prefix, cwd):
    return subprocess.Popen(prefix + ["sh", "-c", "exec " + command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, cwd=cwd, env=environment, preexec_fn=interruptible)


def finish(process):
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    return out, err, process.returncode


def play(name, about, commands):
    mark = f"{random.randrange(16**6):06x}"
    host, outside, tag = f"h{mark}", f"o{mark}", f"T{mark}"
    server = None
    with tempfile.TemporaryDirectory() as cwd:
        try:
            build(host, outside, about)
            prefix = ["ip", "netns", "exec", host]
            server = subprocess.Popen(prefix + [sys.executable, __file__, "--listen"] + about["listen"],
                                      stdout=subprocess.PIPE)
            server.stdout.readline()
            lines = [command.replace("TAG", tag) for command in commands]
            watchers = {line: start(line, prefix, cwd) for line in lines if is_watcher(line)}
            if watchers:
                time.sleep(0.8 + 0.1 * len(watchers))
            answers, isSettled = [], False
            for command, line in zip(commands, lines):
                if line in watchers:
                    # tcpdump is handed packets once a second.
                    time.sleep(0 if isSettled else 1.5)
                    isSettled = True
                    out, err, status = finish(watchers[line])
                else:
                    isSettled = False
                    place = ["ip", "netns", "exec", outside] if line.split()[0] == "hping3" else prefix
                    done = subprocess.run(place + ["sh", "-c", line], capture_output=True, text=True, cwd=cwd,
                                          env=environment, stdin=subprocess.DEVNULL)
                    out, err, status = done.stdout, done.stderr, done.returncode
                answers.append({"run": command, "out": out.replace(tag, "TAG"), "err": err.replace(tag, "TAG"),
                                "status": status})
        finally:
            if server:
                server.kill()
            for namespace in (host, outside):
                subprocess.run(["ip", "netns", "del", namespace], capture_output=True)
                shutil.rmtree(f"/etc/netns/{namespace}", ignore_errors=True)
    print(json.dumps({"session": name, "host": about, "commands": answers}), flush=True)


def listen(services):
    sockets = []
    for service in services:
        transport, port = service.split("/")
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("0.0.0.0", int(port)))
        if transport == "tcp":
            one.listen(128)
        sockets.append(one)
    print("ready", flush=True)
    signal.pause()


def fill_checksums(device):
    """Without this the kernel leaves the checksums of what it sends on a veth link to nobody (SIOCETHTOOL)."""
    set_transmit_checksum = ctypes.create_string_buffer(struct.pack("II", 0x17, 0))
    request = struct.pack("16sP", device.encode(), ctypes.addressof(set_transmit_checksum)) + bytes(16)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, 0x8946, request)


if sys.argv[1:2] == ["--listen"]:
    listen(sys.argv[2:])
elif sys.argv[1:2] == ["--checksums"]:
    fill_checksums(sys.argv[2])
else:
    wanted = sys.argv[1:]
    name, about, commands = None, dict(DEFAULTS), []

    def flush():
        if name and (not wanted or name in wanted):
            play(name, about, commands)

    for line in sys.stdin:
        line = line.rstrip("\n")
        if line.startswith("# "):
            flush()
            name, about, commands = line[2:], dict(DEFAULTS), []
        elif line.startswith("@ "):
            about.update(json.loads(line[2:]))
        elif line:
            commands.append(line)
    flush()
