//! Entry points for fuzzing.

use std::sync::OnceLock;

use serde_json::Value;

use crate::{CommitmentKey, Redactor, Rules};

fn redactor() -> &'static Redactor {
    static REDACTOR: OnceLock<Redactor> = OnceLock::new();
    REDACTOR.get_or_init(|| Redactor::new(CommitmentKey::generate([1; 32]), Rules::standard()))
}

/// Any event is sealed within bounds, and reads and writes as the same bytes.
pub fn event(data: &[u8]) {
    let Ok(event) = serde_json::from_slice(data) else {
        return;
    };
    let sealed = redactor().seal(&event).ok();
    let read = sealed.as_deref().map(crate::unseal);
    let again = read.and_then(Result::ok).map(|it| it.to_bytes());
    let again = again.and_then(Result::ok);
    assert!(sealed.is_some() && sealed == again);
}

/// Any bytes are read or refused.
pub fn unseal(data: &[u8]) {
    if let Ok(read) = crate::unseal(data) {
        for path in ["/reason", "/details/password", "changes.deadline.old"] {
            let _ = redactor().confirm(data, path, &Value::Null);
        }
        let _ = read.to_bytes();
    }
}
