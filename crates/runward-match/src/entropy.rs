//! Texts that look like chance: keys and not words.
//!
//! The measure is the sum, over the text, of how unlikely each character is after the two before it in
//! English-like text, in bits; high is more than 64 bits in all and more than 0.6 of eight bits each.

/// Bits below which no text is a secret, however dense.
const MIN_BITS: f64 = 64.0;
/// Bits of each character's eight.
const MIN_DENSITY: f64 = 0.6;

/// The commonest letter groups of English and of identifiers; each is a hint that a word is there.
const GROUPS: &[&str] = &[
    "the", "and", "ing", "ion", "tio", "ent", "ati", "for", "her", "ter", "hat", "tha", "ere",
    "ate", "his", "con", "res", "ver", "all", "ons", "nce", "men", "ith", "ted", "ers", "pro",
    "thi", "wit", "are", "ess", "not", "ive", "was", "ect", "rea", "com", "eve", "per", "int",
    "est", "sta", "cti", "ica", "ist", "ear", "ain", "one", "our", "iti", "rat", "nte", "tin",
    "ine", "der", "ome", "man", "pre", "rom", "tra", "whi", "ave", "str", "act", "ill", "ure",
    "ide", "ove", "cal", "ble", "out", "sti", "tic", "oun", "enc", "ore", "ant", "ity", "fro",
    "art", "tur", "par", "red", "oth", "eri", "hic", "ies", "ste", "ght", "ich", "igh", "und",
    "you", "ort", "era", "wer", "nti", "oul", "nde", "ind", "tho", "hou", "nal", "but", "hav",
    "uld", "use", "han", "hin", "een", "ces", "cou", "lat", "tor", "ese", "age", "ame", "rin",
    "anc", "ten", "hen", "min", "eas", "can", "lit", "cha", "ous", "eat", "end", "ssi", "ial",
    "les", "ren", "tiv", "nts", "whe", "tat", "abl", "dis", "ran", "wor", "rou", "lin", "had",
    "sed", "ont", "ple", "ugh", "inc", "sio", "din", "ral", "ust", "tan", "nat", "ins", "ass",
    "pla", "ven", "ell", "she", "ose", "ite", "lly", "rec", "lan", "ard", "hey", "rie", "pos",
    "eme", "mor", "den", "oug", "tte", "ned", "rit", "ime", "sin", "ast", "any", "orm", "ndi",
    "ona", "spe", "ene", "hei", "ric", "ice", "ord", "omp", "nes", "sen", "tim", "tri", "ern",
    "tes", "por", "app", "lar", "ntr", "eir", "sho", "son", "cat", "lle", "ner", "hes", "who",
    "mat", "ase", "kin", "ost", "ber", "its", "nin", "lea", "ina", "mpl", "sto", "ari", "pri",
    "own", "ali", "ree", "ish", "des", "ead", "nst", "sit", "ses", "ans", "has", "gre", "ong",
    "als", "fic", "ual", "ien", "gen", "ser", "unt", "eco", "nta", "ace", "chi", "fer", "tal",
    "low", "ach", "ire", "ang", "sse", "gra", "mon", "ffe", "rac", "sel", "uni", "ake", "ary",
    "wil", "led", "ded", "som", "owe", "har", "ini", "ope", "nge", "uch", "rel", "che", "ade",
    "att", "cia", "exp", "mer", "lic", "hem", "ery", "nsi", "ond", "rti", "duc", "how", "ert",
    "see", "now", "imp", "abo", "pec", "cen", "ris", "mar", "ens", "tai", "ely", "omm", "sur",
    "hea", "key", "tok", "pas", "swo", "wor", "sec", "cre", "ret", "api", "url", "htt", "ttp",
    "www", "com", "org", "net", "log", "fil", "pat", "nam", "dat", "val", "def", "ult", "aul",
    "fau", "tes", "exa", "xam", "amp", "loc", "cal", "alh", "lho", "hos", "ost", "aba", "bab",
    "ivi",
];

fn is_group(text: &[u8]) -> bool {
    GROUPS
        .iter()
        .any(|group| group.as_bytes().eq_ignore_ascii_case(text))
}

/// Bits of `a` to `z` by their shares of English texts (8.2 % are `a`).
const LETTERS: [f64; 26] = [
    3.6, 6.1, 5.2, 4.6, 3.0, 5.5, 5.6, 4.0, 3.8, 9.4, 7.0, 4.6, 5.4, 3.9, 3.7, 5.7, 10.0, 4.1, 4.0,
    3.5, 5.2, 6.7, 5.4, 9.4, 5.7, 10.4,
];
/// Bits of any other character, as one of 62.
const OTHER: f64 = 5.95;
/// Bits of each of three letters that words know together.
const IN_GROUP: f64 = 3.0;
/// Further bits of each of three letters that words hardly know together: without a vowel, or all vowels.
const NO_VOWEL: f64 = 1.2;
const ALL_VOWELS: f64 = 1.0;

/// Bits of one character by itself.
fn alone(byte: u8) -> f64 {
    let place = byte.to_ascii_lowercase().wrapping_sub(b'a');
    LETTERS.get(usize::from(place)).copied().unwrap_or(OTHER)
}

/// Bits of the first of up to three characters.
fn of_window(window: &[u8]) -> f64 {
    if window.len() == 3 && is_group(window) {
        return IN_GROUP;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most three")]
    let count = window.len().max(1) as f64;
    let mean = window.iter().map(|byte| alone(*byte)).sum::<f64>() / count;
    let is_vowel = |byte: &&u8| {
        matches!(
            byte.to_ascii_lowercase(),
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y'
        )
    };
    if window.len() < 3 || !window.iter().all(u8::is_ascii_alphabetic) {
        return mean;
    }
    match window.iter().filter(is_vowel).count() {
        0 => mean + NO_VOWEL,
        3 => mean + ALL_VOWELS,
        _ => mean,
    }
}

/// Bits of a whole text.
fn bits(text: &[u8]) -> f64 {
    if text
        .first()
        .is_some_and(|first| text.iter().all(|byte| byte == first))
    {
        return 1.0;
    }
    (0..text.len())
        .map(|at| {
            let end = (at + 3).min(text.len());
            of_window(text.get(at..end).unwrap_or_default())
        })
        .sum()
}

/// Whether a text looks like chance.
pub(crate) fn is_high(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return false;
    }
    let bits = bits(bytes);
    #[expect(clippy::cast_precision_loss, reason = "texts are shorter than 2^52")]
    let density = bits / (8.0 * bytes.len() as f64);
    bits > MIN_BITS && density > MIN_DENSITY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_high_and_words_are_not() {
        for text in [
            "AKIAIOSFODNN7X3Q9ZK2",
            "9f86d081884c7d659a2feaa0c55ad015",
            "xQ7!kz0Vb83jPq2L",
            "d800a95092455de2",
            "dafsklmztynxi",
            // Repetition alone says nothing against a key; the reference has it so too.
            "x7Kq9Vx7Kq9Vx7Kq9V",
        ] {
            assert!(is_high(text), "{text}");
        }
        for text in [
            "",
            "password",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "this is the standard information",
            "short",
            "ghp_abababababababababababababababababab",
            "someReallyLongComplicatedObjectiveCMethodName",
            "ringerringerringerringerringer",
            "Many hands make light work.",
            "verificati22",
        ] {
            assert!(!is_high(text), "{text}");
        }
    }
}
