//! Which package manager a command line is for.

use crate::limits::MAX_NESTING;
use crate::tools::{bun, cargo, npm, pdm, pip, pipx, pnpm, poetry, uv, yarn};
use crate::{GuardError, Limits, Plan};

/// Managers that install what no list of ours covers.
const NOT_COVERED: [&str; 17] = [
    "conda",
    "mamba",
    "micromamba",
    "pixi",
    "easy_install",
    "pipenv",
    "rye",
    "hatch",
    "gem",
    "bundle",
    "composer",
    "go",
    "dotnet",
    "mvn",
    "gradle",
    "deno",
    "jsr",
];

/// Programs that run a command that is in their arguments or elsewhere.
const WRAPPERS: [&str; 16] = [
    "sh",
    "bash",
    "zsh",
    "dash",
    "ash",
    "fish",
    "cmd",
    "powershell",
    "pwsh",
    "env",
    "sudo",
    "doas",
    "xargs",
    "nohup",
    "time",
    "exec",
];

/// Reads a command line: program and arguments, as they would be run.
pub fn plan(argv: &[String], limits: &Limits) -> Result<Plan, GuardError> {
    if argv.len() > limits.max_arguments {
        return Err(GuardError::TooLong {
            what: "arguments",
            limit: limits.max_arguments,
        });
    }
    if argv
        .iter()
        .any(|argument| argument.len() > limits.max_argument_bytes)
    {
        let limit = limits.max_argument_bytes;
        return Err(GuardError::TooLong {
            what: "bytes in one argument",
            limit,
        });
    }
    nested(argv, 0)
}

fn nested(argv: &[String], depth: u8) -> Result<Plan, GuardError> {
    let mut plan = single(argv)?;
    let Some(program) = plan.command.first() else {
        return Ok(plan);
    };
    let name = base_name(program);
    if depth >= MAX_NESTING {
        plan.doubt(format!(
            "`{program}` is too deep in other commands to be looked at"
        ));
    } else if WRAPPERS.contains(&name.as_str()) {
        plan.doubt(format!("`{program}` can bring in anything"));
    } else {
        match nested(&plan.command, depth + 1) {
            Ok(inner) => plan.then = Some(Box::new(inner)),
            Err(error @ GuardError::NotCovered { .. }) => plan.doubt(error.to_string()),
            // Any other program: not the guard's to judge.
            Err(_) => {}
        }
    }
    Ok(plan)
}

/// The plan of a command line, but for the command that it runs.
fn single(argv: &[String]) -> Result<Plan, GuardError> {
    let (program, arguments) = argv.split_first().ok_or(GuardError::Empty)?;
    let name = base_name(program);
    let not_a_manager = || GuardError::NotAManager {
        program: program.clone(),
    };
    if versioned(&name, "python") || name == "pypy" || name == "pypy3" || name == "py" {
        let (module, arguments) = module(arguments).ok_or_else(not_a_manager)?;
        let known = ["pip", "uv", "pipx", "poetry", "pdm"].contains(&module);
        let mut argv = vec![module.to_owned()];
        argv.extend_from_slice(arguments);
        return if known {
            single(&argv)
        } else {
            Err(refused(module))
        };
    }
    Ok(match name.as_str() {
        "uv" => uv::uv(arguments),
        "uvx" => uv::uvx(arguments),
        "pipx" => pipx::plan(arguments),
        "poetry" => poetry::plan(arguments),
        "pdm" => pdm::plan(arguments),
        "npm" => npm::npm(arguments),
        "npx" => npm::npx(arguments),
        "pnpm" => pnpm::pnpm(arguments),
        "pnpx" => pnpm::dlx(arguments),
        "yarn" | "yarnpkg" => yarn::plan(arguments),
        "bun" => bun::bun(arguments),
        "bunx" => bun::bunx(arguments),
        "cargo" => cargo::plan(arguments),
        name if versioned(name, "pip") => pip::plan(arguments),
        _ => return Err(refused(program)),
    })
}

fn refused(program: &str) -> GuardError {
    let name = base_name(program);
    let program = program.to_owned();
    if NOT_COVERED.contains(&name.as_str()) {
        GuardError::NotCovered { program }
    } else {
        GuardError::NotAManager { program }
    }
}

/// `/usr/bin/pip3` and `pip.exe` are `pip3` and `pip`; so are `npm@latest` and `pip==24` in
/// commands that install what they run.
fn base_name(program: &str) -> String {
    let file = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let end = file
        .find(['@', '=', '<', '>', '~', '[', '!'])
        .unwrap_or(file.len());
    let file = file.get(..end).unwrap_or_default().to_ascii_lowercase();
    let name = [".exe", ".cmd", ".bat", ".ps1"]
        .iter()
        .find_map(|end| file.strip_suffix(end));
    name.map(str::to_owned).unwrap_or(file)
}

/// `pip`, `pip3`, `pip3.12`.
fn versioned(name: &str, program: &str) -> bool {
    name.strip_prefix(program).is_some_and(|version| {
        version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// What `-m` runs, and with which arguments. Python's own options come before it; two of them take
/// a value.
fn module(arguments: &[String]) -> Option<(&str, &[String])> {
    let mut left = arguments;
    while let Some((argument, rest)) = left.split_first() {
        if argument == "-m" {
            let (module, rest) = rest.split_first()?;
            return Some((module, rest));
        }
        let option = argument.strip_prefix('-')?;
        if option.starts_with('-') || option.is_empty() {
            return None;
        }
        // `-Im pip`: the last letter takes the value.
        if let Some(at) = option.find(['m', 'c', 'W', 'X']) {
            let (_, tail) = option.split_at_checked(at)?;
            let attached = tail.get(1..).filter(|it| !it.is_empty());
            match (tail.chars().next()?, attached) {
                ('m', Some(module)) => return Some((module, rest)),
                ('m', None) => {
                    let (module, rest) = rest.split_first()?;
                    return Some((module, rest));
                }
                ('W' | 'X', None) => {
                    left = rest.get(1..)?;
                    continue;
                }
                ('W' | 'X', Some(_)) => {}
                _ => return None,
            }
        }
        left = rest;
    }
    None
}
