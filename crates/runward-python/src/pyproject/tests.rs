use proptest::prelude::*;

use crate::testing::{Files, excluded, lines, problems, scan};

fn check(files: Files<'_>, expected: &[&str]) -> runward_model::Manifest {
    let manifest = scan(files);
    assert_eq!(lines(&manifest), expected, "{:?}", problems(&manifest));
    manifest
}

#[test]
fn standard_sections_are_read() {
    let manifest = check(
        &[(
            "pyproject.toml",
            r#"
[build-system]
requires = ["hatchling==1.21"]
[project]
name = "My_Project"
dependencies = [
  "flask==2.0",
  "requests[socks]>=2; python_version < '3.8'",
  "urllib3",
]
[project.optional-dependencies]
socks = ["PySocks>=1.5"]
all = ["my-project[socks]"]
[dependency-groups]
test = ["pytest==8", {include-group = "base"}]
base = ["coverage"]
dev = [{include-group = "test"}, "ruff"]
"#,
        )],
        &[
            "flask 2.0 runtime * :7",
            "urllib3 ? runtime * :9",
            "pysocks ? optional[socks] * :12",
            "hatchling 1.21 build * :3",
            "pytest 8 development[test,dev] * :15",
            "coverage ? development[base,dev,test] * :16",
            "ruff ? development[dev] * :17",
        ],
    );
    assert_eq!(excluded(&manifest), ["requests python_version < '3.8'"]);
    assert!(manifest.not_covered.is_empty());
}

#[test]
fn broken_groups_are_reported_once() {
    let manifest = scan(&[(
        "pyproject.toml",
        "[dependency-groups]\na = [{include-group = 'b'}, 'x']\nb = [{include-group = 'a'}]\nc = [{include-group = 'z'}, 5, {set = 1}]\nd = 'no'\ne = ['a b']\nself = [{include-group='self'}]\n",
    )]);
    assert_eq!(lines(&manifest), ["x ? development[a] * :2"]);
    let reported: Vec<_> = manifest.not_covered.iter().filter_map(|n| n.line).collect();
    assert_eq!(reported, [3, 4, 7, 4, 4, 5, 6], "{:?}", problems(&manifest));
}

#[test]
fn poetry_is_read() {
    let manifest = check(
        &[
            (
                "pyproject.toml",
                r#"
[tool.poetry.dependencies]
python = "^3.9"
exact = "1.2.3"
caret = "^1.2"
wild = "*"
gone = { version = "1.0", python = "<3.9" }
win = { version = "==2.0", platform = "win32" }
repo = { git = "https://github.com/o/r.git", tag = "v1" }
wheel = { url = "https://h/wheel-1.0-py3-none-any.whl" }
opt = { version = "1.0", optional = true }
multi = [
  { version = "1.0", python = "<3.10" },
  { version = "2.0", python = ">=3.10", extras = ["x"] },
]
own = { path = "lib", develop = true }
[tool.poetry.extras]
fast = ["opt"]
[tool.poetry.group.test.dependencies]
pytest = "8.0"
[tool.poetry.dev-dependencies]
black = "==23.1"
bad = "one"
"#,
            ),
            ("lib/pyproject.toml", ""),
        ],
        &[
            "exact 1.2.3 runtime * :4",
            "caret ? runtime * :5",
            "wild ? runtime * :6",
            "repo ? runtime * :9",
            "wheel 1.0 runtime * :10",
            "opt 1.0 optional[fast] * :11",
            "multi 2.0 runtime * :14",
            "black 23.1 development[dev] * :22",
            "pytest 8.0 development[test] * :20",
        ],
    );
    assert_eq!(
        excluded(&manifest),
        [
            "gone python_version < \"3.9\"",
            "win sys_platform == \"win32\"",
            "multi python_version < \"3.10\"",
        ]
    );
    assert_eq!(problems(&manifest).len(), 1);
    assert!(problems(&manifest)[0].starts_with("pyproject.toml:23 `bad = \"one\"`"));
    let caret = manifest.dependencies[1].undetermined.as_deref().unwrap();
    assert_eq!(
        caret,
        "`caret ^1.2` allows many versions; lock it, or run with --resolve"
    );
}

