//! `options`.

use super::reader::{Read, Reader};
use crate::suggest::nearest;
use crate::yaml::Entry;
use crate::{Options, Text};

/// Options that Semgrep has and that change nothing here.
const WITHOUT_EFFECT: [&str; 13] = [
    "cpp_parsing_pref",
    "dynamic_timeout",
    "dynamic_timeout_max_multiplier",
    "dynamic_timeout_unit_kb",
    "go_deeper_expr",
    "go_deeper_stmt",
    "taint_fixpoint_timeout",
    "taint_intrafile",
    "timeout",
    "treat_functions_as_values",
    "interproc",
    "max_match_context_size",
    "expected_duplicates",
];

type Switch = fn(&mut Options) -> &mut bool;

const SWITCHES: [(&str, Switch); 28] = [
    ("ac_matching", |o| &mut o.ac_matching),
    ("arrow_is_function", |o| &mut o.arrow_is_function),
    ("as_metavariable", |o| &mut o.as_metavariable),
    ("attr_expr", |o| &mut o.attr_expr),
    ("commutative_boolop", |o| &mut o.commutative_boolop),
    ("commutative_compop", |o| &mut o.commutative_compop),
    ("constant_propagation", |o| &mut o.constant_propagation),
    ("decorators_order_matters", |o| {
        &mut o.decorators_order_matters
    }),
    ("flddef_assign", |o| &mut o.flddef_assign),
    ("implicit_deep_exprstmt", |o| &mut o.implicit_deep_exprstmt),
    ("implicit_ellipsis", |o| &mut o.implicit_ellipsis),
    ("implicit_return", |o| &mut o.implicit_return),
    ("interfile", |o| &mut o.interfile),
    ("let_is_var", |o| &mut o.let_is_var),
    ("symbolic_propagation", |o| &mut o.symbolic_propagation),
    ("symmetric_eq", |o| &mut o.symmetric_eq),
    ("taint_assume_safe_booleans", |o| {
        &mut o.taint_assume_safe_booleans
    }),
    ("taint_assume_safe_comparisons", |o| {
        &mut o.taint_assume_safe_comparisons
    }),
    ("taint_assume_safe_functions", |o| {
        &mut o.taint_assume_safe_functions
    }),
    ("taint_assume_safe_indexes", |o| {
        &mut o.taint_assume_safe_indexes
    }),
    ("taint_assume_safe_numbers", |o| {
        &mut o.taint_assume_safe_numbers
    }),
    ("taint_only_propagate_through_assignments", |o| {
        &mut o.taint_only_propagate_through_assignments
    }),
    ("taint_unify_mvars", |o| &mut o.taint_unify_mvars),
    ("unify_ids_strictly", |o| &mut o.unify_ids_strictly),
    ("vardef_assign", |o| &mut o.vardef_assign),
    ("xml_attrs_implicit_ellipsis", |o| {
        &mut o.xml_attrs_implicit_ellipsis
    }),
    ("xml_children_ordered", |o| &mut o.xml_children_ordered),
    ("xml_singleton_loose_matching", |o| {
        &mut o.xml_singleton_loose_matching
    }),
];

const OTHERS: [&str; 12] = [
    "generic_braces",
    "generic_caseless",
    "generic_comment_style",
    "generic_ellipsis_max_span",
    "generic_engine",
    "generic_extra_braces",
    "generic_extra_word_characters",
    "generic_multiline",
    "max_match_per_file",
    "taint_focus_on",
    "taint_match_on",
    "taint_pro",
];

pub(crate) fn read(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Read<Options> {
    let mut options = Options::default();
    let Some(entries) = entry.node.entries() else {
        return if entry.node.is_null() {
            Ok(options)
        } else {
            Err(reader.wrong(&entry.node, "`options`", "a mapping"))
        };
    };
    let mut read = Ok(());
    for option in entries {
        if reader.is_full() {
            break;
        }
        if let Err(bad) = one(reader, option, &mut options) {
            read = Err(bad);
        }
    }
    read.map(|()| options)
}

fn one(reader: &mut Reader<'_>, entry: &Entry<'_>, options: &mut Options) -> Read<()> {
    if let Some((_, switch)) = SWITCHES.iter().find(|(name, _)| *name == entry.key) {
        *switch(options) = reader.boolean(entry)?;
        return Ok(());
    }
    let generic = &mut options.generic;
    match entry.key.as_ref() {
        "generic_caseless" => generic.caseless = reader.boolean(entry)?,
        "generic_multiline" => generic.multiline = reader.boolean(entry)?,
        "generic_ellipsis_max_span" => generic.ellipsis_max_span = reader.number(entry)?,
        "generic_engine" => {
            generic.aliengrep = choice(reader, entry, ["spacegrep", "aliengrep"])? == 1;
        }
        "generic_comment_style" => {
            const STYLES: [&str; 3] = ["c", "cpp", "shell"];
            let index = choice(reader, entry, STYLES)?;
            generic.comment_style = STYLES.get(index).map(|style| (*style).to_owned());
        }
        "generic_braces" => generic.braces = Some(braces(reader, entry)?),
        "generic_extra_braces" => generic.extra_braces = braces(reader, entry)?,
        "generic_extra_word_characters" => {
            let texts = reader.texts(entry)?;
            let all: Read<Vec<char>> = texts.iter().map(|text| character(reader, text)).collect();
            generic.extra_word_characters = all?;
        }
        "max_match_per_file" => options.max_match_per_file = Some(reader.number(entry)? as usize),
        "taint_focus_on" | "taint_match_on" => {
            options.taint_match_on_source = choice(reader, entry, ["sink", "source"])? == 1;
        }
        "taint_pro" => {}
        other if WITHOUT_EFFECT.contains(&other) => {}
        other => {
            let known = SWITCHES
                .iter()
                .map(|(name, _)| *name)
                .chain(OTHERS)
                .chain(WITHOUT_EFFECT);
            let help = match nearest(other, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "it has no effect; take it out, or set `min-version` if a newer Semgrep has it"
                        .to_owned()
                }
            };
            let message = format!("`{other}` is no option that is known");
            reader.warning("unknown-option", entry.key_span, message, Some(help));
        }
    }
    Ok(())
}

fn choice<const N: usize>(
    reader: &mut Reader<'_>,
    entry: &Entry<'_>,
    known: [&str; N],
) -> Read<usize> {
    let text = reader.text(entry)?;
    known
        .iter()
        .position(|word| *word == text.text)
        .ok_or(())
        .map_err(|()| {
            let help = format!(
                "write {}",
                known.map(|word| format!("`{word}`")).join(" or ")
            );
            let message = format!("`{}` is no value of `{}`", text.text, entry.key);
            reader.error("unknown-value", text.span, message, Some(help))
        })
}

fn braces(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Read<Vec<(char, char)>> {
    let mut pairs = Vec::new();
    for item in reader.items(entry)? {
        let Some([open, close]) = item.items() else {
            return Err(reader.wrong(
                item,
                "a pair of braces",
                "a list of two characters, such as `[\"{\", \"}\"]`",
            ));
        };
        let open = reader.text_of(open, "a brace")?;
        let close = reader.text_of(close, "a brace")?;
        pairs.push((character(reader, &open)?, character(reader, &close)?));
    }
    Ok(pairs)
}

fn character(reader: &mut Reader<'_>, text: &Text) -> Read<char> {
    let mut characters = text.text.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        Ok(only)
    } else {
        let message = format!("`{}` is not one character", text.text);
        Err(reader.error("unknown-value", text.span, message, None))
    }
}
