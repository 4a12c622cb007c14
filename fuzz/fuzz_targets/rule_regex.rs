#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_generic::Regex;

// The expression, a line `--`, and the text.
fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (expression, source) = text.split_once("\n--\n").unwrap_or((text, "a b\n"));
    if let Ok(regex) = Regex::compile(expression)
        && let Ok(all) = regex.find_all(source)
    {
        for one in &all {
            assert!(source.get(one.span().range()).is_some());
        }
        assert!(all.is_empty() || regex.required().may_match(source));
    }
    if let Ok(regex) = Regex::compile_condition(expression) {
        let _ = regex.is_match_at_start(source);
    }
});
