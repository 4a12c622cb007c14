//! What an advisory is about, in one line.

/// The longest headline, in characters.
const LONGEST: usize = 120;
/// How much of the details is looked at, in characters: what is wrong is said early, if at all.
const LOOKED_AT: usize = 8_000;

/// Beginnings of words that tell a weakness from a description of the package.
const WEAKNESS: [&str; 53] = [
    "allow",
    "arbitrary",
    "attack",
    "backdoor",
    "bomb",
    "bounds",
    "bypass",
    "corrupt",
    "crafted",
    "crash",
    "csrf",
    "denial",
    "dereferenc",
    "deserializ",
    "disclos",
    "dos",
    "escalat",
    "exhaust",
    "expos",
    "exploit",
    "forge",
    "hijack",
    "improper",
    "infinite",
    "inject",
    "insecure",
    "insufficient",
    "leak",
    "malform",
    "malicious",
    "malware",
    "overflow",
    "poison",
    "redos",
    "remote",
    "segfault",
    "segmentation",
    "sensitive",
    "smuggl",
    "spoof",
    "ssrf",
    "steal",
    "susceptible",
    "takeover",
    "tamper",
    "travers",
    "unauthorized",
    "uninitialized",
    "untrusted",
    "vulnerab",
    "weak",
    "xss",
    "xxe",
];

/// The advisory's summary; else the first sentence of its details that names a weakness, since
/// many begin with what the package is for; else the first that is not such a beginning; else the
/// first; else the id.
pub(crate) fn headline(summary: &str, details: &str, id: &str) -> String {
    let line = summary
        .lines()
        .map(without_mark)
        .find(|line| !line.is_empty())
        .map_or_else(|| from_details(details, id), str::to_owned);
    shortened(&line)
}

fn from_details(details: &str, id: &str) -> String {
    let looked_at: String = details.chars().take(LOOKED_AT).collect();
    let sentences = sentences(&looked_at);
    let prose = || sentences.iter().filter(|sentence| !sentence.heading);
    let weak = |sentence: &&Sentence| names_weakness(&sentence.text);
    let telling = |sentence: &&Sentence| !introduces(&sentence.text);
    prose()
        .filter(weak)
        .find(telling)
        .or_else(|| sentences.iter().find(weak))
        .or_else(|| prose().find(telling))
        .or_else(|| prose().next())
        .or_else(|| sentences.first())
        .map_or_else(|| id.to_owned(), |sentence| sentence.text.clone())
}

struct Sentence {
    text: String,
    /// A heading of Markdown.
    heading: bool,
}

fn without_mark(line: &str) -> &str {
    line.trim().trim_start_matches('#').trim()
}

/// Sentences, each on one line. A heading is one; a blank line ends one.
fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines().map(str::trim).chain([""]) {
        let heading = line.starts_with('#');
        if line.is_empty() || heading {
            split(&paragraph, &mut sentences);
            paragraph.clear();
        }
        if heading {
            let text = without_mark(line).to_owned();
            sentences.push(Sentence { text, heading });
        } else {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    sentences.retain(|sentence| !sentence.text.is_empty());
    sentences
}

/// A sentence ends where a word ends in a mark and the next does not go on in lower case: `e.g. a`
/// and `2.3.2 of` do not end one.
fn split(paragraph: &str, sentences: &mut Vec<Sentence>) {
    let mut text = String::new();
    let mut words = paragraph.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
        let goes_on = words
            .peek()
            .is_some_and(|next| next.starts_with(|c: char| c.is_lowercase() || c.is_numeric()));
        if word.ends_with(['.', '!', '?', ':']) && !goes_on {
            sentences.push(Sentence {
                text: std::mem::take(&mut text),
                heading: false,
            });
        }
    }
    sentences.push(Sentence {
        text,
        heading: false,
    });
}

fn names_weakness(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| WEAKNESS.iter().any(|stem| word.starts_with(stem)))
}

