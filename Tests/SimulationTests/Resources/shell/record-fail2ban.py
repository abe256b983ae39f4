#!/usr/bin/env python3
"""Runs sessions with Debian's fail2ban in private namespaces and prints what was answered, one JSON object a session.

    python3 record-fail2ban.py < fail2ban.sessions > golden.jsonl

Root, fail2ban 1.0.2 and iptables 1.8.9 are needed. The server reads our own jails and filters (`fail2ban-etc`) and Debian's actions.
A session begins with a line `# name`; every other line is a command for bash, and one that begins with `> ` goes on with the
command before it. `{now}` stands for the clock as syslog writes it, `{now-90}` for ninety seconds before.
"""
import datetime, json, os, re, subprocess, sys, tempfile, time


def moment(match):
    back = int(match.group(1) or 0)
    return (datetime.datetime.utcnow() - datetime.timedelta(seconds=back)).strftime("%b %e %H:%M:%S")


def run(command, cwd, env):
    text = re.sub(r"\{now(?:-(\d+))?\}", moment, command)
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, cwd=cwd, env=env)
    return {"run": command, "out": done.stdout, "err": done.stderr, "status": done.returncode}


def inner(script, cwd):
    sh = lambda text: subprocess.run(text, shell=True, check=True)
    etc = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fail2ban-etc")
    copy = tempfile.mkdtemp()
    sh(f"ip link set lo up; mount --make-rprivate /; cp -a /etc/fail2ban/. {copy}; rm -rf {copy}/filter.d {copy}/jail.d")
    sh(f"cp -a {etc}/. {copy}")
    for folder in ("/var/log", "/var/lib/fail2ban", "/run", "/etc/fail2ban"):
        os.makedirs(folder, exist_ok=True)
        sh(f"mount -t tmpfs tmpfs {folder}")
    sh(f"cp -a {copy}/. /etc/fail2ban/; mkdir -p /run/fail2ban; touch /var/log/auth.log /var/log/kern.log; hostname server")
    tools = tempfile.mkdtemp()
    for name in ("iptables", "iptables-save", "iptables-restore", "ip6tables"):
        os.symlink("/usr/sbin/xtables-legacy-multi", os.path.join(tools, name))
    env = dict(os.environ, PATH=tools + ":/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL="C", TZ="UTC")
    for key in [key for key in env if key.startswith("PY")]:
        del env[key]
    clock = time.time()
    answers = [run(command, cwd, env) for command in json.load(open(script))]
    subprocess.run(["fail2ban-client", "stop"], capture_output=True, env=env)
    print(json.dumps({"clock": clock, "commands": answers}))


def play(name, commands):
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "script.json")
        cwd = os.path.join(folder, "cwd")
        os.mkdir(cwd)
        json.dump(commands, open(script, "w"))
        namespaces = ["unshare", "-n", "-m", "-u", "--pid", "--fork", "--mount-proc"]
        done = subprocess.run(namespaces + ["/usr/bin/python3", __file__, "--inner", script, cwd], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        print(json.dumps({"session": name} | json.loads(done.stdout)), flush=True)


if len(sys.argv) == 4 and sys.argv[1] == "--inner":
    inner(sys.argv[2], sys.argv[3])
else:
    name, commands = None, []
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line.startswith("# "):
            if name:
                play(name, commands)
            name, commands = line[2:], []
        elif line.startswith("> ") or line == ">":
            commands[-1] += "\n" + line[2:]
        elif line:
            commands.append(line)
    if name:
        play(name, commands)
