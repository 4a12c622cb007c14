use proptest::prelude::*;

use super::*;

struct Bound;

impl Values for Bound {
    fn value(&self, metavar: &str) -> Option<Value> {
        Some(match metavar {
            "$N" => Value::Int(8080),
            "$F" => Value::Float(0.5),
            "$S" => Value::Str("secret".to_owned()),
            "$D" => Value::Str("42".to_owned()),
            "$CODE" | "$OTHER" => Value::Code("os.getenv(x)".to_owned()),
            "$...ARGS" => Value::Str("a, b".to_owned()),
            _ => return None,
        })
    }

    fn matches(&self, regex: &str, text: &str) -> Option<bool> {
        (regex != "[").then(|| text.starts_with(regex))
    }

    fn today(&self) -> Option<f64> {
        Some(1_700_000_000.0)
    }
}

fn value(text: &str) -> Result<Value, Unknown> {
    Expression::parse(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .evaluate(&Bound)
}

fn holds(text: &str) -> bool {
    Expression::parse(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .holds(&Bound)
}

#[test]
fn it_binds_as_python_does() {
    assert_eq!(value("2 + 3 * 4"), Ok(Value::Int(14)));
    assert_eq!(value("-2 ** 2"), Ok(Value::Int(-4)));
    assert_eq!(value("2 ** 3 ** 2"), Ok(Value::Int(512)));
    assert_eq!(value("1 | 2 & 3 ^ 1"), Ok(Value::Int(1 | ((2 & 3) ^ 1))));
    assert_eq!(value("10 - 3 - 2"), Ok(Value::Int(5)));
    assert_eq!(value("~0 & 0o7"), Ok(Value::Int(7)));
    assert!(holds("not 1 == 2 and 1 < 2"));
    assert!(holds("1 < 2 < 3"));
    assert!(!holds("1 < 3 < 2"));
    assert!(holds("True or False and False"));
    assert!(holds("not 1 in [2, 3]"));
}

#[test]
fn metavariables_have_values() {
    assert!(holds("$N > 1024 and $N % 2 == 0"));
    assert!(holds("$S == \"secret\""));
    assert!(holds("'cre' in $S"));
    assert!(holds("$S not in ['a', 'b']"));
    assert!(holds("int($D) == 42"));
    assert!(holds("$...ARGS == 'a, b'"));
    assert!(holds("$F == 0.5 and $F < 1"));
    assert_eq!(
        Expression::parse("$A + $B * $A").unwrap().metavariables(),
        ["$A", "$B", "$A"]
    );
    assert!(
        Expression::parse("$D == 42")
            .unwrap()
            .stripped()
            .holds(&Bound)
    );
}

#[test]
fn code_compares_only_as_text() {
    assert_eq!(value("$CODE == $OTHER"), Err(Unknown));
    assert!(holds("str($CODE) == str($OTHER)"));
    assert!(!holds("$CODE in ['os.getenv(x)']"));
}

#[test]
fn both_sides_are_evaluated() {
    assert_eq!(value("$N > 0 or $UNBOUND > 0"), Err(Unknown));
    assert_eq!(value("$S <= 0o650"), Err(Unknown));
    assert_eq!(value("$S == 1"), Ok(Value::Bool(false)));
    assert_eq!(value("1 / 0"), Err(Unknown));
    assert_eq!(value("$N in 3"), Ok(Value::Bool(false)));
    assert_eq!(value("$N not in 3"), Ok(Value::Bool(false)));
    assert_eq!(value("1 << 99"), Err(Unknown));
}

#[test]
fn functions() {
    assert!(holds("re.match('sec', $S)"));
    assert!(!holds("re.match(\"cret\", $S)"));
    assert_eq!(value("re.match('[', $S)"), Err(Unknown));
    assert_eq!(value("strptime('1970-01-02')"), Ok(Value::Float(86_400.0)));
    assert_eq!(
        value("strptime('2024-02-29')"),
        Ok(Value::Float(1_709_164_800.0))
    );
    assert_eq!(value("strptime('2023-02-29')"), Err(Unknown));
    assert!(holds("strptime('2020-01-01') < today()"));
    assert_eq!(
        value("parse_promql_duration('1h30m5ms')"),
        Ok(Value::Int(5_400_005))
    );
    assert_eq!(value("parse_promql_duration('1x')"), Err(Unknown));
    assert_eq!(
        value("f'{$S}-{$N}' 'x'"),
        Ok(Value::Str("secret-8080x".to_owned()))
    );
}

#[test]
fn texts_stay_as_written() {
    assert_eq!(
        value(r#""a\nb\"c""#),
        Ok(Value::Str(r#"a\nb\"c"#.to_owned()))
    );
    assert_eq!(value("r'\\d+'"), Ok(Value::Str("\\d+".to_owned())));
    assert_eq!(value("'''a'b'''"), Ok(Value::Str("a'b".to_owned())));
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    let error = |text: &str| {
        let error = Expression::parse(text).expect_err(text);
        (error.message, error.span.start)
    };
    assert_eq!(
        error("$X = 1"),
        ("`=` is not expected here; equality is `==`".to_owned(), 3)
    );
    assert_eq!(
        error("$X >"),
        ("expected a value, found the end".to_owned(), 4)
    );
    assert_eq!(error("$X && $Y").1, 4);
    assert!(error("len($X) > 3").0.contains("`len` is no function"));
    assert!(error("X > 3").0.contains("`X` is no value"));
    assert!(error("'open").0.contains("not closed"));
    assert!(error("(1, 2").0.contains("expected `)`"));
    assert!(error("").0.contains("the end"));
    assert!(error("int(1, 2)").0.contains("argument"));
}

#[test]
fn hostile_expressions_are_refused() {
    for text in [
        "(".repeat(50_000),
        "not ".repeat(50_000),
        "1+".repeat(50_000) + "1",
        "-".repeat(50_000),
    ] {
        assert!(Expression::parse(&text).is_err());
    }
    assert!(Expression::parse(&format!("{}1", "1 < ".repeat(10_000))).is_err());
}

proptest! {
    #[test]
    fn no_text_panics(text in r#"[-()\[\]$A-Z0-9 .,'"{}f<>=!*/%&|^~andorit\\é]{0,40}"#) {
        if let Ok(expression) = Expression::parse(&text) {
            let _ = expression.stripped().evaluate(&Bound);
        }
    }
}
