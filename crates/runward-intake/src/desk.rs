//! Where entries become findings, problems and counts.

use std::collections::{HashSet, VecDeque};

use runward_model::{Finding, NotCovered};

use crate::{
    About, Known, Options, Tally, Tool,
    identity::Identity,
    path::{self, PathFault, Placed},
    scanner::Spot,
    text,
};

pub(crate) struct Desk<'k> {
    pub(crate) options: Options,
    pub(crate) known: &'k dyn Known,
    pub(crate) about: About,
    pub(crate) tally: Tally,
    pub(crate) identity: Identity,
    pub(crate) out: VecDeque<Finding>,
    /// The entry in hand.
    pub(crate) spot: Spot,
    noted: HashSet<&'static str>,
    /// Problems beyond the limit.
    more_problems: usize,
}

impl<'k> Desk<'k> {
    pub(crate) fn new(options: Options, known: &'k dyn Known, format: crate::Format) -> Self {
        Self {
            options,
            known,
            about: About {
                format,
                tools: Vec::new(),
                generated: None,
                scanned: Vec::new(),
                whole: false,
                not_covered: Vec::new(),
                notes: Vec::new(),
            },
            tally: Tally::default(),
            identity: Identity::default(),
            out: VecDeque::new(),
            spot: Spot { offset: 0, line: 1 },
            noted: HashSet::new(),
            more_problems: 0,
        }
    }

    /// Lists something that could not be looked at or used.
    pub(crate) fn problem(&mut self, problem: NotCovered) {
        let most = self.options.limits.max_problems.max(1);
        if self.about.not_covered.len() < most {
            self.about.not_covered.push(problem);
            return;
        }
        self.more_problems += 1;
        // The last place tells how many it stands for.
        let count = self.more_problems + 1;
        let rest = NotCovered::file(
            self.options.name.clone(),
            format!("{count} more entries like those before; look into the file itself"),
        );
        if let Some(last) = self.about.not_covered.last_mut() {
            *last = rest;
        }
    }

    /// The entry in hand cannot be used.
    pub(crate) fn unusable(&mut self, why: &str) {
        self.tally.unusable += 1;
        let Spot { offset, line } = self.spot;
        let reason = format!("the result at byte {offset} cannot be used: {why}");
        self.problem(NotCovered {
            path: self.options.name.clone(),
            line: u32::try_from(line).ok(),
            package: None,
            reason,
        });
    }

    /// Says something to people, once.
    pub(crate) fn note(&mut self, note: &'static str) {
        if self.noted.insert(note) {
            self.about.notes.push(note.to_owned());
        }
    }

    /// The tool itself could not look at something.
    pub(crate) fn tool_error(&mut self, path: Option<&str>, line: Option<u32>, what: &str) {
        let path = path
            .and_then(|raw| match self.place(raw) {
                Ok(Placed::File(path)) => Some(path),
                _ => None,
            })
            .unwrap_or_else(|| self.options.name.clone());
        let tool = match (self.about.tools.first(), self.about.format) {
            (Some(tool), _) => tool.name.clone(),
            (None, crate::Format::Sarif) => "the tool".to_owned(),
            (None, format) => format.as_str().to_owned(),
        };
        let reason = format!("{tool} reports: {}", text::title(what));
        self.problem(NotCovered {
            path,
            line,
            package: None,
            reason,
        });
    }

    pub(crate) fn tool(&mut self, name: &str, version: Option<&str>) {
        let tool = Tool {
            name: tool_name(name),
            version: version.and_then(text::name),
        };
        if !self.about.tools.contains(&tool) && self.about.tools.len() < 64 {
            self.about.tools.push(tool);
        }
    }

    pub(crate) fn place(&self, raw: &str) -> Result<Placed, PathFault> {
        let root = self.options.source_root.as_deref();
        path::plain(raw, root, self.options.limits.max_path)
    }

    pub(crate) fn place_uri(&self, raw: &str) -> Result<Placed, PathFault> {
        let root = self.options.source_root.as_deref();
        path::uri(raw, root, self.options.limits.max_path)
    }

    /// A file that the tool looked at.
    pub(crate) fn scanned(&mut self, placed: Result<Placed, PathFault>) {
        match placed {
            Ok(Placed::File(path)) if self.about.scanned.len() < self.options.limits.max_files => {
                self.about.scanned.push(path);
            }
            _ => self.about.whole = false,
        }
    }
}

/// One tool by one name: `Semgrep OSS` and `semgrep` are the same.
pub(crate) fn tool_name(name: &str) -> String {
    let name = text::title(name).trim().to_ascii_lowercase();
    let name = match name.as_str() {
        "semgrep oss" | "semgrep pro" | "semgrep code" | "opengrep oss" => {
            name.split(' ').next().unwrap_or_default().to_owned()
        }
        _ => name,
    };
    if name.is_empty() {
        "unnamed tool".to_owned()
    } else {
        name
    }
}

/// A path fault in a sentence.
pub(crate) fn path_fault(raw: &str, fault: PathFault) -> String {
    format!("its path `{}` {fault}", text::shown(raw))
}
