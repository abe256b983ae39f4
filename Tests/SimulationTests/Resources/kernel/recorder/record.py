#!/usr/bin/env python3
"""Puts the recorded cases to this machine's kernel again and rewrites what it answers otherwise.

    record.py [--check] [--jobs N] [FILE.jsonl ...]      as root; without a file, all of ../

What the kernel picks itself (the identification of packets it makes without DF, initial sequence numbers, time stamps,
ports chosen at random) and a second of a timeout make no difference; a case that differs in nothing else keeps its line.
A case whose `once` says why it cannot be made again (the time of day, the kernel's chance) stays as it is. `--check` writes
nothing. Exit status 1 tells of a difference. Needed: iptables-legacy, nftables, iproute2, ipset, net.netfilter.nf_log_all_netns=1.
"""
import argparse, json, os, pathlib, re, subprocess, sys, tempfile

import oracle

here = pathlib.Path(__file__).resolve().parent


def walk(w, before=None):
    """One walk as the recordings keep it, or as `before` was kept."""
    kept = {'origin': w['origin'], 'verdict': w['verdict'], 'path': [step(v) for v in w['visits']]}
    if w.get('ct'):
        kept['ct'] = w['ct']['state']
    if 'parent' in w:
        kept['parent'] = w['parent']
    if w.get('log'):
        kept['log'] = [line['text'] for line in w['log']]
    frames = w.get('wire')
    if (w['origin'] in ('reject', 'ip', 'tee') or before and 'wire' in before) and frames and len(frames) == 1:
        kept['wire'] = frames[0]
    # What passed every hook and yet did not leave was dropped when its connection was to be entered; the copy of a
    # broadcast that the host hands itself came in, and of TEE, which nobody tracks, did not fit the link.
    if w['verdict'] == 'SENT' and w.get('out') not in (None, 'lo') and not frames and not w.get('in'):
        kept['verdict'] = 'ROUTING' if w['origin'] == 'tee' else 'DROP'
    return kept


def step(visit):
    end = ':%d' % visit['n'] if visit['kind'] == 'rule' else ''
    return '%s:%s:%s%s' % (visit['table'], visit['chain'], visit['kind'], end)


def entry(e):
    return {k: e[k] for k in ('orig', 'reply', 'status', 'tcp_state', 'timeout', 'mark', 'helper', 'master') if k in e}


def expectation(e):
    return {k: e[k] for k in ('master', 'tuple', 'mask', 'timeout', 'helper', 'flags') if e.get(k) not in (None, [])}


def compact(answer, before):
    """What the kernel answered, with the keys that the recording `before` has."""
    packets = []
    for k, p in enumerate(answer['packets']):
        old = before['packets'][k] if k < len(before['packets']) else {'walks': []}
        keys = old.keys()
        kept = {'walks': [walk(w, *old['walks'][n:n + 1]) for n, w in enumerate(p['walks'])]}
        if 'before' in keys:
            kept['before'] = [walk(w) for w in p.get('before') or []]
        if 'conntrack' in keys:
            kept['conntrack'] = [entry(e) for e in p.get('conntrack', [])]
        if 'expectations' in keys:
            kept['expectations'] = [expectation(e) for e in p.get('expectations', [])]
        packets.append(kept)
    counters = {
        table: {name: {k: c[k] for k in ('policy', 'packets', 'bytes', 'rules')} for name, c in chains.items()}
        for table, chains in answer['counters'].items()}
    return {'packets': packets, 'counters': counters}


def masked_packet(text, is_copy):
    """`is_copy`: TEE has set DF on it, whatever its packet had."""
    b = bytearray.fromhex(text)
    if not b[6] & 0x40 or is_copy:
        b[4:6] = b[10:12] = b'\0\0'
    start = (b[0] & 15) * 4
    if b[9] == 6 and len(b) >= start + 20 and b[start + 13] & 0x12 == 0x12:
        b[start + 4:start + 8] = b'\0\0\0\0'
        b[start + 16:start + 18] = b'\0\0'
    return b.hex()


