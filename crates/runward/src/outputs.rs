//! Which format goes where: `--format json --output a.json --format sarif --output b.sarif`.

use std::{
    ffi::OsStr,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use runward_ops::OpsError;
use runward_report::ScanFormat;

/// One rendering of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: ScanFormat,
    /// Absent: standard output.
    pub(crate) file: Option<PathBuf>,
}

/// `--format` and `--output` in the order given: an output belongs to the format before it.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutputArguments {
    given: Vec<Given>,
}

#[derive(Debug, Clone)]
enum Given {
    Format(String),
    File(PathBuf),
}

impl OutputArguments {
    /// Pairs formats with files; a file without a format before it gets the format of its name,
    /// no argument at all the configured default on standard output.
    pub(crate) fn pairs(&self, default: &str) -> Result<Vec<Output>, OpsError> {
        let mut outputs: Vec<Output> = Vec::new();
        let mut open: Option<ScanFormat> = None;
        for given in &self.given {
            match given {
                Given::Format(name) => {
                    if let Some(format) = open.replace(parse(name)?) {
                        outputs.push(Output { format, file: None });
                    }
                }
                Given::File(file) if file.as_os_str() == "-" => {
                    let format = match open.take() {
                        Some(format) => format,
                        None => parse(default)?,
                    };
                    outputs.push(Output { format, file: None });
                }
                Given::File(file) => {
                    let format = match open.take() {
                        Some(format) => format,
                        None => by_name(file)?,
                    };
                    outputs.push(Output {
                        format,
                        file: Some(file.clone()),
                    });
                }
            }
        }
        if let Some(format) = open {
            outputs.push(Output { format, file: None });
        }
        if outputs.is_empty() {
            outputs.push(Output {
                format: parse(default)?,
                file: None,
            });
        }
        if outputs
            .iter()
            .filter(|output| output.file.is_none())
            .count()
            > 1
        {
            return Err(OpsError::usage(
                "only one format can go to standard output",
                "give each other `--format` an `--output FILE` right after it",
            ));
        }
        Ok(outputs)
    }
}

fn parse(name: &str) -> Result<ScanFormat, OpsError> {
    name.parse().map_err(|_| {
        OpsError::usage(
            format!("`{name}` is not a format"),
            format!("use {}", ScanFormat::names().join(", ")),
        )
    })
}

/// The format that a file's name asks for.
fn by_name(file: &Path) -> Result<ScanFormat, OpsError> {
    let name = file
        .file_name()
        .and_then(OsStr::to_str)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let format = match name.rsplit_once('.').map(|(_, extension)| extension) {
        _ if name.ends_with(".cdx.json") => ScanFormat::Cyclonedx,
        _ if name.ends_with(".spdx.json") => ScanFormat::Spdx,
        _ if name.ends_with(".openvex.json") || name.ends_with(".vex.json") => ScanFormat::Openvex,
        Some("json") => ScanFormat::Json,
        Some("sarif") => ScanFormat::Sarif,
        Some("md") => ScanFormat::Markdown,
        Some("html" | "htm") => ScanFormat::Html,
        Some("csv") => ScanFormat::Csv,
        Some("xml") => ScanFormat::Junit,
        Some("txt") => ScanFormat::Text,
        _ => {
            return Err(OpsError::usage(
                format!("the name `{}` does not tell a format", file.display()),
                "give `--format` before `--output`",
            ));
        }
    };
    Ok(format)
}

