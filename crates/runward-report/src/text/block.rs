//! Findings that are answered together on a terminal: those of one package, or of one rule.

use std::io;

use super::{Page, code};
use crate::{
    paint::{ALARM, BOLD, COMMAND, DIM, Flow, GOOD, PLAIN, WARN, pad, severity},
    view::{About, Block, Item, Tone},
};

/// Findings of one block that are listed without `--verbose`: what answers one answers all.
const MAX_ITEMS: usize = 6;

pub(super) fn write(page: &mut Page<'_>, block: &Block) -> io::Result<()> {
    let badge = format!(" {} ", block.severity.as_str().to_ascii_uppercase());
    let head = format!("{} ", page.paint.paint(severity(block.severity), &badge));
    let mut title = Flow::new().add(BOLD, &block.name);
    if let Some(ecosystem) = &block.ecosystem {
        title = title.add(DIM, &format!("({ecosystem})"));
    }
    if let (About::Code, Some(item)) = (block.about, block.items.first()) {
        title = Flow::new()
            .add(BOLD, &format!("{}:", block.name))
            .add(PLAIN, &item.title);
    }
    page.headed(&head, badge.len() + 1, &title)?;

    if block.about == About::Code {
        code::head(page, block)?;
    } else {
        package_head(page, block)?;
    }
    let listed = if page.verbose || page.explain {
        block.items.len()
    } else {
        MAX_ITEMS
    };
    let mut before = None;
    for item in block.items.iter().take(listed) {
        if let Some(code) = &item.code {
            code::write(page, item, code, before)?;
            before = Some(code);
        } else {
            write_item(page, item)?;
        }
    }
    if block.items.len() > listed {
        let rest = format!(
            "and {} more, none worse (--verbose lists all)",
            block.items.len() - listed
        );
        page.flow(2, &Flow::new().add(DIM, &rest))?;
    }
    if block.about == About::Package {
        let style = if block.upgrade.is_some() { GOOD } else { WARN };
        page.labelled("fix", &Flow::new().add(style, &block.fix_words()))?;
    }
    steps(page, block)
}

/// Where the package stands.
fn package_head(page: &mut Page<'_>, block: &Block) -> io::Result<()> {
    let mut facts = vec![(BOLD, block.place.clone())];
    facts.extend(block.facts.iter().map(|fact| (PLAIN, fact.clone())));
    page.labelled("where", &Flow::new().dotted(facts))?;
    if let Some(path) = &block.path {
        page.labelled("via", &Flow::new().add(PLAIN, path))?;
    }
    Ok(())
}

fn steps(page: &mut Page<'_>, block: &Block) -> io::Result<()> {
    for (index, step) in block.next.iter().enumerate() {
        let label = if index == 0 { "next" } else { "then" };
        match &step.command {
            None => page.labelled(label, &Flow::new().add(PLAIN, &step.text))?,
            Some(command) => {
                let label = if step.text.is_empty() {
                    label
                } else {
                    page.labelled(label, &Flow::new().add(PLAIN, &format!("{}:", step.text)))?;
                    ""
                };
                command_line(page, label, command)?;
            }
        }
    }
    Ok(())
}

/// A command is never broken into lines: it is there to be copied.
fn command_line(page: &mut Page<'_>, label: &str, command: &str) -> io::Result<()> {
    let head = page.paint.paint(DIM, &pad(label, 9));
    let command = page.paint.paint(COMMAND, command);
    writeln!(page.out, "  {head}{command}")
}

fn write_item(page: &mut Page<'_>, item: &Item) -> io::Result<()> {
    let badge = pad(&item.severity.as_str().to_ascii_uppercase(), 9);
    let head = format!("  {}", page.paint.paint(severity(item.severity), &badge));
    let mut title = Flow::new().add(BOLD, &item.id).add(PLAIN, &item.title);
    if item.new {
        title = title.add(WARN, "[new]");
    }
    page.headed(&head, 11, &title)?;
    write_facts(page, item)
}

/// Why a finding matters here, by when, and its terms where they are asked for.
pub(super) fn write_facts(page: &mut Page<'_>, item: &Item) -> io::Result<()> {
    let reasons: Vec<_> = item
        .reasons
        .iter()
        .map(|reason| {
            let style = match reason.tone {
                Tone::Plain => PLAIN,
                Tone::Alarm => ALARM,
            };
            (style, reason.text.clone())
        })
        .collect();
    if !reasons.is_empty() {
        page.flow(11, &Flow::new().dotted(reasons))?;
    }
    let deadline: Vec<_> = [
        item.due
            .clone()
            .map(|due| (if item.overdue { ALARM } else { PLAIN }, due)),
        item.approver.clone().map(|approver| (PLAIN, approver)),
        item.priority.clone().map(|priority| (PLAIN, priority)),
        (!item.tightened_by.is_empty()).then(|| {
            (
                DIM,
                format!("sooner because of {}", item.tightened_by.join(", ")),
            )
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !deadline.is_empty() {
        page.flow(11, &Flow::new().dotted(deadline))?;
    }
    if page.verbose || page.explain {
        let mut known: Vec<_> = vec![(DIM, format!("finding {}", item.fingerprint))];
        if !item.aliases.is_empty() {
            known.push((DIM, format!("also {}", item.aliases.join(", "))));
        }
        known.extend(item.vector.iter().map(|vector| (DIM, vector.clone())));
        known.extend(item.state.iter().map(|state| (DIM, state.clone())));
        page.flow(11, &Flow::new().dotted(known))?;
    }
    if page.explain {
        for term in &item.terms {
            let points = format!("{:+.1}", term.points);
            let head = format!("{}{points:>6}  ", " ".repeat(11));
            let flow = Flow::new()
                .add(PLAIN, &format!("{}:", term.name))
                .add(DIM, &term.because);
            page.headed(&head, 19, &flow)?;
        }
        if let (Some(risk), false) = (item.risk, item.terms.is_empty()) {
            let head = format!("{}{risk:>6.1}  ", " ".repeat(11));
            page.headed(&head, 19, &Flow::new().add(BOLD, "risk"))?;
        }
    }
    Ok(())
}
