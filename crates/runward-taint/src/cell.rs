//! What is known of one value: its taints, and those of its parts.

use std::rc::Rc;

use crate::il::Key;
use crate::taints::Taints;

/// Parts of one object that are told apart.
const WIDEST: usize = 64;
/// Parts of all levels that are told apart; of a larger object all parts are one. A shape that is put
/// into itself in a loop would else grow for ever.
const MOST: usize = 200;
/// Parts of parts are told apart to this depth.
const DEEPEST: usize = 12;

/// The taint of one place.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Mark {
    /// Nothing is known: it is as its object is.
    #[default]
    None,
    /// It was assigned something harmless.
    Clean,
    Tainted(Taints),
}

impl Mark {
    pub(crate) fn taints(&self) -> Taints {
        match self {
            Self::Tainted(taints) => taints.clone(),
            Self::None | Self::Clean => Taints::default(),
        }
    }

    fn join(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Tainted(taints), Self::Tainted(others)) => taints.join(others),
            (_, Self::Tainted(_)) => *self = other.clone(),
            (Self::None, Self::Clean) => *self = Self::Clean,
            _ => {}
        }
    }
}

/// The parts of an object that are known apart; none if `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Shape(Option<Rc<Vec<(Key, Cell)>>>);

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Cell {
    pub(crate) mark: Mark,
    pub(crate) shape: Shape,
    /// Its parts became too many to be told apart, and stay one: else it would grow and collapse for
    /// ever in a loop.
    is_one: bool,
}

impl Shape {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn parts(&self) -> &[(Key, Cell)] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// The shape of a tuple.
    pub(crate) fn sequence(values: impl IntoIterator<Item = (Taints, Shape)>) -> Self {
        let mut parts = Vec::new();
        for (index, (taints, shape)) in values.into_iter().enumerate() {
            if (taints.is_empty() && shape.is_empty()) || parts.len() >= WIDEST {
                continue;
            }
            let mark = if taints.is_empty() {
                Mark::None
            } else {
                Mark::Tainted(taints)
            };
            let key = i64::try_from(index).map_or(Key::Any, Key::Number);
            parts.push((
                key,
                Cell {
                    mark,
                    shape,
                    is_one: false,
                },
            ));
        }
        Self((!parts.is_empty()).then(|| Rc::new(parts)))
    }

    /// The shape of an object.
    pub(crate) fn record(fields: impl IntoIterator<Item = (Key, Taints, Shape)>) -> Self {
        let mut all = Self::default();
        for (key, taints, shape) in fields {
            if !taints.is_empty() || !shape.is_empty() {
                all.add(&[key], &taints, &shape, 0);
            }
        }
        all
    }

    pub(crate) fn join(&mut self, other: &Self) {
        let Some(others) = &other.0 else {
            return;
        };
        let Some(mine) = &mut self.0 else {
            self.0 = Some(Rc::clone(others));
            return;
        };
        if Rc::ptr_eq(mine, others) {
            return;
        }
        let mine = Rc::make_mut(mine);
        for (key, cell) in others.iter() {
            match mine.binary_search_by_key(key, |(key, _)| *key) {
                Ok(at) => {
                    if let Some((_, own)) = mine.get_mut(at) {
                        own.join(cell);
                    }
                }
                Err(at) if mine.len() < WIDEST => mine.insert(at, (*key, cell.clone())),
                Err(_) => {}
            }
        }
    }

    /// Whether the parts are too many to be told apart.
    pub(crate) fn is_large(&self) -> bool {
        size(self, 0) > MOST
    }

    /// The same shape with other taints.
    pub(crate) fn mapped(&self, map: &mut dyn FnMut(&Taints) -> Taints) -> Self {
        let parts: Vec<(Key, Cell)> = self
            .parts()
            .iter()
            .map(|(key, cell)| {
                let mark = match &cell.mark {
                    Mark::Tainted(taints) => {
                        let taints = map(taints);
                        if taints.is_empty() {
                            Mark::None
                        } else {
                            Mark::Tainted(taints)
                        }
                    }
                    mark => mark.clone(),
                };
                let shape = cell.shape.mapped(map);
                let is_one = cell.is_one;
                (
                    *key,
                    Cell {
                        mark,
                        shape,
                        is_one,
                    },
                )
            })
            .filter(|(_, cell)| cell.mark != Mark::None || !cell.shape.is_empty())
            .collect();
        Self((!parts.is_empty()).then(|| Rc::new(parts)))
    }

