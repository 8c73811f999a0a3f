-- JSON: who computed an answer; 'null' for a question.
ALTER TABLE message ADD COLUMN origin TEXT NOT NULL DEFAULT 'null';
UPDATE message
SET origin = '{"place":' || place || ',"node":null,"model":null,"latency_ms":null,"relayed":false,"cost":0}'
WHERE place <> 'null';
ALTER TABLE message DROP COLUMN place;

-- What a model's file is, as long as its length and time are the same.
CREATE TABLE model_hash (
    path        TEXT PRIMARY KEY,
    bytes       INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    -- SHA-256 in hexadecimal.
    hash        TEXT    NOT NULL
) STRICT;

-- Other nodes, to find them again and to remember how they were.
CREATE TABLE peer (
    node     TEXT PRIMARY KEY,
    -- The last address by which it was reached; '' is none.
    address  TEXT    NOT NULL DEFAULT '',
    -- JSON
    standing TEXT    NOT NULL DEFAULT '{}',
    seen_ms  INTEGER NOT NULL
) STRICT;

CREATE INDEX peer_by_seen ON peer (seen_ms);

-- What was done for whom, signed, not settled.
CREATE TABLE receipt (
    -- Hexadecimal.
    job      TEXT    NOT NULL,
    -- Who worked, and for whom; one of them is this node.
    provider TEXT    NOT NULL,
    asker    TEXT    NOT NULL,
    signed   BLOB    NOT NULL,
    ended_ms INTEGER NOT NULL,
    PRIMARY KEY (provider, job)
) STRICT;
