//! Lists the files of `rules/`, so that a new rule is in the program at the next build.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let rules = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../rules");
    println!("cargo:rerun-if-changed={}", rules.display());
    let mut listed = String::from("&[\n");
    let mut packs: Vec<PathBuf> = directories(&rules)?;
    packs.sort();
    for pack in packs {
        println!("cargo:rerun-if-changed={}", pack.display());
        let mut files: Vec<PathBuf> = fs::read_dir(&pack)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_, std::io::Error>>()?;
        files.retain(|file| is_rule(file));
        files.sort();
        let name = pack
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        writeln!(listed, "    ({name:?}, &[")?;
        for file in files {
            let short = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let path = format!("rules/{name}/{short}");
            let rule = included(&file)?;
            let test = match test_of(&file)? {
                Some(test) => format!("Some({})", included(&test)?),
                None => "None".to_owned(),
            };
            writeln!(
                listed,
                "        File {{ path: {path:?}, text: {rule}, test: {test} }},"
            )?;
        }
        listed.push_str("    ]),\n");
    }
    listed.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("packs.rs"), listed)?;
    Ok(())
}

/// The expression for a file's text, quoted as Rust quotes strings.
fn included(file: &Path) -> Result<String, std::io::Error> {
    let path = file.canonicalize()?;
    Ok(format!("include_str!({:?})", path.to_string_lossy()))
}

fn directories(rules: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(rules)? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    Ok(found)
}

/// `name.yaml`, but no test file in YAML (`name.test.yaml`).
fn is_rule(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".yaml") && !name.ends_with(".test.yaml") && !name.ends_with(".fixed.yaml")
}

/// The test beside a rule: the same name with another ending.
fn test_of(rule: &Path) -> Result<Option<PathBuf>, std::io::Error> {
    let stem = rule
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut found = Vec::new();
    for entry in fs::read_dir(rule.parent().unwrap_or(rule))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let rest = name.strip_prefix(&stem).unwrap_or_default();
        if rest.starts_with('.') && rest != ".yaml" && !rest.contains(".fixed") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found.into_iter().next())
}
