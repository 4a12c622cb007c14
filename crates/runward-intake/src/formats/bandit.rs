//! `bandit -f json`.

use runward_model::FindingKind;
use serde_json::Value;

use super::Reader;
use crate::{
    code::{CodeDraft, Region},
    desk::{Desk, path_fault},
    rating, text, value,
    walk::{Step, Steps},
};

#[derive(Default)]
pub(crate) struct Bandit {
    files: usize,
}

impl Reader for Bandit {
    fn contexts(&self) -> &'static [&'static str] {
        &["generated_at", "errors[]", "metrics{}"]
    }

    fn entries(&self) -> &'static [&'static str] {
        &["results[]"]
    }

    fn context(&mut self, pattern: usize, steps: &Steps, value: &Value, desk: &mut Desk<'_>) {
        match pattern {
            0 => desk.about.generated = value.as_str().and_then(value::instant),
            1 => {
                let what = value::text(value, &["reason"]).unwrap_or("an error without a reason");
                let path = value::text(value, &["filename"]).map(str::to_owned);
                desk.tool_error(path.as_deref(), None, what);
            }
            _ => {
                let file = steps.first().map_or("", Step::name);
                if file != "_totals" {
                    if self.files == 0 {
                        desk.about.whole = true;
                    }
                    self.files += 1;
                    let placed = desk.place(file);
                    desk.scanned(placed);
                }
            }
        }
    }

    fn ready(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        desk.tool("bandit", None);
        Ok(())
    }

    fn entry(
        &mut self,
        _pattern: usize,
        _steps: &Steps,
        result: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        let rule = value::text(result, &["test_id"])
            .and_then(text::name)
            .ok_or("it has no `test_id`")?;
        let raw = value::text(result, &["filename"]).ok_or("it has no `filename`")?;
        let placed = desk.place(raw).map_err(|fault| path_fault(raw, fault))?;
        let line = value::line(result, &["line_number"]);
        let lines: Vec<u32> = value::list(result, &["line_range"])
            .iter()
            .filter_map(|line| u32::try_from(line.as_u64()?).ok())
            .collect();
        let first = line.into_iter().chain(lines.iter().min().copied()).min();
        let end_line = lines.iter().max().copied().or(line);
        // Columns are counted from 0, the end exclusive; -1 stands for none.
        let column = |name: &str| {
            let column = result.get(name)?.as_u64()?;
            u32::try_from(column).ok()?.checked_add(1)
        };
        let end_column = column("end_col_offset").filter(|column| *column > 1);
        desk.code(CodeDraft {
            kind: FindingKind::CodeIssue,
            tool: "bandit".to_owned(),
            message: value::text(result, &["issue_text"])
                .unwrap_or(&rule)
                .to_owned(),
            rule,
            severity: rating::word(value::text(result, &["issue_severity"]).unwrap_or_default()),
            confidence: rating::confidence(value::text(result, &["issue_confidence"])),
            placed,
            region: Region {
                line: line.or(first),
                column: column("col_offset"),
                end_line,
                end_column,
            },
            snippet: value::text(result, &["code"])
                .and_then(|code| flagged(code, first?, end_line?)),
            given: None,
            own: None,
        });
        Ok(())
    }
}

/// Bandit writes each line after its number (`12 import os`), with neighbours: what is flagged of
/// it, without the numbers.
fn flagged(code: &str, first: u32, last: u32) -> Option<String> {
    let mut flagged = Vec::new();
    for line in code.lines() {
        let (number, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let number: u32 = number.parse().ok()?;
        if (first..=last).contains(&number) {
            flagged.push(rest);
        }
    }
    (!flagged.is_empty()).then(|| flagged.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::flagged;

    #[test]
    fn line_numbers_and_neighbours_are_no_part_of_the_code() {
        let code = "1 import os\n2 assert x\n3     y\n";
        assert_eq!(flagged(code, 2, 3).unwrap(), "assert x\n    y");
        assert_eq!(flagged("no number\n", 1, 1), None);
        assert_eq!(flagged(code, 9, 9), None);
    }
}
