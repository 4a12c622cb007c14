//! Refuses the scripts that the parser would take quadratic time for.
//!
//! Its cost for one more element of an open array, pipeline, row of here-documents or stretch of
//! errors grows with the number of those already there. What people write stays far below.

use super::lower::TooHard;

/// Bytes: to tell some words apart the parser looks ahead to the end of the line.
const MAX_LINE: usize = 32 << 10;
const MAX_PIPES: usize = 4_000;
const MAX_HEREDOCS: usize = 500;
/// Steps (of some hundred operations) that the parser may take after the first error.
pub(super) const MAX_ERROR_STEPS: u64 = 200;

pub(super) fn check(text: &str, depth: usize) -> Result<(), TooHard> {
    let mut open = 0_usize;
    let mut pipes = 0;
    for line in text.split('\n') {
        for byte in line.bytes() {
            match byte {
                b'(' | b'{' | b'[' => open += 1,
                b')' | b'}' | b']' => open = open.saturating_sub(1),
                b'|' => pipes += 1,
                _ => {}
            }
            if open > depth {
                return Err(TooHard::Deep);
            }
        }
        if line.len() > MAX_LINE || pipes > MAX_PIPES || line.matches("<<").count() > MAX_HEREDOCS {
            return Err(TooHard::Steps);
        }
        // The next line begins another command unless this one goes on.
        if !line.trim_end().ends_with(['|', '\\']) {
            pipes = 0;
        }
    }
    Ok(())
}
