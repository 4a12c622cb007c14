//! From the handed-in texts to one configuration.

use serde_json::{Map, Value};

use crate::{
    config::Config,
    error::ConfigError,
    file::{self, FileLayers, Root},
    loaded::Loaded,
    origin::{LayerKind, Origin},
    pairs, rules,
    setting::{Layer, Setting, overlay},
    trust,
};

/// A configuration file, read by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    /// As errors and origins shall name it.
    pub path: &'a str,
    pub text: &'a str,
}

/// Everything that configuration is made of. The crate itself reads no file and no variable.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inputs<'a> {
    /// `$XDG_CONFIG_HOME/runward/config.toml`.
    pub user: Option<File<'a>>,
    /// `runward.toml` of the scanned directory.
    pub project: Option<File<'a>>,
    /// `pyproject.toml` of the scanned directory; its `[tool.runward]` counts where there is no
    /// `runward.toml`.
    pub pyproject: Option<File<'a>>,
    /// The environment asked for on the command line.
    pub environment: Option<&'a str>,
    /// All of the process's variables, or its `RUNWARD_*` ones.
    pub variables: &'a [(String, String)],
    /// Dotted keys and their values as text, from the command line.
    pub flags: &'a [(String, String)],
}

const DEFAULTS: &str = include_str!("../data/defaults.toml");
const POLICY: &str = include_str!("../../../policies/default.toml");

