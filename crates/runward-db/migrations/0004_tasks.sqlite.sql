-- Full-text search in SQLite. The program cuts text into words itself, the same for both
-- databases; this tokenizer only splits at spaces. `_` stands between what no phrase may span.
CREATE VIRTUAL TABLE task_search USING fts5 (
    title, body, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '_'"
);
