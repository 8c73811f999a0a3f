-- Facts about this installation that must outlive settings.
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE conversation (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    title      TEXT    NOT NULL,
    -- The last message of the path that is shown; 0 is none.
    leaf       INTEGER NOT NULL DEFAULT 0,
    updated_ms INTEGER NOT NULL,
    -- 0 is not deleted.
    deleted_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE message (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    -- 0 is the beginning.
    parent       INTEGER NOT NULL DEFAULT 0,
    role         TEXT    NOT NULL,
    text         TEXT    NOT NULL DEFAULT '',
    -- JSON, as are the next ones; 'null' is not known.
    state        TEXT    NOT NULL,
    place        TEXT    NOT NULL DEFAULT 'null',
    model        TEXT    NOT NULL DEFAULT 'null',
    finish       TEXT    NOT NULL DEFAULT 'null',
    measured     TEXT    NOT NULL DEFAULT 'null',
    created_ms   INTEGER NOT NULL
) STRICT;

CREATE INDEX message_by_parent ON message (conversation, parent);

CREATE TABLE model (
    id       TEXT PRIMARY KEY,
    path     TEXT    NOT NULL,
    -- JSON
    source   TEXT    NOT NULL,
    added_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE download (
    id     TEXT PRIMARY KEY,
    url    TEXT    NOT NULL,
    -- Hexadecimal; '' is not known.
    sha256 TEXT    NOT NULL DEFAULT '',
    -- What the source calls this version of the file; '' is not known.
    etag   TEXT    NOT NULL DEFAULT '',
    -- Bytes; 0 is not known.
    total  INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0
) STRICT;
