-- Full-text search in PostgreSQL. The vectors are written by the program, word by word, and never
-- parsed from text here.
CREATE TABLE task_search (
    task BIGINT NOT NULL PRIMARY KEY REFERENCES tasks (id),
    words TSVECTOR NOT NULL
);
CREATE INDEX task_search_words ON task_search USING GIN (words);
