//! Decisions that hide a finding, in words.

use jiff::civil::Date;
use runward_model::finding::Suppressed;

/// What such a decision says instead of a date.
const FALSE_POSITIVE: &str = "false positive";
/// What one says that holds until it is taken back, as a comment in the code does.
const NO_END: &str = "no end";

fn is_false_positive(decision: &Suppressed) -> bool {
    decision.by.replace('_', " ") == FALSE_POSITIVE
}

/// The last day on which a decision holds. Some have none: the last day that there is, which
/// nobody has chosen, stands for that.
pub(crate) fn ends(decision: &Suppressed) -> Option<Date> {
    (decision.expires != Date::MAX && !is_false_positive(decision)).then_some(decision.expires)
}

/// The last day, or why there is none.
pub(crate) fn last_day(decision: &Suppressed) -> String {
    match ends(decision) {
        Some(date) => date.to_string(),
        None if is_false_positive(decision) => FALSE_POSITIVE.to_owned(),
        None => NO_END.to_owned(),
    }
}

/// `until 2027-06-30`, `false positive` or `no end`.
pub(crate) fn term(decision: &Suppressed) -> String {
    match ends(decision) {
        Some(date) => format!("until {date}"),
        None => last_day(decision),
    }
}

/// Who decided; a comment in the code names nobody, so it stands for itself.
pub(crate) fn author(decision: &Suppressed) -> &str {
    if decision.author.is_empty() {
        &decision.by
    } else {
        &decision.author
    }
}

/// Why.
pub(crate) fn reason(decision: &Suppressed) -> &str {
    if decision.reason.is_empty() {
        "no reason given"
    } else {
        &decision.reason
    }
}

/// Whether it stands in the code that it is about, rather than in configuration or a record.
pub(crate) fn is_in_source(decision: &Suppressed) -> bool {
    decision.by.starts_with("comment")
}

/// `ana (suppression)`.
pub(crate) fn by_whom(decision: &Suppressed) -> String {
    if decision.author.is_empty() || is_false_positive(decision) {
        author(decision).to_owned()
    } else {
        format!("{} ({})", decision.author, decision.by)
    }
}

/// `until 2027-06-30 by ana (suppression): the reason`.
pub(crate) fn in_words(decision: &Suppressed) -> String {
    format!(
        "{} by {}: {}",
        term(decision),
        by_whom(decision),
        reason(decision)
    )
}

/// `the reason (until 2027-06-30, ana)`.
pub(crate) fn reason_first(decision: &Suppressed) -> String {
    format!(
        "{} ({}, {})",
        reason(decision),
        term(decision),
        author(decision)
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn decision(by: &str, expires: Date) -> Suppressed {
        Suppressed {
            by: by.to_owned(),
            reason: "another jinja2".to_owned(),
            author: "ana".to_owned(),
            expires,
        }
    }

    #[test]
    fn a_false_positive_has_no_last_day() {
        assert_eq!(
            in_words(&decision("accepted", date(2027, 6, 30))),
            "until 2027-06-30 by ana (accepted): another jinja2"
        );
        for by in ["false positive", "false_positive"] {
            let endless = decision(by, Date::MAX);
            assert_eq!(in_words(&endless), "false positive by ana: another jinja2");
            assert_eq!(ends(&endless), None);
        }
        let odd = decision("false positive", date(2027, 6, 30));
        assert_eq!(ends(&odd), None);
    }

    #[test]
    fn no_end_is_never_a_date() {
        let endless = decision("accepted", Date::MAX);
        assert_eq!(
            in_words(&endless),
            "no end by ana (accepted): another jinja2"
        );
        assert_eq!(last_day(&endless), "no end");
        assert_eq!(ends(&endless), None);
        let comment = Suppressed {
            reason: String::new(),
            author: String::new(),
            ..decision("comment `nosec` in line 3", Date::MAX)
        };
        assert_eq!(
            in_words(&comment),
            "no end by comment `nosec` in line 3: no reason given"
        );
        assert!(is_in_source(&comment) && !is_in_source(&endless));
    }
}
