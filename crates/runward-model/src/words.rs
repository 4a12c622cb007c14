//! Kinds that are one word each, in files, in the store and on the command line alike.

/// An enum whose variants have one spelling everywhere; a hyphen and an underscore are read as the
/// same.
macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            ::serde::Serialize, ::serde::Deserialize, ::schemars::JsonSchema,
        )]
        pub enum $type {
            $($(#[$variant_doc])* #[serde(rename = $name)] $variant,)+
        }

        impl $type {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The inverse of [`Self::as_str`]; a hyphen counts as an underscore.
            pub fn from_name(name: &str) -> Option<Self> {
                let plain = |text: &str| text.replace('-', "_");
                let name = plain(name.trim());
                Self::ALL.iter().copied().find(|it| plain(it.as_str()) == name)
            }
        }

        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::{Action, Role, TaskStatus};

    #[test]
    fn each_word_has_one_spelling_and_both_are_read() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.as_str()), Some(*role));
            assert_eq!(
                Role::from_name(&role.as_str().replace('-', "_")),
                Some(*role)
            );
            assert_eq!(serde_json::to_value(role).unwrap(), role.to_string());
        }
        assert_eq!(Role::SecurityLead.to_string(), "security-lead");
        assert_eq!(
            serde_json::from_str::<Role>("\"security_lead\"").unwrap(),
            Role::SecurityLead
        );
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.to_string());
        }
        assert_eq!(
            TaskStatus::from_name(" in-progress "),
            Some(TaskStatus::InProgress)
        );
        assert_eq!(Role::from_name("lead"), None);
    }
}
