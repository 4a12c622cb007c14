use proptest::prelude::*;
use serde_json::json;

use super::*;

fn bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

fn canonical(value: &Value) -> String {
    String::from_utf8(bytes(value)).unwrap()
}

#[test]
fn keys_are_in_order_and_nothing_is_blank() {
    let value = json!({"b": [1, {"z": null, "a": true}, []], "a": {}, "é": "x"});
    assert_eq!(
        canonical(&value),
        r#"{"a":{},"b":[1,{"a":true,"z":null},[]],"é":"x"}"#
    );
}

#[test]
fn equal_numbers_are_equal_bytes() {
    for (value, expected) in [
        (json!(1), "1"),
        (json!(1.0), "1"),
        (json!(-0.0), "0"),
        (json!(-3.0), "-3"),
        (json!(0.1), "0.1"),
        (json!(u64::MAX), "18446744073709551615"),
        (json!(i64::MIN), "-9223372036854775808"),
        (json!(9_007_199_254_740_991.0), "9007199254740991"),
    ] {
        assert_eq!(canonical(&value), expected);
    }
}

#[test]
fn nothing_can_forge_a_line_or_hide() {
    let text =
        "a\nb\r\u{0}\u{7f}\u{85}\u{9b}\u{2028}\u{202e}\u{200b}\u{feff}\u{e0041}\u{1b}\"\\é😀";
    let written = canonical(&Value::from(text));
    assert_eq!(
        written,
        r#""a\nb\r\u0000\u007f\u0085\u009b\u2028\u202e\u200b\ufeff\udb40\udc41\u001b\"\\é😀""#
    );
    assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
}

#[test]
fn depth_is_no_danger() {
    let mut value = json!("bottom");
    for _ in 0..5000 {
        value = Value::Array(vec![value]);
    }
    assert_eq!(bytes(&value).len(), 10_000 + 8);
    assert_eq!(length(&value), 10_008);
}

pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..8)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_as_the_same_and_is_written_the_same(value in any_json()) {
        let written = bytes(&value);
        prop_assert!(!written.iter().any(|byte| *byte < 0x20 || *byte == 0x7f));
        let read: Value = serde_json::from_slice(&written).unwrap();
        prop_assert_eq!(bytes(&read), written.clone());
        prop_assert_eq!(length(&value), written.len());
    }
}
