//! What a text must contain, from the expression alone.

use super::emit::{Dialect, emit};
use super::syntax::Node;
use crate::{AnyOf, Required};

/// More alternatives than this are no help to a search.
const MAX_TEXTS: usize = 32;
const MAX_TEXT: usize = 64;
const MAX_CLAUSES: usize = 8;

/// The clauses that hold for every text with a match.
pub(super) fn required(node: &Node) -> Required {
    let mut clauses = Vec::new();
    sequence(std::slice::from_ref(node), &mut clauses);
    clauses.sort_by_key(|clause| std::cmp::Reverse(clause.shortest()));
    clauses.truncate(MAX_CLAUSES);
    Required { all: clauses }
}

/// What is wrong with the names of properties, which only the engine knows.
pub(super) fn check_properties(node: &Node) -> Result<(), String> {
    let has_property = node.any(&mut |node| {
        matches!(node, Node::Class { text, .. } if text.contains("\\p{") || text.contains("\\P{"))
    });
    if !has_property {
        return Ok(());
    }
    match regex_syntax::parse(&emit(node, Dialect::Relaxed)) {
        Ok(_) => Ok(()),
        Err(regex_syntax::Error::Translate(error)) => Err(error.kind().to_string().to_lowercase()),
        Err(_) => Err("there is no such property".to_owned()),
    }
}

/// The text of neighbouring characters that is being put together.
#[derive(Default)]
struct Text {
    bytes: Vec<u8>,
    caseless: bool,
}

impl Text {
    /// Adds a character, or tells that its other cases are other bytes.
    fn push(&mut self, char: char, caseless: bool) -> bool {
        // `k` and `s` have a third form beyond ASCII.
        if caseless && (!char.is_ascii() || matches!(char, 'k' | 'K' | 's' | 'S')) {
            return false;
        }
        self.caseless |= caseless && char.is_ascii_alphabetic();
        let mut buffer = [0; 4];
        self.bytes
            .extend_from_slice(char.encode_utf8(&mut buffer).as_bytes());
        true
    }

    fn flush(&mut self, clauses: &mut Vec<AnyOf>) {
        let Self {
            mut bytes,
            caseless,
        } = std::mem::take(self);
        if bytes.is_empty() {
            return;
        }
        bytes.truncate(MAX_TEXT);
        if caseless {
            // What is only found in one case is still found among both.
            bytes.make_ascii_lowercase();
        }
        clauses.push(AnyOf {
            texts: vec![bytes],
            caseless,
        });
    }
}

fn sequence(nodes: &[Node], clauses: &mut Vec<AnyOf>) {
    let mut text = Text::default();
    for node in nodes {
        add(node, &mut text, clauses);
    }
    text.flush(clauses);
}

fn add(node: &Node, text: &mut Text, clauses: &mut Vec<AnyOf>) {
    match node {
        Node::Char { char, caseless } => {
            if !text.push(*char, *caseless) {
                text.flush(clauses);
            }
        }
        // They take no room.
        Node::Empty | Node::Assert(_) | Node::Keep | Node::Look { negative: true, .. } => {}
        Node::Group(node) | Node::Capture { node, .. } | Node::Atomic(node) => {
            add(node, text, clauses);
        }
        Node::Concat(nodes) => {
            for node in nodes {
                add(node, text, clauses);
            }
        }
        Node::Alt(branches) => {
            text.flush(clauses);
            clauses.extend(either(branches));
        }
        Node::Repeat { node, min, .. } => {
            text.flush(clauses);
            if *min > 0 {
                sequence(std::slice::from_ref(node.as_ref()), clauses);
            }
        }
        // What is looked at is in the text as well, though not at this place.
        Node::Look {
            negative: false,
            node,
            ..
        } => {
            sequence(std::slice::from_ref(node.as_ref()), clauses);
        }
        // What a definition has is met where it is called, if it is.
        Node::Dot { .. }
        | Node::Class { .. }
        | Node::Backref { .. }
        | Node::Call(_)
        | Node::Condition { .. }
        | Node::Verb(_) => text.flush(clauses),
    }
}

/// One clause for alternatives: the most selective clause of each.
fn either(branches: &[Node]) -> Option<AnyOf> {
    let mut texts = Vec::new();
    let mut caseless = false;
    for branch in branches {
        let mut clauses = Vec::new();
        sequence(std::slice::from_ref(branch), &mut clauses);
        let best = clauses.into_iter().max_by_key(AnyOf::shortest)?;
        caseless |= best.caseless;
        texts.extend(best.texts);
        if texts.len() > MAX_TEXTS {
            return None;
        }
    }
    if caseless {
        for text in &mut texts {
            text.make_ascii_lowercase();
        }
    }
    texts.sort();
    texts.dedup();
    (!texts.is_empty()).then_some(AnyOf { texts, caseless })
}
