use std::sync::Arc;

use proptest::prelude::*;
use runward_syntax::{Frontend as _, Kind, Limits, Tree, Vocabulary};

use super::Dockerfile;

fn tree(source: &str) -> Tree {
    Dockerfile
        .parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
        .unwrap()
}

fn short(dump: &str) -> String {
    let lines = dump
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("Name \"!"));
    lines.collect::<Vec<_>>().join(", ").replace(" 0x80", "?")
}

fn pattern(text: &str) -> (Kind, String) {
    let mut vocabulary = Vocabulary::new();
    let mut pattern = Dockerfile.parse_pattern(text, &mut vocabulary).unwrap();
    pattern.freeze(&Arc::new(vocabulary));
    let dump = pattern.tree.dump(false);
    let inside = dump.lines().skip(pattern.root.index()).collect::<Vec<_>>();
    (pattern.tree.kind(pattern.root), short(&inside.join("\n")))
}

#[test]
fn an_image_has_optional_parts() {
    assert_eq!(
        short(&tree("from --platform=x reg:5000/a/b:1@sha256:0 As c\n").dump(false)),
        "Program, ExprStmt, Call, Name \"FROM\", Args, Str \"reg:5000/a/b\", Keyword?, Name \"--platform\", \
         Str \"x\", Keyword?, Name \":\", Str \"1\", Keyword?, Name \"@\", Str \"sha256:0\", Keyword?, \
         Name \"as\", Str \"c\""
    );
    assert_eq!(
        pattern("FROM $IMAGE:$TAG").1,
        "Call, Name \"FROM\", Args, Metavar \"$IMAGE\", Keyword?, Name \":\", Metavar \"$TAG\""
    );
}

#[test]
fn continued_lines_are_one_instruction() {
    let source = "RUN a \\\n  # c\n\n  && b \\\n  c\nUSER x\n";
    let tree = tree(source);
    assert!(tree.errors.is_empty());
    assert_eq!(
        tree.nodes()[1].span.text(source),
        "RUN a \\\n  # c\n\n  && b \\\n  c"
    );
    assert!(
        short(&tree.dump(false))
            .contains("Binary And, Call, Args, Str \"a\", Call, Args, Str \"b\", Str \"c\"")
    );
    let other = "# escape=`\nRUN a `\n b\n";
    assert!(short(&self::tree(other).dump(false)).contains("Str \"a\", Str \"b\""));
}

#[test]
fn commands_are_arrays_scripts_or_other_shells() {
    assert!(short(&tree("CMD [\"a\", \"b\"]").dump(false)).contains("List, Str \"a\", Str \"b\""));
    let dump = tree("SHELL [\"powershell\", \"-c\"]\nRUN a; b\n").dump(false);
    assert!(dump.contains("Name \"!dockerfile_powershell!\"") && dump.contains("Str \"a; b\""));
    let dump = tree("RUN <<EOF\ncurl x | sh\nEOF\nUSER a\n").dump(false);
    assert!(
        dump.contains("Pipe") && dump.contains("Name \"USER\""),
        "{dump}"
    );
    let dump = tree("RUN cat <<EOF > x\ntext\nEOF\nUSER a\n").dump(false);
    assert!(
        dump.contains("Str \"cat\"") && dump.contains("Name \"USER\""),
        "{dump}"
    );
    assert!(
        tree("HEALTHCHECK --retries=2 CMD a")
            .dump(false)
            .contains("Name \"CMD\"")
    );
    assert!(short(&tree("RUN --mount=type=secret,id=x a").dump(false)).contains(
        "Keyword?, Name \"--mount\", Call, Name \"--mount\", Args, Keyword?, Name \"type\", Str \"secret\""
    ));
}

