//! The steps of the schema, in order.

/// One step. `common` is understood by both databases; what only one of them has comes after it.
pub(crate) struct Migration {
    pub(crate) common: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// Each brings the schema from the version before to its own. A released one never changes.
pub(crate) const MIGRATIONS: [Migration; 5] = [
    Migration {
        common: include_str!("../migrations/0001_initial.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        common: include_str!("../migrations/0002_projects.sql"),
        sqlite: include_str!("../migrations/0002_projects.sqlite.sql"),
        postgres: include_str!("../migrations/0002_projects.postgres.sql"),
    },
    Migration {
        common: include_str!("../migrations/0003_audit.sql"),
        sqlite: "",
        postgres: include_str!("../migrations/0003_audit.postgres.sql"),
    },
    Migration {
        common: include_str!("../migrations/0004_tasks.sql"),
        sqlite: include_str!("../migrations/0004_tasks.sqlite.sql"),
        postgres: include_str!("../migrations/0004_tasks.postgres.sql"),
    },
    Migration {
        common: include_str!("../migrations/0005_access.sql"),
        sqlite: "",
        postgres: "",
    },
];

/// Tables made from others, for search; their form differs between the databases. They are in no
/// backup: who writes them makes them again after a restore.
pub(crate) const DERIVED: [&str; 2] = ["findings_text", "task_search"];
