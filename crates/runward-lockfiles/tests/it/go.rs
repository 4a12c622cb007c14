//! `go.mod` and `go.sum`.

use super::{check, reason};

const MOD: &str = r#"module example.org/app // the app

go 1.21.5

toolchain go1.22.3

require github.com/one/direct v1.2.3

require (
	github.com/gin-gonic/gin v1.9.0
	golang.org/x/text v0.3.7 // indirect
	"github.com/quoted/mod" v2.0.0+incompatible
	example.org/local v0.0.0
	example.org/far v0.0.0 //indirect; really
	github.com/old/mod/v2 v2.0.0-20230101000000-abcdef123456
)

exclude github.com/gin-gonic/gin v1.8.0

retract (
	v1.0.0 // broken
	[v1.1.0, v1.2.0]
)

replace (
	example.org/local => ./local
	example.org/far => ../../far
	github.com/old/mod/v2 v2.0.0-20230101000000-abcdef123456 => github.com/new/mod/v2 v2.1.0
	github.com/old/mod/v2 => github.com/unused/mod v0.0.1
)

tool golang.org/x/tools/cmd/stringer
"#;

const SUM: &str = "github.com/gin-gonic/gin v1.9.0 h1:AAAA=
github.com/gin-gonic/gin v1.9.0/go.mod h1:BBBB=
github.com/unused/old v0.1.0 h1:CCCC=
";

#[test]
fn modules_replacements_and_the_standard_library() {
    let found = check(
        &[("go.mod", MOD), ("go.sum", SUM), ("local/go.mod", "module example.org/local\n")],
        "
        github.com/one/direct@v1.2.3 runtime direct :7
        github.com/gin-gonic/gin@v1.9.0 runtime direct :10
        golang.org/x/text@v0.3.7 runtime transitive :11
        github.com/quoted/mod@v2.0.0+incompatible runtime direct :12
        example.org/far@? runtime transitive :14 path ../../far
        github.com/new/mod/v2@v2.1.0 runtime direct :15 (github.com/old/mod/v2 v2.0.0-20230101000000-abcdef123456 => github.com/new/mod/v2 v2.1.0)
        stdlib@1.22.3 runtime direct :5 (toolchain go1.22.3)
        ",
    );
    assert_eq!(found.dependencies[1].hashes, ["h1:AAAA="]);
    assert_eq!(
        found.dependencies[1].package.purl(),
        "pkg:golang/github.com/gin-gonic/gin@v1.9.0"
    );
}

#[test]
fn a_language_version_is_no_release() {
    for (text, version) in [
        ("module m\ngo 1.21.5\n", Some("1.21.5")),
        ("module m\ngo 1.23rc2\n", Some("1.23.0-rc.2")),
        ("module m\ngo 1.21.0\ntoolchain default\n", Some("1.21.0")),
        ("module m\ngo 1.20\n", None),
        ("module m\ngo 1.20\ntoolchain local\n", None),
        ("module m\n", None),
    ] {
        let found = super::manifest(&[("go.mod", text)]);
        assert_eq!(
            found.dependencies[0].package.version.as_deref(),
            version,
            "{text}"
        );
    }
    let found = super::manifest(&[("go.mod", "module m\ngo 1.20\n")]);
    assert_eq!(
        reason(&found, "stdlib"),
        "`go 1.20` is a language version, no release; add `toolchain go1.x.y` with the release that builds the project"
    );
}

#[test]
fn what_is_not_understood_is_told() {
    check(
        &[("go.mod", "module m\ngo 1.16\nrequire a v1.0.0\nrequire b\nnonsense x\nreplace a v1 b\nrequire (\n\"open v1\n")],
        "
        a@v1.0.0 runtime direct :3
        stdlib@? runtime direct :2 (go 1.16)
        ! go.mod:4 `require b` is not read; correct the line or run `go mod edit -fmt`
        ! go.mod:5 `nonsense x` is not read; correct the line or run `go mod edit -fmt`
        ! go.mod:6 `replace a v1 b` is not read; correct the line or run `go mod edit -fmt`
        ! go.mod:8 a quote that does not end; correct the file
        ! go.mod a block that does not end; correct the file
        ! go.mod:2 with `go 1.16` the file does not list all indirect modules; run `go mod tidy -go=1.17` or later
        ",
    );
}

#[test]
fn go_sum_counts_only_without_go_mod() {
    check(
        &[(
            "go.sum",
            "a v1.0.0 h1:A=\na v1.0.0/go.mod h1:B=\nodd line\n",
        )],
        "
        a@v1.0.0 runtime direct :1
        ! go.sum:3 this line is not `module version hash`; run `go mod tidy`
        ",
    );
    check(&[("go.sum", SUM), ("go.mod", "module m\n")], "");
}
