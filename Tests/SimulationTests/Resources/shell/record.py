#!/usr/bin/env python3
"""Runs sessions of host commands in a fresh network namespace and prints what they answered, one JSON object a session.

    unshare -n python3 record.py < sessions.txt > golden.jsonl

A session begins with a line `# name`; every other line is a command for sh. `iptables` is iptables-legacy.
"""
import json, os, subprocess, sys, tempfile

tools = tempfile.mkdtemp()
for name in ("iptables", "iptables-save", "iptables-restore", "ip6tables"):
    os.symlink("/usr/sbin/xtables-legacy-multi", os.path.join(tools, name))
environment = dict(os.environ, PATH=tools + ":" + os.environ["PATH"], LC_ALL="C", TZ="UTC")


def run(command, cwd):
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=cwd, env=environment)
    return {"run": command, "out": done.stdout, "err": done.stderr, "status": done.returncode}


def play(name, commands):
    with tempfile.TemporaryDirectory() as cwd:
        script = os.path.join(cwd, ".session.json")
        json.dump(commands, open(script, "w"))
        inner = subprocess.run(["unshare", "-n", sys.executable, __file__, "--inner", script], capture_output=True, text=True)
        if inner.returncode:
            sys.exit(inner.stderr)
        print(json.dumps({"session": name, "commands": json.loads(inner.stdout)}))


if len(sys.argv) == 3 and sys.argv[1] == "--inner":
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    commands = json.load(open(sys.argv[2]))
    cwd = os.path.dirname(sys.argv[2])
    print(json.dumps([run(command, cwd) for command in commands]))
else:
    name, commands = None, []
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line.startswith("# "):
            if name:
                play(name, commands)
            name, commands = line[2:], []
        elif line:
            commands.append(line)
    if name:
        play(name, commands)
