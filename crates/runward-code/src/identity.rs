//! What makes a finding the same one after lines have moved.

use std::collections::HashMap;

use runward_model::Fingerprint;
use runward_syntax::{Kind, NodeId, Tree};

use crate::frame::one_line;

/// Characters of a match that its identity looks at. Matches that contain each other would else
/// be read again for each level.
const MOST: usize = 4_000;

/// The named functions and classes around a match, the match itself among them, outermost first:
/// `Users.login`. It asks the node alone: whether other rules made a tree of the file must not
/// change who a finding is.
pub(crate) fn symbol(tree: &Tree, node: NodeId) -> Option<String> {
    let around = std::iter::once(node).chain(tree.ancestors(node));
    let mut names: Vec<&str> = around.filter_map(|at| name_of(tree, at)).collect();
    names.reverse();
    (!names.is_empty()).then(|| names.join("."))
}

fn name_of(tree: &Tree, id: NodeId) -> Option<&str> {
    let place = match tree.kind(id) {
        Kind::FuncDef | Kind::ClassDef => 1,
        // `const f = () => …`.
        Kind::VarDef
            if matches!(
                tree.present(id, 2).map(|v| tree.kind(v)),
                Some(Kind::Lambda)
            ) =>
        {
            0
        }
        _ => return None,
    };
    let name = tree.present(id, place)?;
    (tree.kind(name) == Kind::Name).then(|| tree.name(name))
}

/// Counts equal findings of one file, so that the second one of two has an identity of its own.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    seen: HashMap<Fingerprint, u32>,
}

impl Identities {
    /// The fingerprint of a finding: its rule, its file, the symbol around it, its code without
    /// white space, and how many equal ones stand before it.
    pub(crate) fn next(&mut self, rule: &str, path: &str, symbol: &str, code: &str) -> Fingerprint {
        let code = one_line(code, MOST);
        let parts = ["code", rule, path, symbol, &code];
        let base = Fingerprint::of(&parts);
        let count = self.seen.entry(base.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            return base;
        }
        let number = count.to_string();
        Fingerprint::of(&["code", rule, path, symbol, &code, &number])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_does_not_change_an_identity_and_order_tells_equal_ones_apart() {
        let mut one = Identities::default();
        let first = one.next("r", "a.py", "f", "eval(x)");
        let second = one.next("r", "a.py", "f", "eval(x)");
        assert_ne!(first, second);
        let mut moved = Identities::default();
        assert_eq!(moved.next("r", "a.py", "f", "eval(x)\n"), first);
        assert_eq!(moved.next("r", "a.py", "f", "eval(x)"), second);
        assert_ne!(moved.next("r", "a.py", "g", "eval(x)"), first);
    }
}