#[test]
fn poetry_adds_sources_to_standard_dependencies() {
    let manifest = check(
        &[(
            "pyproject.toml",
            "[project]\nname = 'x'\ndependencies = ['a==1', 'b>=1']\n[tool.poetry.dependencies]\na = { source = 'own' }\nb = { git = 'https://h/b' }\nc = '1.0'\n[[tool.poetry.source]]\nname = 'own'\nurl = 'https://u:p@own/simple'\n",
        )],
        &["a 1 runtime * :3", "b ? runtime * :3", "c 1.0 runtime * :7"],
    );
    let shown = format!("{:?}", manifest.dependencies[0].origin);
    assert!(shown.contains("https://***@own/simple"), "{shown}");
}

#[test]
fn other_tools_are_read() {
    check(
        &[
            (
                "pyproject.toml",
                r#"
[project]
name = "x"
dependencies = ["local", "fromgit", "plain", "member"]
[tool.pdm.dev-dependencies]
lint = ["ruff==0.1", "-e file:///${PROJECT_ROOT}/libs/own#egg=own"]
[tool.uv]
dev-dependencies = ["pytest==8"]
constraint-dependencies = ["plain==1.5"]
[tool.uv.sources]
local = { path = "libs/own", editable = true }
fromgit = [{ git = "https://h/r", tag = "v1", marker = "os_name == 'nt'" }, { git = "https://h/r", rev = "abc" }]
member = { workspace = true }
[tool.hatch.envs.docs]
dependencies = ["mkdocs==1.5"]
[tool.flit.metadata]
requires = ["old==1"]
"#,
            ),
            ("libs/own/setup.py", ""),
        ],
        &[
            "fromgit ? runtime * :4",
            "plain 1.5 runtime * :4",
            "ruff 0.1 development[lint] * :6",
            "mkdocs 1.5 development[docs] * :15",
            "old 1 runtime * :17",
            "pytest 8 development[dev] * :8",
        ],
    );
}

#[test]
fn dynamic_dependencies_are_read_or_reported() {
    check(
        &[
            (
                "pyproject.toml",
                "[project]\nname='x'\ndynamic=['dependencies', 'optional-dependencies']\n[tool.setuptools.dynamic]\ndependencies = { file = ['requirements.txt'] }\noptional-dependencies.dev = { file = 'dev.txt' }\n",
            ),
            ("requirements.txt", "a==1\n"),
            ("dev.txt", "b==2\n"),
        ],
        &[
            "a 1 runtime * requirements.txt:1",
            "b 2 optional[dev] * dev.txt:1",
        ],
    );
    let text =
        "[project]\nname='x'\ndynamic=['dependencies']\n[build-system]\nbuild-backend='x.y'\n";
    let manifest = scan(&[("pyproject.toml", text)]);
    assert!(
        problems(&manifest)[0]
            .starts_with("pyproject.toml:3 the dependencies are computed by `x.y`")
    );
    let manifest = scan(&[("pyproject.toml", text), ("setup.py", "")]);
    assert!(manifest.not_covered.is_empty());
}

#[test]
fn a_broken_file_names_its_line() {
    let manifest = scan(&[("pyproject.toml", "[project]\nname = \n")]);
    assert!(
        problems(&manifest)[0].starts_with("pyproject.toml:2 not valid TOML"),
        "{manifest:?}"
    );
    let manifest = scan(&[("pyproject.toml", "[project]\ndependencies = ['a b', 3]\n")]);
    assert_eq!(manifest.not_covered.len(), 2);
}

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC{0,80}") {
        let _ = scan(&[("pyproject.toml", &text)]);
        let _ = scan(&[("pyproject.toml", &format!("[tool.poetry.dependencies]\na = '{text}'\n"))]);
        let _ = scan(&[("pyproject.toml", &format!("[project]\ndependencies = ['{text}']\n"))]);
    }
}
