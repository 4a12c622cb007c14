//! Decisions that hide a finding, in words.

use jiff::civil::Date;
use runward_model::finding::Suppressed;

/// What such a decision says instead of a date.
pub(crate) const FALSE_POSITIVE: &str = "false positive";

/// The last day on which a decision holds. A false positive has none: the store gives it the last
/// day that there is, which nobody has chosen.
pub(crate) fn ends(decision: &Suppressed) -> Option<Date> {
    (decision.expires != Date::MAX && decision.by.replace('_', " ") != FALSE_POSITIVE)
        .then_some(decision.expires)
}

/// `until 2027-06-30`, or that it is a false positive.
pub(crate) fn term(decision: &Suppressed) -> String {
    ends(decision).map_or_else(|| FALSE_POSITIVE.to_owned(), |date| format!("until {date}"))
}

/// `until 2027-06-30 by ana (suppression): the reason`.
pub(crate) fn in_words(decision: &Suppressed) -> String {
    let kind = match ends(decision) {
        Some(_) => format!(" ({})", decision.by),
        None => String::new(),
    };
    format!(
        "{} by {}{kind}: {}",
        term(decision),
        decision.author,
        decision.reason
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
        for endless in [
            decision("false positive", Date::MAX),
            decision("false_positive", date(2027, 6, 30)),
            decision("accepted", Date::MAX),
        ] {
            assert_eq!(in_words(&endless), "false positive by ana: another jinja2");
            assert_eq!(ends(&endless), None);
        }
    }
}
