//! What a module specifier names.

/// Modules of Node itself, sorted; `node:` before them is optional.
const BUILTINS: [&str; 41] = [
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "worker_threads",
    "zlib",
];

/// Whether a name is both a module of Node and, with some bundlers, a package.
pub(crate) fn is_builtin(name: &str) -> bool {
    BUILTINS.binary_search(&name).is_ok()
}

/// The package that a specifier names; `None` for a path, an alias, an address or a module of
/// Node.
pub(super) fn package(specifier: &str) -> Option<&str> {
    let specifier = match specifier.split_once(':') {
        // Deno's and Bun's notation for a package of the registry.
        Some(("npm", rest)) => rest.trim_start_matches('/'),
        Some(_) => return None,
        None => specifier,
    };
    // `buffer/` is the package where `buffer` is Node's.
    let explicit = specifier.ends_with('/');
    let specifier = specifier.trim_end_matches('/');
    let mut end = specifier.find('/').unwrap_or(specifier.len());
    if specifier.starts_with('@') {
        let after_scope = specifier.get(end + 1..)?;
        end += 1 + after_scope.find('/').unwrap_or(after_scope.len());
    }
    let name = specifier.get(..end)?;
    // A version behind the name (`npm:foo@1`), a query behind the path.
    let scope = usize::from(name.starts_with('@'));
    let length = name
        .get(scope..)?
        .find(['@', '?'])
        .map_or(name.len(), |length| length + scope);
    let name = name.get(..length)?;
    (is_package_name(name) && (explicit || !is_builtin(name))).then_some(name)
}

fn is_package_name(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~!'()*".contains(&byte))
    };
    match name.strip_prefix('@') {
        Some(scoped) => scoped
            .split_once('/')
            .is_some_and(|(scope, name)| part(scope) && part(name)),
        None => part(name) && !name.starts_with('~'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtins_are_sorted() {
        assert!(BUILTINS.is_sorted());
    }

    #[test]
    fn specifiers_name_packages() {
        for (specifier, expected) in [
            ("lodash", Some("lodash")),
            ("lodash/fp/merge.js", Some("lodash")),
            ("@babel/core", Some("@babel/core")),
            ("@babel/core/lib/x", Some("@babel/core")),
            ("npm:chalk@5", Some("chalk")),
            ("npm:@std/x@1.2/y", Some("@std/x")),
            ("./x", None),
            ("..", None),
            ("/abs", None),
            ("#internal", None),
            ("@/components/x", None),
            ("~/x", None),
            ("@scope", None),
            ("node:fs", None),
            ("fs/promises", None),
            ("buffer", None),
            ("buffer/", Some("buffer")),
            ("https://esm.sh/react", None),
            ("", None),
            ("some thing", None),
            ("x.css?inline", Some("x.css")),
        ] {
            assert_eq!(package(specifier), expected, "{specifier}");
        }
    }
}
