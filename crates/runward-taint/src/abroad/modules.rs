//! What imported names stand for, from file to file.

use std::sync::Arc;

use runward_syntax::Language;

use crate::left::{Left, Steps};

use super::interface::{Item, Method};
use super::{ClassId, FileId, FunctionId, Interface, Paths, Thing};

/// What is known of one file.
#[derive(Debug, Clone)]
enum Known {
    /// It is not looked at.
    Nothing,
    /// It will be.
    Pending,
    Interface(Arc<Interface>),
}

/// What the files of a project define.
#[derive(Debug)]
pub struct Modules {
    paths: Paths,
    languages: Vec<Language>,
    known: Vec<Known>,
}

impl Modules {
    #[must_use]
    pub fn new(paths: Paths, languages: Vec<Language>) -> Self {
        let known = vec![Known::Nothing; paths.len()];
        Self {
            paths,
            languages,
            known,
        }
    }

    #[must_use]
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Says that a file will be looked at: until then its functions are taken to do nothing.
    pub fn expect(&mut self, file: FileId) {
        self.set(file, Known::Pending);
    }

    pub fn define(&mut self, file: FileId, interface: Arc<Interface>) {
        self.set(file, Known::Interface(interface));
    }

    /// Says that nothing can be known of a file: its functions pass on whatever they are given.
    pub fn give_up(&mut self, file: FileId) {
        self.set(file, Known::Nothing);
    }

    fn set(&mut self, file: FileId, known: Known) {
        if let Some(place) = self.known.get_mut(file.index()) {
            *place = known;
        }
    }

    fn interface(&self, file: FileId) -> Option<&Interface> {
        match self.known.get(file.index())? {
            Known::Interface(interface) => Some(interface),
            Known::Nothing | Known::Pending => None,
        }
    }

    fn is_pending(&self, file: FileId) -> bool {
        matches!(self.known.get(file.index()), Some(Known::Pending))
    }

    /// What a name that a file imports stands for.
    pub(crate) fn imported(&self, from: FileId, module: &str, name: Option<&str>) -> Option<Thing> {
        self.import(from, module, name, Steps::new().all())
    }

    fn import(
        &self,
        from: FileId,
        module: &str,
        name: Option<&str>,
        left: Left<'_>,
    ) -> Option<Thing> {
        let language = *self.languages.get(from.index())?;
        let file = self.paths.module(from, module, language);
        match (file, name) {
            (Some(file), None) => Some(Thing::Module(file)),
            (Some(file), Some(name)) => self.exported(file, name, left).or_else(|| {
                // `import m from "./m"` of a module that exports no single thing.
                (name == "default" && language != Language::Python).then_some(Thing::Module(file))
            }),
            // `from package import module`, where the package has no file of its own.
            (None, Some(name)) if language == Language::Python => {
                let dot = if module.ends_with('.') { "" } else { "." };
                let whole = format!("{module}{dot}{name}");
                self.paths.module(from, &whole, language).map(Thing::Module)
            }
            _ => None,
        }
    }

    /// A name that a file gives to others.
    fn exported(&self, file: FileId, name: &str, left: Left<'_>) -> Option<Thing> {
        let left = left.down()?;
        if self.is_pending(file) {
            return Some(Thing::Pending);
        }
        let own = self.interface(file).and_then(|interface| {
            let item = interface.exports.get(name).or_else(|| {
                (!interface.exports_only)
                    .then(|| interface.names.get(name))
                    .flatten()
            });
            item.and_then(|item| self.item(file, item, left))
                .or_else(|| {
                    let mut stars = interface.stars.iter();
                    stars.find_map(|module| self.import(file, module, Some(name), left))
                })
        });
        own.or_else(|| self.paths.submodule(file, name).map(Thing::Module))
    }

    /// A name as it is known within a file.
    fn local(&self, file: FileId, name: &str, left: Left<'_>) -> Option<Thing> {
        let left = left.down()?;
        let interface = self.interface(file)?;
        interface
            .names
            .get(name)
            .and_then(|item| self.item(file, item, left))
            .or_else(|| {
                let mut stars = interface.stars.iter();
                stars.find_map(|module| self.import(file, module, Some(name), left))
            })
    }

    fn item(&self, file: FileId, item: &Item, left: Left<'_>) -> Option<Thing> {
        match item {
            Item::Function(at) => Some(Thing::Function(FunctionId { file, at: *at })),
            Item::Class(at) => Some(Thing::Class(ClassId { file, at: *at })),
            Item::Import { module, name } => self.import(file, module, name.as_deref(), left),
            Item::Alias(path) => self.dotted(file, path, left),
            Item::Object(path) => match self.dotted(file, path, left)? {
                Thing::Class(class) => Some(Thing::Object(class)),
                Thing::Pending => Some(Thing::Pending),
                _ => None,
            },
        }
    }

    fn dotted(&self, file: FileId, path: &[Box<str>], left: Left<'_>) -> Option<Thing> {
        let (first, rest) = path.split_first()?;
        let mut thing = self.local(file, first, left)?;
        for name in rest {
            thing = self.member_of(thing, name, left)?;
        }
        Some(thing)
    }

    /// `thing.name`
    pub(crate) fn member(&self, thing: Thing, name: &str) -> Option<Thing> {
        self.member_of(thing, name, Steps::new().all())
    }

    fn member_of(&self, thing: Thing, name: &str, left: Left<'_>) -> Option<Thing> {
        match thing {
            Thing::Module(file) => self.exported(file, name, left),
            Thing::Pending => Some(Thing::Pending),
            _ => None,
        }
    }

    /// A module that is called or made itself: `module.exports = f`.
    pub(crate) fn whole(&self, thing: Thing) -> Thing {
        match thing {
            Thing::Module(file) => self
                .exported(file, "default", Steps::new().all())
                .unwrap_or(thing),
            other => other,
        }
    }

    /// A method of a class or of its bases, and whether it is static.
    pub(crate) fn method(&self, class: ClassId, name: &str) -> Option<(FunctionId, bool)> {
        self.method_of(class, name, Steps::new().all())
    }

    fn method_of(&self, class: ClassId, name: &str, left: Left<'_>) -> Option<(FunctionId, bool)> {
        let left = left.down()?;
        let file = class.file;
        let known = self.interface(file)?.classes.get(class.at as usize)?;
        if let Some(Method { at, is_static }) = known.methods.get(name) {
            return Some((FunctionId { file, at: *at }, *is_static));
        }
        known
            .bases
            .iter()
            .find_map(|base| match self.dotted(file, base, left)? {
                Thing::Class(base) => self.method_of(base, name, left),
                _ => None,
            })
    }

    pub(crate) fn is_class_method(&self, function: FunctionId) -> bool {
        self.interface(function.file)
            .is_some_and(|interface| interface.class_methods.contains(&function.at))
    }
}
