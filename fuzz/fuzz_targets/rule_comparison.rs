#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_rules::{Expression, Value, Values};

struct Bound;

impl Values for Bound {
    fn value(&self, metavar: &str) -> Option<Value> {
        Some(match metavar.len() % 5 {
            0 => Value::Int(i64::MIN),
            1 => Value::Float(f64::NAN),
            2 => Value::Str("-1".to_owned()),
            3 => Value::Code("f(x)".to_owned()),
            _ => return None,
        })
    }

    fn matches(&self, regex: &str, text: &str) -> Option<bool> {
        Some(text.starts_with(regex))
    }
}

fuzz_target!(|data: &[u8]| {
    if let Ok(expression) = Expression::parse(&String::from_utf8_lossy(data)) {
        let _ = expression.holds(&Bound);
        let _ = expression.stripped().evaluate(&Bound);
    }
});
