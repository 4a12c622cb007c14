//! Published lists of names: any bytes are read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_names::{Limits, sources};

fuzz_target!(|data: &[u8]| {
    let limits = Limits::default();
    let _ = sources::simple_index(data, &limits, &mut |_| Ok(()));
    let _ = sources::top_pypi(data, &limits, &mut |_| Ok(()));
    let _ = sources::json_array(data, &limits, &mut |_| Ok(()));
    let _ = sources::plain(data, &limits, &mut |_| Ok(()));
});