#[test]
fn variables_and_labels() {
    assert_eq!(
        short(&tree("ENV A=1 B='x y'\nENV C d e\n").dump(false)),
        "Program, Block, VarDef, Name \"A\", Absent, Str \"1\", VarDef, Name \"B\", Absent, Str \"x y\", \
         Block, VarDef, Name \"C\", Absent, Str \"d e\""
    );
    assert_eq!(
        short(&tree("LABEL a=b c=d").dump(false)),
        "Program, ExprStmt, Call, Name \"LABEL\", Args, Str \"a\", Str \"b\", ExprStmt, Call, \
         Name \"LABEL\", Args, Str \"c\", Str \"d\""
    );
    assert_eq!(
        pattern("ENV ... X=$V ...").1,
        "Block, Dots \"...\", VarDef, Name \"X\", Absent, Metavar \"$V\", Dots \"...\""
    );
    assert_eq!(
        pattern("USER ${$U}:$G").1,
        "Call, Name \"USER\", Args, Call, Args, Metavar \"$U\", Keyword?, Name \":\", Metavar \"$G\""
    );
    assert_eq!(
        pattern("EXPOSE ... 1/udp").1,
        "Call, Name \"EXPOSE\", Args, Dots \"...\", Tuple, Str \"1\", Str \"udp\""
    );
    assert_eq!(
        short(&tree("WORKDIR /a/$B").dump(false)),
        "Program, ExprStmt, Call, Name \"WORKDIR\", Args, Call, Args, Str \"/a/\", Call, Args, Name \"B\""
    );
}

#[test]
fn patterns_are_instructions_or_scripts() {
    assert_eq!(
        pattern("RUN ...").1,
        "Call, Name \"RUN\", Args, Dots \"...\""
    );
    assert_eq!(
        pattern("RUN ... apt ...").1,
        "Call, Name \"RUN\", Args, Call, Args, Block, ExprStmt, Call, Args, Dots \"...\", Str \"apt\", Dots \"...\""
    );
    assert_eq!(
        pattern("yum update").1,
        "Call, Args, Str \"yum\", Str \"update\""
    );
    assert_eq!(pattern("$CMD foo").0, Kind::Call);
    assert_eq!(pattern("$INSTR").0, Kind::Metavar);
    assert_eq!(pattern("FROM a\n...\nRUN b").0, Kind::Program);
    assert_eq!(
        pattern("RUN [$X, ...]").1,
        "Call, Name \"RUN\", Args, List, Metavar \"$X\", Dots \"...\""
    );
    assert_eq!(
        pattern("CMD $...ARGS").1,
        "Call, Name \"CMD\", Args, MetavarRest \"$...ARGS\""
    );
}

#[test]
fn what_follows_an_error_is_read() {
    let tree = tree("FROM a\nOOPS b\nUSER c\n");
    assert_eq!(tree.errors.len(), 1);
    assert!(tree.dump(false).contains("Name \"USER\""));
}

#[test]
fn hostile_texts_end() {
    let parse =
        |text: &str| Dockerfile.parse(text, &Arc::new(Vocabulary::new()), &Limits::default());
    let _ = parse(&"RUN a \\\n".repeat(50_000));
    let _ = parse(&"ONBUILD ".repeat(50_000));
    let _ = parse(&format!("FROM {}", "${".repeat(20_000)));
    let _ = parse(&format!("FROM {}", "a/".repeat(20_000)));
    let _ = parse(&"RUN <<A\n".repeat(5_000));
    let _ = parse(&format!("COPY {}", "\"".repeat(50_001)));
}

proptest! {
    #[test]
    fn any_text_is_read(
        text in r#"(RUN |FROM |ENV |COPY |LABEL |HEALTHCHECK CMD |ONBUILD |SHELL |[a-c$X{}\[\]|&;<>"':@=,#\n /]|\\\n|\PC|\.\.\.|<<E){0,30}"#,
    ) {
        if let Ok(tree) = Dockerfile.parse(&text, &Arc::new(Vocabulary::new()), &Limits::default()) {
            for node in tree.nodes() {
                prop_assert!(node.span.start <= node.span.end);
                prop_assert!(text.get(node.span.range()).is_some(), "{}", tree.dump(true));
            }
        }
        let _ = Dockerfile.parse_pattern(&text, &mut Vocabulary::new());
    }
}
