//! The scripts in a markup file.

use crate::lines::Lines;

/// Every script with the line it begins on: the front matter between `---` lines, and what stands
/// between `<script …>` and `</script>`.
pub(super) fn scripts(text: &str) -> Vec<(&str, u32)> {
    let mut scripts = Vec::new();
    let mut lines = Lines::new(text.as_bytes(), 1);
    let lower = text.to_ascii_lowercase();
    let mut at = 0;
    let front_matter = lower
        .strip_prefix("---\n")
        .or_else(|| lower.strip_prefix("---\r\n"));
    if let Some(rest) = front_matter
        && let Some(length) = rest.find("\n---")
    {
        let start = lower.len() - rest.len();
        at = start + length;
        scripts.extend(text.get(start..at).map(|script| (script, lines.at(start))));
    }
    while let Some(open) = find(&lower, at, "<script") {
        let Some(start) = find(&lower, open, ">").map(|end| end + 1) else {
            break;
        };
        at = find(&lower, start, "</script").unwrap_or(lower.len());
        scripts.extend(text.get(start..at).map(|script| (script, lines.at(start))));
    }
    scripts
}

fn find(text: &str, from: usize, wanted: &str) -> Option<usize> {
    Some(text.get(from..)?.find(wanted)? + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_know_their_lines() {
        let text = "<template>\n</template>\n<script setup lang=\"ts\">\nimport a from 'a'\n</script>\n<SCRIPT>x</SCRIPT>";
        assert_eq!(scripts(text), [("\nimport a from 'a'\n", 3), ("x", 6)]);
        assert_eq!(scripts("---\nimport 'x'\n---\n<p/>"), [("import 'x'", 2)]);
        assert_eq!(scripts("<script>open"), [("open", 1)]);
        assert!(scripts("<p>").is_empty());
    }
}
