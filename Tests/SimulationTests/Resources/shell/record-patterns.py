#!/usr/bin/env python3
"""Prints what Python's re (3.11) makes of patterns, one JSON object each: a table made by hand and random ones from a seed.

    python3 record-patterns.py > patterns.jsonl
"""
import json, random, re, sys, warnings

warnings.simplefilter("ignore")

LINE = "Aug 14 11:48:37 server sshd[812]: Failed password for invalid user x y from 203.0.113.5 port 51000 ssh2"
HAND = [
    (r"a|b", "cb"), (r"(a)|(b)", "b"), (r"(a*)*", "aab"), (r"(a*)+", "b"), (r"(?:a|ab)(?:c|bcd)(d*)", "abcd"), (r"a{2}", "aaa"),
    (r"a{2,}", "aaaa"), (r"a{,2}", "aaaa"), (r"a{,2}?b", "aab"), (r"a{2,3}?", "aaa"), (r"a{x}", "a{x}"), (r"a{", "a{"), (r"a{,}", "aa"),
    (r"{2}", "{2}"), (r"x{2}{3}", "x"), (r"a**", "a"), (r"a+*", "a"), (r"a??", "a"), (r"a++b", "aab"), (r"a*+a", "aaa"), (r"(?>a*)a", "aaa"),
    (r"*a", "a"), (r"(*a)", "a"), (r"(?:+)", "a"), (r"|*", "a"), (r"^*", "a"), (r"\b*", "a"), (r"(?=a)*b", "ab"), (r"(", ""), (r")", ""),
    (r"(a", "a"), (r"a)", "a"), (r"(?P<n>a", "a"), (r"(?P<n", "a"), (r"(?P<>a)", "a"), (r"(?P<1n>a)", "a"), (r"(?P<n-a>a)", "a"),
    (r"(?P<n>a)(?P=n)", "aa"), (r"(?P<n>a)(?P=m)", "aa"), (r"(?P<n>(?P=n))", "aa"), (r"(?P<n>a)(?P<n>b)", "ab"), (r"(?Px)", "a"), (r"(?P", "a"),
    (r"(?", "a"), (r"(?i", "a"), (r"\777", "a"), (r"(?q)", "a"), (r"(?<a)", "a"), (r"(?<", "a"), (r"(?=a", "a"), (r"(?#c)a", "a"), (r"(?#c", "a"), (r"(?i)AbC", "xaBc"),
    (r"(?i:A)b", "ab aB"), (r"(?-i:A)b", "Ab"), (r"(?i)a(?-i:B)", "AB ab"), (r"a(?i)b", "ab"), (r"(?s).", "\n"), (r".", "\n"), (r"(?m)^b$", "a\nb\nc"),
    (r"^b", "a\nb"), (r"a$", "a\n"), (r"a$", "a\nb"), (r"a\Z", "a\n"), (r"\Aa", "a"), (r"(?x) a b # c", "ab"), (r"(?x)a\ b", "a b"),
    (r"[a-c]+", "xabcd"), (r"[^a-c]+", "abxyc"), (r"[]a]+", "x]a"), (r"[^]a]+", "]axy"), (r"[a-]+", "-a"), (r"[-a]+", "-a"), (r"[a\]b]+", "a]b"),
    (r"[\d.]+", "x1.2"), (r"[^\W\d]+", "12ab_"), (r"[a-\d]", "a"), (r"[\d-z]", "-"), (r"[z-a]", "a"), (r"[a", "a"), (r"[", "a"), (r"[]", "a"),
    (r"[\b]", "\b"), (r"[\n\t]", "\t"), (r"[\x41-\x43]+", "ABCD"), (r"\x4", "a"), (r"\u0041", "A"), (r"\101", "A"), (r"\0", "\0"), (r"\08", "\0008"),
    (r"\q", "q"), (r"\8", "8"), (r"\1", "a"), (r"(a)\1", "aa"), (r"(a)\2", "aa"), (r"(a\1)", "aa"), (r"(a)?\1b", "b"), (r"\.", "a."), (r"\-\_\/", "-_/"),
    ("a\\", "a"), (r"[\q]", "q"), (r"\w+", "a_é1-"), (r"\d+", "x٣٤"), (r"\s", "\u00a0"), (r"\S+", " ab "), (r"\bfoo\b", "a foo."), (r"\Boo", "foo"),
    (r"(?<=a)b", "ab"), (r"(?<!a)b", "ab cb"), (r"(?<=a*)b", "ab"), (r"(?<=a|bc)d", "bcd"), (r"(?<=ab|cd)e", "cde"), (r"(?<=^a)b", "ab"), (r"(?<=(a))b", "ab"),
    (r"(?=(a+))a*b\1", "baaabac"), (r"(?!a)b", "ab"), (r"a(?!b)", "abac"), (r"(?!.*x)a", "abx"), (r"(a)?(?(1)b|c)", "ab"), (r"(a)?(?(1)b|c)", "c"),
    (r"(?P<q>a)?x(?(q)b)", "axb"), (r"(?P<q>a)?x(?(q)b)", "xb"), (r"(?(1)a|b|c)", "a"), (r"(?(q)a)", "a"), (r"(?(1)a)", "a"), (r"(a)(?(1)b", "ab"),
    (r"(a|b)*?c", "abac"), (r"((a)|(b))+", "ab"), (r"(?:(a)|b)*", "ab"), (r"(a?)*?b", "aab"), (r"(?:)*a", "a"), (r"(|a)+", "aaa"), (r"(|a)*b", "aab"),
    (r"(a+|b+|c+)*x", "abcx"), (r"(.*)(\d+)", "ab12"), (r"(.*?)(\d+)$", "ab12"), (r"x*", "yxx"), (r"x*?$", "xx"), (r"", "abc"), (r"$", "abc"),
    (r"Failed \S+ for (?:invalid user )?(?P<user>.*?) from (?P<ip>(?:\d{1,3}\.){3}\d{1,3}) port \d+", LINE),
    (r"^(?P<m>\w{3})\s+(\d+) (\d\d):(\d\d):(\d\d) (?P<host>\S+) (?P<daemon>[^\s\[]+)\[(?P<pid>\d+)\]: (?P<rest>.*)$", LINE),
    (r"(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})|(?P<dns>[\w\-.^_]*\w)", LINE),
    (r"(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):))", "from 2001:db8::1 port"),
    (r"(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):))", "from fe80:: port"),
    (r"(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):))", "from ::1 port 1:2"),
    (r"^(?:(?! from ).)*? from (?P<ip>\S+)", LINE), (r"(?iu)(?=^|\b|\W)((?:(?P<a>mon|tue) )?(?P<b>aug|sep) (?P<d>[1-2]\d|[0 ]?[1-9]|3[0-1]))(?=\b|\W|$)", LINE),
]


