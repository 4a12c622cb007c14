#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_db::Place;

fuzz_target!(|text: &str| {
    if let Ok(place) = text.parse::<Place>() {
        let _ = place.to_string();
    }
});
