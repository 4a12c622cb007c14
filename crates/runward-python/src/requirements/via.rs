//! `# via` comments: pip-compile and uv write there what brings a package in.

use crate::{declared::Via, requirement::is_name};

/// Collects the comments that follow one requirement.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    via: Option<Via>,
}

impl Collector {
    /// Takes a comment, without its `#`.
    pub(crate) fn comment(&mut self, comment: &str) {
        let comment = comment.trim();
        let list = match comment.strip_prefix("via") {
            Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t', ':']) => {
                self.via.get_or_insert_default();
                rest.trim_start_matches(':')
            }
            _ if self.via.is_some() => comment,
            _ => return,
        };
        if let Some(via) = &mut self.via {
            for item in list.split(',') {
                add(via, item.trim());
            }
        }
    }

    /// What was collected for the requirement that ends here.
    pub(crate) fn take(&mut self) -> Option<Via> {
        self.via.take()
    }
}

fn add(via: &mut Via, item: &str) {
    let requires = ["-r ", "--requirement ", "-r\t"]
        .iter()
        .any(|option| item.starts_with(option));
    // `name (pyproject.toml)`, `name (setup.py)`: the project itself.
    let (name, remark) = match item.split_once('(') {
        Some((name, remark)) => (name.trim(), Some(remark)),
        None => (item, None),
    };
    let name = name.split('[').next().unwrap_or(name).trim();
    if requires || remark.is_some() {
        via.direct = true;
    } else if is_name(name) {
        via.names.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(comments: &[&str]) -> Option<Via> {
        let mut collector = Collector::default();
        for comment in comments {
            collector.comment(comment);
        }
        collector.take()
    }

    #[test]
    fn both_styles_are_read() {
        let via = |names: &[&str], direct| {
            Some(Via {
                names: names.iter().map(|n| (*n).to_owned()).collect(),
                direct,
            })
        };
        assert_eq!(
            collect(&[" via flask, jinja2"]),
            via(&["flask", "jinja2"], false)
        );
        assert_eq!(
            collect(&[
                " via",
                "   -r requirements.in",
                "   requests[socks]",
                "   -c c.txt"
            ]),
            via(&["requests"], true)
        );
        assert_eq!(collect(&[" via my-app (pyproject.toml)"]), via(&[], true));
        assert_eq!(collect(&[" viaduct", " note"]), None);
        assert_eq!(
            collect(&[" via a", " from https://pypi.org/simple"]),
            via(&["a"], false)
        );
    }
}