def piece(rng, depth):
    kind = rng.randrange(12 if depth < 3 else 7)
    if kind < 4:
        return rng.choice("aabbc")
    if kind == 4:
        return rng.choice([".", r"\w", r"\d", r"\s", "[ab]", "[^a]", "[a-c]"])
    if kind == 5:
        return rng.choice(["^", "$", r"\b", r"\B", "1", " "])
    if kind == 6:
        return rng.choice([r"\1", r"\2"])
    inner = pattern(rng, depth + 1)
    return rng.choice(["(%s)", "(%s)", "(?:%s)", "(?=%s)", "(?!%s)", "(?>%s)"]) % inner


def pattern(rng, depth=0):
    choices = []
    for _ in range(rng.choice([1, 1, 1, 2])):
        parts = ""
        for _ in range(rng.randrange(1, 5)):
            part = piece(rng, depth)
            if rng.random() < 0.4:
                # Python 3.11 goes on behind a possessive group that failed: not asked for.
                part += rng.choice(["*", "+", "?", "{2}", "{1,2}", "{0,3}"]) + rng.choice(["", "", "?"] + ["+"] * (part[-1] != ")"))
            parts += part
        choices.append(parts)
    return "|".join(choices)


def record(pattern, text):
    entry = {"pattern": pattern, "text": text}
    try:
        match = re.compile(pattern).search(text)
        entry["bounds"] = [bound for group in range(match.re.groups + 1) for bound in match.span(group)] if match else None
    except re.error as error:
        entry["error"] = str(error)
    print(json.dumps(entry))


print(json.dumps({"madeBy": "re of Python %d.%d, by: python3 record-patterns.py" % sys.version_info[:2]}))
for made in HAND:
    record(*made)
rng = random.Random(20261126)
made = 0
while made < 600:
    source = pattern(rng)
    try:
        re.compile(source)
    except re.error:
        if rng.random() < 0.9:
            continue
    record(source, "".join(rng.choice("aabbc1 ") for _ in range(rng.randrange(12))))
    made += 1