    /// The parts that are tainted, with their paths.
    pub(crate) fn tainted_parts(&self) -> Vec<(Vec<Key>, Taints)> {
        let mut all = Vec::new();
        for (key, cell) in self.parts() {
            cell.tainted_parts(&mut vec![*key], &mut all);
        }
        all
    }

    /// All taints of all parts.
    pub(crate) fn gather(&self, into: &mut Taints) {
        for (_, cell) in self.parts() {
            cell.gather(into);
        }
    }

    /// Where the parts are whose key is not known; [`Key::Any`] is the last of all keys.
    fn any_place(&self) -> Option<usize> {
        let last = self.parts().len().checked_sub(1)?;
        self.parts()
            .get(last)
            .is_some_and(|(key, _)| *key == Key::Any)
            .then_some(last)
    }

    pub(crate) fn find(&self, path: &[Key]) -> Option<Cell> {
        let (key, rest) = path.split_first()?;
        if *key == Key::Any {
            let mut found: Option<Cell> = None;
            for (_, cell) in self.parts() {
                if let Some(cell) = cell.find(rest) {
                    match &mut found {
                        Some(found) => found.join(&cell),
                        None => found = Some(cell),
                    }
                }
            }
            return found;
        }
        let at = self
            .parts()
            .binary_search_by_key(key, |(key, _)| *key)
            .ok()
            // What is at an unknown index may be at any; fields are no indices.
            .or_else(|| self.any_place().filter(|_| !matches!(key, Key::Field(_))))?;
        self.parts().get(at).and_then(|(_, cell)| cell.find(rest))
    }

    /// The places of the parts that a key means, of which the key's own is made if it is not there.
    /// Past the limit a key means any part.
    fn meant(&mut self, key: Key) -> (&mut Vec<(Key, Cell)>, Option<usize>) {
        let parts = Rc::make_mut(self.0.get_or_insert_with(Rc::default));
        let at = match parts.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(at) => Some(at),
            Err(_) if parts.len() >= WIDEST => None,
            Err(at) => {
                parts.insert(at, (key, Cell::default()));
                Some(at)
            }
        };
        (parts, at.filter(|_| key != Key::Any))
    }

    pub(crate) fn add(&mut self, path: &[Key], taints: &Taints, shape: &Self, depth: usize) {
        let Some((key, rest)) = path.split_first() else {
            return;
        };
        match self.meant(*key) {
            (parts, Some(at)) => {
                if let Some((_, cell)) = parts.get_mut(at) {
                    cell.add_at(rest, taints, shape, depth + 1);
                }
            }
            (parts, None) => {
                for (_, cell) in parts.iter_mut() {
                    cell.add_at(rest, taints, shape, depth + 1);
                }
            }
        }
    }

    fn clean(&mut self, path: &[Key]) {
        let Some((key, rest)) = path.split_first() else {
            return;
        };
        match self.meant(*key) {
            (parts, Some(at)) => {
                if let Some((_, cell)) = parts.get_mut(at) {
                    cell.clean(rest);
                }
            }
            (parts, None) => {
                for (_, cell) in parts.iter_mut() {
                    cell.clean(rest);
                }
            }
        }
    }
}

impl Cell {
    fn join(&mut self, other: &Self) {
        self.mark.join(&other.mark);
        self.shape.join(&other.shape);
        if self.is_one || other.is_one {
            self.collapse();
        }
        if self.mark == Mark::Clean && !self.shape.is_empty() {
            self.mark = Mark::None;
        }
    }

    pub(crate) fn merged(mut self, other: &Self) -> Self {
        self.join(other);
        self
    }

