//! What the surroundings of the process are: handed in once by the binary, never asked for again.

use std::path::PathBuf;

use jiff::Timestamp;

/// Clock, environment and user, as the binary found them.
#[derive(Debug, Clone)]
pub struct Context {
    pub now: Timestamp,
    /// The process's environment variables (those that are valid Unicode).
    pub variables: Vec<(String, String)>,
    /// Where relative paths of the user start.
    pub working_directory: PathBuf,
    /// The account of the operating system that runs the program.
    pub account: String,
}

impl Context {
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    fn home(&self) -> Option<PathBuf> {
        self.variable("HOME")
            .or_else(|| self.variable("USERPROFILE"))
            .map(PathBuf::from)
    }

    /// The user's configuration file (XDG Base Directory Specification).
    pub fn user_config_file(&self) -> Option<PathBuf> {
        let base = match self.variable("XDG_CONFIG_HOME") {
            Some(directory) => PathBuf::from(directory),
            None => self.home()?.join(".config"),
        };
        Some(base.join("runward").join("config.toml"))
    }

    /// Where `runward access login` keeps the caller's API token.
    pub fn token_file(&self) -> Option<PathBuf> {
        Some(self.user_config_file()?.with_file_name("token"))
    }

    /// The user's data directory (XDG Base Directory Specification).
    pub fn user_data_directory(&self) -> Option<PathBuf> {
        let base = match self.variable("XDG_DATA_HOME") {
            Some(directory) => PathBuf::from(directory),
            None => self.home()?.join(".local").join("share"),
        };
        Some(base.join("runward"))
    }
}
