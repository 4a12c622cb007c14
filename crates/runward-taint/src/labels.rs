//! Conditions on labels.

use runward_rules::Labels;

/// `requires`, with numbers for labels.
#[derive(Debug, Clone)]
pub(crate) enum Requires {
    Label(u32),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Always(bool),
}

/// Numbers for the labels of one rule.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelTable(Vec<String>);

impl LabelTable {
    pub(crate) fn number(&mut self, label: &str) -> u32 {
        let known = self.0.iter().position(|known| known == label);
        let at = known.unwrap_or_else(|| {
            self.0.push(label.to_owned());
            self.0.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    pub(crate) fn requires(&mut self, labels: &Labels) -> Requires {
        match labels {
            Labels::Label(label) => Requires::Label(self.number(label)),
            Labels::Not(inner) => Requires::Not(Box::new(self.requires(inner))),
            Labels::And(one, other) => {
                Requires::And(Box::new(self.requires(one)), Box::new(self.requires(other)))
            }
            Labels::Or(one, other) => {
                Requires::Or(Box::new(self.requires(one)), Box::new(self.requires(other)))
            }
            Labels::True => Requires::Always(true),
            Labels::False => Requires::Always(false),
        }
    }
}

impl Requires {
    pub(crate) fn holds(&self, has: &dyn Fn(u32) -> bool) -> bool {
        match self {
            Self::Label(label) => has(*label),
            Self::Not(inner) => !inner.holds(has),
            Self::And(one, other) => one.holds(has) && other.holds(has),
            Self::Or(one, other) => one.holds(has) || other.holds(has),
            Self::Always(value) => *value,
        }
    }

    /// The label that a trace is best shown for: the first one of `A and …`.
    pub(crate) fn preferred(&self) -> Option<u32> {
        match self {
            Self::And(one, _) => match &**one {
                Self::Label(label) => Some(*label),
                inner => inner.preferred(),
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_evaluated_on_the_labels_that_are_there() {
        let label = |text: &str| Box::new(Labels::Label(text.into()));
        let labels = Labels::And(label("A"), Box::new(Labels::Not(label("B"))));
        let mut table = LabelTable::default();
        let requires = table.requires(&labels);
        let (a, b) = (table.number("A"), table.number("B"));
        assert!(requires.holds(&|label| label == a));
        assert!(!requires.holds(&|label| label == a || label == b));
        assert!(!requires.holds(&|_| false));
        assert_eq!(requires.preferred(), Some(a));
    }
}
