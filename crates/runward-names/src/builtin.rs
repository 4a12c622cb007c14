//! The lists that are part of the program.

use jiff::Timestamp;
use runward_model::Ecosystem;

use crate::Popular;

/// 2026-11-01, the month that `data/README.md` tells.
const AS_OF: Timestamp = Timestamp::constant(1_793_491_200, 0);

pub(crate) fn lists() -> [Popular; 3] {
    [
        Popular::builtin(
            Ecosystem::PyPI,
            "built-in: most downloaded PyPI packages",
            AS_OF,
            include_str!("../data/pypi.txt"),
        ),
        Popular::builtin(
            Ecosystem::Npm,
            "built-in: most downloaded npm packages",
            AS_OF,
            include_str!("../data/npm.txt"),
        ),
        Popular::builtin(
            Ecosystem::CratesIo,
            "built-in: crates that other software stands on",
            AS_OF,
            include_str!("../data/crates.txt"),
        ),
    ]
}
