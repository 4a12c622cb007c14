//! Text as a search, and as words.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_tasks::search::{SearchQuery, words_of};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let query = SearchQuery::parse(text);
    for term in query.wanted.iter().chain(&query.unwanted) {
        for word in &term.words {
            // Words come out of words unchanged, and none has what a query language reads.
            assert_eq!(words_of(word), [word.as_str()]);
            assert!(!word.contains(['\'', '"', '\\', ':', '*', '&', '|', '!', ' ', '_']));
        }
    }
});
