//! The merged configuration with its origins.

use serde_json::Value;

use crate::{
    config::Config,
    origin::Origin,
    pairs::accumulates,
    render,
    setting::Layer,
    shape::{leaves, root},
};

/// A configuration, what there is to say about it, and where each value comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub config: Config,
    /// For people, each with its file and line where it has one.
    pub warnings: Vec<String>,
    settings: Layer,
}

impl Loaded {
    pub(crate) fn new(config: Config, warnings: Vec<String>, settings: Layer) -> Self {
        Self {
            config,
            warnings,
            settings,
        }
    }

    /// Where the value of a key comes from: `policy.fail_on`, or an entry of a list as
    /// `suppressions[2]`. `None` for a key that is unknown or not set, and for tables.
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        if let Some((list, rest)) = key.split_once('[') {
            let (index, _) = rest.split_once(']')?;
            let setting = self.settings.get(list)?;
            return setting.items.get(index.parse::<usize>().ok()?);
        }
        self.settings.get(key).map(|setting| &setting.origin)
    }

    /// Where the entry `index` of `config.suppressions` stands.
    pub fn suppression_origin(&self, index: usize) -> Option<&Origin> {
        self.settings.get("suppressions")?.items.get(index)
    }

    /// Every key that is set, its value as TOML, and its origin, in the documented order. The
    /// entries of lists to which several layers add are listed one by one, as `scan.exclude[0]`.
    /// Credentials in URLs are masked.
    pub fn entries(&self) -> Vec<(String, String, Origin)> {
        let mut entries = Vec::new();
        for (key, field) in leaves(root()) {
            let Some(setting) = self.settings.get(&key) else {
                continue;
            };
            match &setting.value {
                Value::Array(values) if accumulates(&key) && !values.is_empty() => {
                    for (index, (value, origin)) in values.iter().zip(&setting.items).enumerate() {
                        entries.push((
                            format!("{key}[{index}]"),
                            render::toml(value),
                            origin.clone(),
                        ));
                    }
                }
                value => {
                    let shown = render::shaped(&field.shape, &render::without_credentials(value));
                    entries.push((key, shown, setting.origin.clone()));
                }
            }
        }
        entries
    }
}