impl FromArgMatches for OutputArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given: Vec<(usize, Given)> = Vec::new();
        if let (Some(values), Some(places)) = (
            matches.get_many::<String>("format"),
            matches.indices_of("format"),
        ) {
            given.extend(places.zip(values.map(|value| Given::Format(value.clone()))));
        }
        if let (Some(values), Some(places)) = (
            matches.get_many::<PathBuf>("output"),
            matches.indices_of("output"),
        ) {
            given.extend(places.zip(values.map(|value| Given::File(value.clone()))));
        }
        given.sort_by_key(|(place, _)| *place);
        Ok(Self {
            given: given.into_iter().map(|(_, given)| given).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for OutputArguments {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                clap::Arg::new("format")
                    .long("format")
                    .short('f')
                    .value_name("FORMAT")
                    .action(clap::ArgAction::Append)
                    .help(format!(
                        "Output format: {}; may be repeated with an --output each",
                        ScanFormat::names().join(", ")
                    )),
            )
            .arg(
                clap::Arg::new("output")
                    .long("output")
                    .short('o')
                    .value_name("FILE")
                    .value_parser(clap::value_parser!(PathBuf))
                    .action(clap::ArgAction::Append)
                    .help(
                        "File for the --format before it (without one: told by the file's name); \
                         absent: standard output",
                    ),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Writes through a temporary file beside the target, so that a reader never sees half of it. A
/// link is written through, and a device or pipe is written to, never replaced.
pub(crate) fn write_file(
    file: &Path,
    render: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let resolved = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    let file = resolved.as_path();
    if fs::metadata(file).is_ok_and(|metadata| !metadata.is_file()) {
        let context = || format!("cannot write `{}`", file.display());
        let mut special = fs::OpenOptions::new()
            .write(true)
            .open(file)
            .with_context(context)?;
        render(&mut special)?;
        return special.flush().with_context(context);
    }
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(directory)
        .with_context(|| format!("cannot make the directory `{}`", directory.display()))?;
    let context = || format!("cannot write `{}`", file.display());
    let mut temporary = tempfile::NamedTempFile::new_in(directory).with_context(context)?;
    {
        let mut buffered = io::BufWriter::new(temporary.as_file_mut());
        render(&mut buffered)?;
        buffered.flush().with_context(context)?;
    }
    set_mode(temporary.as_file(), file).with_context(context)?;
    temporary.persist(file).with_context(context)?;
    Ok(())
}

/// Temporary files are private. A file that is replaced keeps its mode; a new report is as
/// readable as any file of the user.
#[cfg(unix)]
fn set_mode(temporary: &fs::File, target: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(target).map_or(0o644, |old| old.permissions().mode() & 0o777);
    temporary.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &fs::File, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes to standard output. A reader that went away (`| head`) has what it wanted: that is no
/// error, and does not change the exit code.
pub(crate) fn write_stdout(
    render: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut buffered = io::BufWriter::new(io::stdout().lock());
    let written = render(&mut buffered).and_then(|()| Ok(buffered.flush()?));
    match written {
        Err(error) if is_broken_pipe(&error) => {
            // What is still buffered would be tried again when the buffer goes.
            drop(buffered.into_parts());
            Ok(())
        }
        other => other,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(arguments: &[&str]) -> Result<Vec<Output>, OpsError> {
        let command = OutputArguments::augment_args(Command::new("test"));
        let matches = command
            .try_get_matches_from(std::iter::once(&"test").chain(arguments))
            .unwrap();
        OutputArguments::from_arg_matches(&matches)
            .unwrap()
            .pairs("text")
    }

    #[test]
    fn an_output_belongs_to_the_format_before_it() {
        let outputs = pairs(&[
            "-f", "json", "-o", "a", "-f", "sarif", "-o", "b", "-f", "text",
        ]);
        let shown: Vec<(ScanFormat, Option<String>)> = outputs
            .unwrap()
            .into_iter()
            .map(|o| (o.format, o.file.map(|f| f.display().to_string())))
            .collect();
        assert_eq!(
            shown,
            [
                (ScanFormat::Json, Some("a".to_owned())),
                (ScanFormat::Sarif, Some("b".to_owned())),
                (ScanFormat::Text, None),
            ]
        );
    }

    #[test]
    fn a_name_tells_the_format() {
        assert_eq!(
            pairs(&["-o", "x.cdx.json"]).unwrap()[0].format,
            ScanFormat::Cyclonedx
        );
        assert_eq!(pairs(&[]).unwrap()[0].format, ScanFormat::Text);
        assert!(pairs(&["-o", "x.bin"]).is_err());
    }

    #[test]
    fn two_formats_cannot_share_standard_output() {
        let error = pairs(&["-f", "json", "-f", "sarif"]).unwrap_err();
        assert!(error.to_string().contains("standard output"));
    }
}
