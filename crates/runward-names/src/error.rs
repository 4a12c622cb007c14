use thiserror::Error;

/// Why a list or an index of names could not be read or written.
#[derive(Debug, Error)]
pub enum NamesError {
    #[error("this is not an index of names; run `runward db update` to build one")]
    NotAnIndex,
    #[error("the index of names is damaged ({0}); run `runward db update` to build it again")]
    Damaged(&'static str),
    #[error("the index of names has format {0}, which this version does not know; update Runward")]
    Format(u8),
    #[error("expected {expected}, found {found}; pass the file that holds it")]
    OtherContent {
        expected: &'static str,
        found: &'static str,
    },
    #[error("the list of names is not as its format asks: {0}")]
    List(String),
    #[error("the list has more than {limit} {what}; check where it comes from")]
    TooMuch { what: &'static str, limit: u64 },
    #[error("the list holds no names; check where it comes from")]
    Empty,
    #[error("names could not be read or written")]
    Io(#[from] std::io::Error),
}
