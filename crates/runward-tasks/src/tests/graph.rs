//! Dependencies never form a circle.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{ann, each, make, now, yes};
use crate::{By, TaskError};

/// Whether `to` can be reached from `from`: the naive oracle.
fn reaches(
    edges: &BTreeSet<(usize, usize)>,
    from: usize,
    to: usize,
    seen: &mut Vec<usize>,
) -> bool {
    if from == to {
        return true;
    }
    if seen.contains(&from) {
        return false;
    }
    seen.push(from);
    edges
        .iter()
        .filter(|(task, _)| *task == from)
        .any(|(_, needs)| reaches(edges, *needs, to, seen))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn exactly_what_closes_a_circle_is_refused(
        wanted in prop::collection::vec((0_usize..7, 0_usize..7), 1..30)
    ) {
        each(|_, tasks| {
            let ann = ann();
            let by = By::new(&ann, now());
            let ids: Vec<_> = (0..7).map(|it| make(tasks, &format!("t{it}"))).collect();
            let mut edges = BTreeSet::new();
            for (task, needs) in &wanted {
                let closes = !edges.contains(&(*task, *needs))
                    && reaches(&edges, *needs, *task, &mut Vec::new());
                match tasks.add_dependency(&by, ids[*task], ids[*needs], yes, yes) {
                    Ok(_) => {
                        assert!(!closes);
                        edges.insert((*task, *needs));
                    }
                    Err(TaskError::Circle { path, .. }) => {
                        assert!(closes);
                        assert_eq!(path.first(), Some(&ids[*needs]));
                        assert_eq!(path.last(), Some(&ids[*task]));
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
}

#[test]
fn two_at_once_do_not_close_a_circle() {
    let patterns = super::patterns();
    runward_db::testing::each_place(|place| {
        let db = runward_db::testing::open(&place);
        let tasks = crate::Tasks::new(&db, patterns);
        for _ in 0..5 {
            let (a, b) = (make(&tasks, "a"), make(&tasks, "b"));
            let results: Vec<_> = std::thread::scope(|scope| {
                [(a, b), (b, a)]
                    .map(|(id, on)| {
                        let place = &place;
                        scope.spawn(move || {
                            let db = runward_db::testing::open(place);
                            let ann = ann();
                            crate::Tasks::new(&db, patterns)
                                .add_dependency(&By::new(&ann, now()), id, on, yes, yes)
                                .map(drop)
                        })
                    })
                    .map(|it| it.join().unwrap())
                    .into_iter()
                    .collect()
            });
            assert_eq!(
                results.iter().filter(|it| it.is_ok()).count(),
                1,
                "{results:?}"
            );
        }
    });
}

#[test]
fn a_long_chain_is_walked() {
    each(|_, tasks| {
        let ann = ann();
        let by = By::new(&ann, now());
        let ids: Vec<_> = (0..60).map(|it| make(tasks, &format!("t{it}"))).collect();
        for pair in ids.windows(2) {
            tasks
                .add_dependency(&by, pair[0], pair[1], yes, yes)
                .unwrap();
        }
        let Err(TaskError::Circle { path, .. }) =
            tasks.add_dependency(&by, ids[59], ids[0], yes, yes)
        else {
            panic!("a circle");
        };
        assert_eq!(path, ids);
    });
}