/// Merges all layers. On failure, everything that is wrong in all of them.
pub fn load(inputs: &Inputs<'_>) -> Result<Loaded, Vec<ConfigError>> {
    let mut errors = Vec::new();
    let mut warnings = Vec::new();

    let builtin = builtin(&mut errors);
    let mut user = FileLayers::default();
    if let Some(file) = &inputs.user {
        let (layers, problems) = file::read(LayerKind::User, file.path, file.text, Root::File);
        errors.extend(problems);
        user = layers.unwrap_or_default();
    }
    let mut project = project(inputs, &mut errors, &mut warnings);
    errors.extend(trust::check(&project.layer));
    let (variables, problems) = pairs::variables(inputs.variables, &mut warnings);
    errors.extend(problems);
    let (flags, problems) = pairs::flags(inputs.flags);
    errors.extend(problems);

    let trusted = [&flags, &variables, &user.layer, &builtin]
        .iter()
        .find_map(|layer| layer.get("trust_project_policy")?.value.as_bool())
        // Fails closed where the built-in layer is broken.
        .unwrap_or(false);

    // Which section is selected is settled before any layer is merged, so that no section can
    // select another.
    let mut selectors = vec![&flags, &variables];
    if trusted {
        selectors.push(&project.layer);
    }
    selectors.push(&user.layer);
    let environment = environment(inputs, &selectors, &user, &project, &mut errors);

    let mut sections = [Layer::new(), Layer::new()];
    if let Some(name) = &environment {
        let [of_user, of_project] = &mut sections;
        *of_user = section(&mut user, name);
        *of_project = section(&mut project, name);
    }
    let [of_user, mut of_project] = sections;

    let mut base = builtin;
    overlay(&mut base, &user.layer);
    let mut settings = base.clone();
    overlay(&mut base, &of_user);
    trust::restrict(&mut project.layer, &base, trusted, &mut warnings);
    trust::restrict(&mut of_project, &base, trusted, &mut warnings);

    for layer in [&project.layer, &of_user, &of_project, &variables, &flags] {
        overlay(&mut settings, layer);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if let Some(name) = environment {
        select(&mut settings, name, inputs.environment.is_some());
    }
    match serde_json::from_value::<Config>(nest(&settings)) {
        Ok(config) => Ok(Loaded::new(config, warnings, settings)),
        // Every value was checked, so this is a key that the checks do not know.
        Err(error) => Err(vec![
            ConfigError::new(format!("the merged configuration is not valid: {error}"))
                .help("report this as a bug, with the configuration"),
        ]),
    }
}

/// The built-in layer; that it reads without errors is a test's business.
pub(crate) fn defaults() -> Layer {
    builtin(&mut Vec::new())
}

fn builtin(errors: &mut Vec<ConfigError>) -> Layer {
    let mut layer = Layer::new();
    let (defaults, problems) =
        file::read(LayerKind::Builtin, "defaults.toml", DEFAULTS, Root::File);
    errors.extend(problems);
    let (policy, problems) = file::read(
        LayerKind::Builtin,
        "policies/default.toml",
        POLICY,
        Root::Policy,
    );
    errors.extend(problems);
    for layers in [defaults, policy].into_iter().flatten() {
        overlay(&mut layer, &layers.layer);
    }
    // Where in the program a default stands is of no use to anybody.
    for setting in layer.values_mut() {
        for origin in std::iter::once(&mut setting.origin).chain(&mut setting.items) {
            origin.file = None;
            origin.line = None;
        }
    }
    layer
}

fn project(
    inputs: &Inputs<'_>,
    errors: &mut Vec<ConfigError>,
    warnings: &mut Vec<String>,
) -> FileLayers {
    let read = |file: &File<'_>, root| file::read(LayerKind::Project, file.path, file.text, root);
    if let Some(file) = &inputs.project {
        if let Some(pyproject) = &inputs.pyproject
            && let (Some(_), _) = read(pyproject, Root::ToolTable)
        {
            warnings.push(format!(
                "{}: `[tool.runward]` is ignored, since {} is there",
                pyproject.path, file.path
            ));
        }
        let (layers, problems) = read(file, Root::File);
        errors.extend(problems);
        return layers.unwrap_or_default();
    }
    let Some(file) = &inputs.pyproject else {
        return FileLayers::default();
    };
    let (layers, problems) = read(file, Root::ToolTable);
    errors.extend(problems);
    layers.unwrap_or_default()
}

/// The selected environment: the command line's, else the highest layer's. One that is neither
/// well known nor has a section is an error, since a typing mistake would otherwise scan with
/// another environment's policy.
fn environment(
    inputs: &Inputs<'_>,
    selectors: &[&Layer],
    user: &FileLayers,
    project: &FileLayers,
    errors: &mut Vec<ConfigError>,
) -> Option<String> {
    let mut error = ConfigError::new("").in_file("command line");
    let name = if let Some(name) = inputs.environment {
        name.to_owned()
    } else {
        let setting = selectors
            .iter()
            .find_map(|layer| layer.get("environment"))?;
        if setting.origin.layer != LayerKind::Flag {
            error.file.clone_from(&setting.origin.file);
        }
        error.line = setting.origin.line;
        setting.value.as_str()?.to_owned()
    };
    error.key = Some("environment".to_owned());
    let sections = || user.environments.keys().chain(project.environments.keys());
    let known = rules::WELL_KNOWN_ENVIRONMENTS.contains(&name.as_str())
        || sections().any(|section| *section == name);
    let problem = match rules::environment(&name) {
        Err(problem) => problem,
        Ok(()) if known => return Some(name),
        Ok(()) => file::unknown_environment(&name, sections().map(String::as_str)),
    };
    // A name that is no name was already reported where a layer says it.
    if inputs.environment.is_some() || rules::environment(&name).is_ok() {
        error.message = problem.message;
        error.help = problem.help;
        errors.push(error);
    }
    None
}

/// The section's values, which from here on come from the environment layer.
fn section(layers: &mut FileLayers, name: &str) -> Layer {
    let mut layer = layers.environments.remove(name).unwrap_or_default();
    for setting in layer.values_mut() {
        for origin in std::iter::once(&mut setting.origin).chain(&mut setting.items) {
            origin.layer = LayerKind::Environment;
        }
    }
    layer
}

fn select(settings: &mut Layer, name: String, from_command_line: bool) {
    if from_command_line {
        let origin = Origin {
            layer: LayerKind::Flag,
            file: None,
            line: None,
        };
        let setting = Setting {
            value: Value::String(name),
            origin,
            items: Vec::new(),
        };
        settings.insert("environment".to_owned(), setting);
    }
}

/// Dotted keys to nested tables.
fn nest(settings: &Layer) -> Value {
    let mut root = Map::new();
    // A table without a set key must be there as well.
    for field in crate::shape::root() {
        if matches!(field.shape, crate::shape::Shape::Table(_)) {
            root.insert(field.name.clone(), Value::Object(Map::new()));
        }
    }
    for (key, setting) in settings {
        insert(&mut root, key, setting.value.clone());
    }
    Value::Object(root)
}

fn insert(table: &mut Map<String, Value>, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = table
                .entry(first)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
