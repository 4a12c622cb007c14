//! Cases of the corpus as archives.

use std::io::{Cursor, Write as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use runward_model::Signal;
use sha2::{Digest as _, Sha256};

/// One package, as a text describes it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) about: String,
    kind: String,
    tag: String,
    files: Vec<File>,
}

struct File {
    path: String,
    content: Vec<u8>,
    recorded: bool,
}

impl Case {
    pub(crate) fn read(name: String, text: &str) -> Self {
        let mut case = Self {
            name,
            about: String::new(),
            kind: String::new(),
            tag: "py3-none-any".to_owned(),
            files: Vec::new(),
        };
        let mut form = String::new();
        for line in text.split_inclusive('\n') {
            let head = line
                .strip_prefix("-- ")
                .and_then(|rest| rest.trim_end().strip_suffix(" --"));
            if let Some(head) = head {
                let (path, with) = head.split_once(" [").unwrap_or((head, ""));
                form = with.trim_end_matches(']').to_owned();
                case.files.push(File {
                    path: path.to_owned(),
                    content: Vec::new(),
                    recorded: form != "unrecorded",
                });
            } else if let Some(file) = case.files.last_mut() {
                match form.as_str() {
                    "hex" => file.content.extend(hex(line)),
                    "escaped" => file.content.extend(unescape(line).into_bytes()),
                    _ => file.content.extend(line.as_bytes()),
                }
            } else if let Some((key, value)) = line.trim_end().split_once(": ") {
                match key {
                    "kind" => value.clone_into(&mut case.kind),
                    "about" => value.clone_into(&mut case.about),
                    "tag" => value.clone_into(&mut case.tag),
                    other => panic!("{}: unknown `{other}`", case.name),
                }
            }
        }
        assert!(
            !case.files.is_empty() && !case.about.is_empty(),
            "{}",
            case.name
        );
        case
    }

    pub(crate) fn file_name(&self) -> String {
        match self.kind.as_str() {
            "sdist" => format!("{}-1.0.tar.gz", self.name),
            "wheel" => format!("{}-1.0-{}.whl", self.name.replace('-', "_"), self.tag),
            "npm" => format!("{}-1.0.tgz", self.name),
            "crate" => format!("{}-1.0.crate", self.name),
            other => panic!("{}: unknown kind `{other}`", self.name),
        }
    }

    pub(crate) fn pack(&self) -> Vec<u8> {
        match self.kind.as_str() {
            "wheel" => self.wheel(),
            "npm" => self.tarball("package"),
            _ => self.tarball(&format!("{}-1.0", self.name)),
        }
    }

    fn tarball(&self, root: &str) -> Vec<u8> {
        let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let mut builder = tar::Builder::new(encoder);
        let mut add = |path: &str, content: &[u8]| {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder
                .append_data(&mut header, format!("{root}/{path}"), content)
                .unwrap();
        };
        if self.kind == "sdist" {
            add(
                "PKG-INFO",
                b"Metadata-Version: 2.1\nName: x\nVersion: 1.0\n\nAbout.\n",
            );
        }
        for file in &self.files {
            add(&file.path, &file.content);
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn wheel(&self) -> Vec<u8> {
        let info = format!("{}-1.0.dist-info", self.name.replace('-', "_"));
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        let mut record = String::new();
        let mut add = |path: String, content: Vec<u8>, recorded: bool| {
            if recorded {
                let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(&content));
                record.push_str(&format!("{path},sha256={hash},{}\n", content.len()));
            }
            files.push((path, content));
        };
        for file in &self.files {
            add(file.path.clone(), file.content.clone(), file.recorded);
        }
        add(
            format!("{info}/METADATA"),
            b"Metadata-Version: 2.1\nName: x\nVersion: 1.0\n".to_vec(),
            true,
        );
        add(
            format!("{info}/WHEEL"),
            format!("Wheel-Version: 1.0\nTag: {}\n", self.tag).into_bytes(),
            true,
        );
        record.push_str(&format!("{info}/RECORD,,\n"));
        files.push((format!("{info}/RECORD"), record.into_bytes()));
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (path, content) in files {
            writer
                .start_file(path, zip::write::SimpleFileOptions::default())
                .unwrap();
            writer.write_all(&content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }
}

/// The score that policy makes of weights.
pub(crate) fn score(signals: &[Signal]) -> f64 {
    let left: f64 = signals
        .iter()
        .map(|signal| 1.0 - signal.weight / 10.0)
        .product();
    10.0 * (1.0 - left)
}

fn hex(line: &str) -> Vec<u8> {
    let digits: Vec<u8> = line.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// `\u{202E}` as the character.
fn unescape(line: &str) -> String {
    let mut out = String::new();
    let mut parts = line.split("\\u{");
    out.push_str(parts.next().unwrap());
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap();
        out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        out.push_str(rest);
    }
    out
}