    pub(crate) fn gather(&self, into: &mut Taints) {
        match &self.mark {
            Mark::Clean => return,
            Mark::Tainted(taints) => into.join(taints),
            Mark::None => {}
        }
        self.shape.gather(into);
    }

    pub(crate) fn find(&self, path: &[Key]) -> Option<Self> {
        if path.is_empty() {
            return Some(self.clone());
        }
        self.shape.find(path)
    }

    /// Adds taints to a part.
    pub(crate) fn add(&mut self, path: &[Key], taints: &Taints, shape: &Shape) {
        self.add_at(path, taints, shape, 0);
    }

    fn add_at(&mut self, path: &[Key], taints: &Taints, shape: &Shape, depth: usize) {
        if self.is_one || path.is_empty() || depth >= DEEPEST {
            self.shape.join(shape);
            if !taints.is_empty() {
                match &mut self.mark {
                    Mark::Tainted(own) => own.join(taints),
                    mark => *mark = Mark::Tainted(taints.clone()),
                }
            }
        } else {
            self.shape.add(path, taints, shape, depth);
        }
        if self.is_one || self.shape.is_large() {
            self.collapse();
        }
        if self.mark == Mark::Clean && !self.shape.is_empty() {
            self.mark = Mark::None;
        }
    }

    /// All parts become one.
    fn collapse(&mut self) {
        let mut all = self.mark.taints();
        self.shape.gather(&mut all);
        self.shape = Shape::default();
        self.is_one = true;
        self.mark = if all.is_empty() {
            Mark::None
        } else {
            Mark::Tainted(all)
        };
    }

    /// A part was assigned something harmless.
    pub(crate) fn clean(&mut self, path: &[Key]) {
        match path {
            [] | [Key::Any] => {
                self.mark = Mark::Clean;
                self.shape = Shape::default();
                self.is_one = false;
            }
            _ if self.is_one => {}
            _ => self.shape.clean(path),
        }
    }

    /// The parts that are tainted, with their paths.
    pub(crate) fn tainted_parts(&self, path: &mut Vec<Key>, into: &mut Vec<(Vec<Key>, Taints)>) {
        if let Mark::Tainted(taints) = &self.mark {
            into.push((path.clone(), taints.clone()));
        }
        for (key, cell) in self.shape.parts() {
            path.push(*key);
            cell.tainted_parts(path, into);
            path.pop();
        }
    }
}

/// The parts of all levels, up to one more than the limit; too deep is too many.
fn size(shape: &Shape, depth: usize) -> usize {
    if depth > DEEPEST {
        return MOST + 1;
    }
    let mut all = 0;
    for (_, cell) in shape.parts() {
        all += 1 + size(&cell.shape, depth + 1);
        if all > MOST {
            break;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taints() -> Taints {
        std::iter::once((7, 0)).collect()
    }

    #[test]
    fn parts_are_tainted_and_cleaned_apart() {
        let (one, two) = (Key::Number(1), Key::Number(2));
        let mut cell = Cell::default();
        cell.add(&[one, two], &taints(), &Shape::default());
        assert!(cell.find(&[one, two]).is_some());
        assert!(cell.find(&[two]).is_none());
        assert_eq!(
            cell.shape.find(&[Key::Any, two]).unwrap().mark,
            Mark::Tainted(taints())
        );
        cell.clean(&[one]);
        assert_eq!(cell.find(&[one]).unwrap().mark, Mark::Clean);
        let mut all = Taints::default();
        cell.gather(&mut all);
        assert!(all.is_empty());
    }

    #[test]
    fn an_object_that_is_put_into_itself_stays_small() {
        let mut cell = Cell::default();
        cell.add(&[], &taints(), &Shape::default());
        for _ in 0..100 {
            let inner = (cell.mark.taints(), cell.shape.clone());
            let shape = Shape::sequence([inner.clone(), inner]);
            cell.add(&[], &Taints::default(), &shape);
        }
        assert!(!cell.shape.is_large());
        assert_eq!(cell.mark, Mark::Tainted(taints()));
    }
}
