#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_rules::interpolate;
use runward_rules::testing::{Found, Target, annotations, judge};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let found: Vec<_> = annotations(&text)
        .into_iter()
        .map(|annotation| (annotation.rule, annotation.about))
        .collect();
    let found: Vec<_> = found
        .iter()
        .map(|(rule, line)| Found {
            path: "a",
            rule,
            line: *line,
        })
        .collect();
    let _ = judge(
        "r",
        &["a", "b.c"],
        &[Target {
            path: "a",
            text: &text,
        }],
        &found,
    );
    let _ = interpolate(
        &text,
        |name| name.starts_with("$A").then(|| text.to_string()),
        |_| None,
    );
});