/// Whether a sentence only says what the package is, or that there is something to say.
fn introduces(sentence: &str) -> bool {
    const FIRST_WORDS: usize = 8;
    let lower = sentence.to_lowercase();
    if lower.starts_with("an issue was discovered in") {
        return true;
    }
    let words: Vec<&str> = lower.split_whitespace().take(FIRST_WORDS).collect();
    let says_what_it_is = words
        .windows(2)
        .any(|pair| matches!(pair, ["is", "a" | "an" | "the"]));
    let of_the_weakness = ["there ", "this "]
        .iter()
        .any(|start| lower.starts_with(start))
        || ["vulnerab", "flaw", "issue"]
            .iter()
            .any(|word| lower.contains(word));
    says_what_it_is && !of_the_weakness
}

fn shortened(line: &str) -> String {
    if line.chars().nth(LONGEST).is_none() {
        return line.to_owned();
    }
    let cut: String = line.chars().take(LONGEST).collect();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{whole_words} …")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_the_headline() {
        assert_eq!(
            headline("\n## SQL injection\nmore", "An attack.", "X-1"),
            "SQL injection"
        );
    }

    #[test]
    fn without_a_summary_the_sentence_that_names_a_weakness_is_it() {
        for (details, expected) in [
            (
                "Flask is a lightweight WSGI web application framework. When a proxy caches, it may \
                 leak cookies. This happens because of things.",
                "When a proxy caches, it may leak cookies.",
            ),
            (
                "### Impact\nAn attacker can read files, e.g. passwords.\n\n### Patches\nUpgrade.",
                "An attacker can read files, e.g. passwords.",
            ),
            (
                "An issue was discovered in Django 3.2 before 3.2.13. QuerySet.annotate() is \
                 subject to SQL\ninjection in column aliases.",
                "QuerySet.annotate() is subject to SQL injection in column aliases.",
            ),
            (
                "# Remote code execution\nSee the release notes.",
                "Remote code execution",
            ),
        ] {
            assert_eq!(headline(" ", details, "X-1"), expected);
        }
    }

    #[test]
    fn what_the_package_is_for_is_no_headline() {
        for (details, expected) in [
            (
                "CKAN is an open-source system that allows hubs. A user could take over accounts by \
                 crafted requests.",
                "A user could take over accounts by crafted requests.",
            ),
            (
                "TensorFlow is a platform for machine learning. In affected versions a division by \
                 0 occurs.",
                "In affected versions a division by 0 occurs.",
            ),
            (
                "There is a heap overflow in x. It is exploitable.",
                "There is a heap overflow in x.",
            ),
            ("x is an allowed thing.", "x is an allowed thing."),
            (
                "An issue was discovered in x.",
                "An issue was discovered in x.",
            ),
        ] {
            assert_eq!(headline("", details, "X-1"), expected);
        }
    }

    #[test]
    fn a_weakness_is_looked_for_at_the_beginning_of_words() {
        assert_eq!(
            headline("", "It is disallowed. A shallow copy. Two bombs.", "X-1"),
            "Two bombs."
        );
    }

    #[test]
    fn where_no_sentence_names_one_the_first_stands() {
        assert_eq!(
            headline("", "# Notice\nIt is old. It is slow.", "X-1"),
            "It is old."
        );
        assert_eq!(headline("", "# Notice", "X-1"), "Notice");
        assert_eq!(headline("", " \n#\n", "X-1"), "X-1");
        assert_eq!(headline("", "", "X-1"), "X-1");
    }

    #[test]
    fn a_long_line_is_cut_between_words() {
        let line = headline(&"word ".repeat(100), "", "X-1");
        assert!(line.ends_with("word …"), "{line}");
        assert!(line.chars().count() <= LONGEST + 2);
        // What cannot be cut between words is cut anyway, and a huge text costs little.
        let line = headline("", &"é".repeat(1_000_000), "X-1");
        assert_eq!(line.chars().count(), LONGEST + 2);
    }
}
