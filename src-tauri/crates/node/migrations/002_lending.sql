-- What was done about lending, and why, without gaps while the node ran.
CREATE TABLE span (
    from_ms  INTEGER PRIMARY KEY,
    -- Written again every minute, so that a kill loses at most the last one.
    until_ms INTEGER NOT NULL,
    -- JSON, as is the next one.
    mode     TEXT    NOT NULL,
    reason   TEXT    NOT NULL
) STRICT;

CREATE TABLE job (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    -- JSON
    kind        TEXT    NOT NULL,
    model       TEXT    NOT NULL,
    prompt      TEXT    NOT NULL,
    -- JSON: the text or the error; 'null' while it waits.
    answer      TEXT    NOT NULL DEFAULT 'null',
    text_tokens INTEGER NOT NULL DEFAULT 0,
    created_ms  INTEGER NOT NULL,
    -- 0 while it waits.
    ended_ms    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX job_by_end ON job (ended_ms);