def masked(truth, rules):
    """What two runs have in common."""
    truth = json.loads(json.dumps({k: truth[k] for k in ('packets', 'counters')}))
    written = {int(n) for n in re.findall(r'--to-(?:ports|destination|source) (?:[\d.-]+:)?(\d+)', rules)}
    chosen = set()
    for p in truth['packets']:
        p['conntrack'] = [entry(e) for e in p.get('conntrack', [])]
        for e in p.get('expectations', []):
            e['timeout'] = None
        for e in p['conntrack']:
            e['timeout'] = None
            for a, b in (('sport', 'dport'), ('dport', 'sport')):
                if a in e['orig'] and e['reply'].get(b) != e['orig'][a] and e['reply'][b] not in written:
                    chosen.add(e['reply'][b])
                    e['reply'][b] = None
        p['conntrack'].sort(key=lambda e: json.dumps(e, sort_keys=True))
        for k, w in enumerate(p['walks'] + p.get('before', [])):
            # The first walk is the case's own packet; even `injected` is what came of it.
            if k == 0 and w['origin'] == 'injected':
                continue
            w.pop('parent', None)
            if 'wire' in w:
                w['wire'] = masked_packet(w['wire'], w['origin'] == 'tee')
            lines = w.get('log', [])
            for k, line in enumerate(lines):
                line = re.sub(r' ID=\d+', ' ID=*', line, count=1)
                line = re.sub(r' (SEQ|ACK)=\d+', r' \1=*', line)
                lines[k] = re.sub(r' OPT \([0-9A-F]*\)', ' OPT (*)', line)
    for number in chosen:
        truth = json.loads(json.dumps(truth).replace('PT=%d ' % number, 'PT=* '))
    return truth


def timeouts(old, new):
    """The first timeout that differs by more than a second."""
    for k, (p, q) in enumerate(zip(old['packets'], new['packets'])):
        for e, f in [*zip(p.get('conntrack', []), q.get('conntrack', [])),
                     *zip(p.get('expectations', []), q.get('expectations', []))]:
            if e.get('orig', e.get('tuple')) == f.get('orig', f.get('tuple')) and \
                    abs(e.get('timeout', 0) - f.get('timeout', 0)) > 1:
                return ['.packets[%d]: timeout recorded %d, now %d' % (k, e['timeout'], f['timeout'])]
    return []


def record(path, jobs, check):
    lines = path.read_text().splitlines()
    cases = [json.loads(line) for line in lines]
    due = [k for k, c in enumerate(cases) if 'once' not in c['case']]
    with tempfile.NamedTemporaryFile('w', suffix='.jsonl') as file:
        for k in due:
            case = dict(cases[k]['case'], late_ms=cases[k]['case'].get('late_ms', 30))
            file.write(json.dumps(case) + '\n')
        file.flush()
        run = subprocess.run(
            [sys.executable, str(here / 'oracle.py'), '--batch', file.name, '--jobs', str(jobs)],
            stdout=subprocess.PIPE, text=True, check=True)
    different = 0
    for k, text in zip(due, run.stdout.splitlines()):
        answer, old = json.loads(text), cases[k]
        name = old['case']['name']
        if 'error' in answer:
            different += 1
            print('%s: %s: %s' % (path.name, name, answer['error']))
            continue
        new = compact(answer, old['truth'])
        rules = old['case']['rules']
        found = oracle.diff(masked(old['truth'], rules), masked(new, rules))[:1] or timeouts(old['truth'], new)
        if not found:
            continue
        different += 1
        print('%s: %s: %s' % (path.name, name, found[0]))
        lines[k] = json.dumps(dict(old, truth=dict(old['truth'], **new)), separators=(',', ':'), ensure_ascii=False)
    if different and not check:
        path.write_text('\n'.join(lines) + '\n')
    print('%s: %d of %d as recorded, %d passed over' % (
        path.name, len(due) - different, len(due), len(cases) - len(due)))
    return different


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('files', nargs='*', type=pathlib.Path)
    options.add_argument('--check', action='store_true')
    options.add_argument('--jobs', type=int, default=os.cpu_count() or 1)
    given = options.parse_args()
    files = given.files or sorted(here.parent.glob('*.jsonl'))
    sys.exit(1 if sum(record(f, given.jobs, given.check) for f in files) else 0)


if __name__ == '__main__':
    main()
