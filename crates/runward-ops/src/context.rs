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
}

impl Context {
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Who acts, for the record: the account's name.
    pub fn user(&self) -> String {
        ["USER", "LOGNAME", "USERNAME"]
            .into_iter()
            .find_map(|name| self.variable(name))
            .unwrap_or("unknown")
            .to_owned()
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

    /// The user's data directory (XDG Base Directory Specification).
    pub fn user_data_directory(&self) -> Option<PathBuf> {
        let base = match self.variable("XDG_DATA_HOME") {
            Some(directory) => PathBuf::from(directory),
            None => self.home()?.join(".local").join("share"),
        };
        Some(base.join("runward"))
    }
}
