//! `runward rules show --all --into DIR`.

use std::{collections::BTreeMap, path::Path};

use runward_ops::{Exit, OpsError, rules};

use crate::{code_views, failure::Outcome, outputs::write_file, terminal::Session};

/// Writes a page for each rule, in a directory for each pack or file.
pub(crate) fn run(session: &Session, asked: &[String], into: &Path) -> Outcome {
    let into = session.context.working_directory.join(into);
    let mut pages = BTreeMap::new();
    for page in rules::pages(&session.context.working_directory, asked)? {
        let name = format!("{}.md", safe(&page.row.id));
        let file = into.join(safe(&page.row.source)).join(name);
        if let Some(other) = pages.insert(file.clone(), page) {
            return Err(OpsError::usage(
                format!("two rules would both be written to `{}`", file.display()),
                format!("rename one of those with the id `{}`", other.row.id),
            )
            .into());
        }
    }
    for (file, page) in &pages {
        let text = code_views::rule_markdown(page);
        write_file(file, |out| Ok(out.write_all(text.as_bytes())?))?;
    }
    session.note(&format!(
        "wrote {} pages to {}",
        pages.len(),
        into.display()
    ));
    Ok(Exit::CLEAN)
}

/// A name that leads nowhere else, whatever the rule calls itself.
fn safe(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = name
        .chars()
        .map(|c| if plain(c) { c } else { '-' })
        .collect();
    match name.trim_start_matches('.') {
        "" => "-".to_owned(),
        rest => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn a_name_stays_in_its_directory() {
        assert_eq!(safe("sql-injection"), "sql-injection");
        assert_eq!(safe("../../etc/passwd"), "-..-etc-passwd");
        assert_eq!(safe("/a\0b"), "-a-b");
        assert_eq!(safe(".."), "-");
    }
}
