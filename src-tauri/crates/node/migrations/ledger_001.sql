-- This node's own records, each signed by it. Where a question is closed the reservation's record gives way to its name
-- (32 bytes): the receipt says the same and more.
CREATE TABLE record (
    sequence INTEGER PRIMARY KEY,
    bytes    BLOB NOT NULL
) STRICT;

-- Jobs that are or were paid for.
CREATE TABLE job (
    job         BLOB    NOT NULL,
    -- 0: this node asked; 1: it answered.
    role        INTEGER NOT NULL,
    -- The other side's public key.
    peer        BLOB    NOT NULL,
    at_ms       INTEGER NOT NULL,
    open        INTEGER NOT NULL DEFAULT 1,
    refunded    INTEGER NOT NULL DEFAULT 0,
    -- Whether the other side is known to have what closes it.
    told        INTEGER NOT NULL DEFAULT 0,
    -- Of the reservation while it is open, then of what closed it.
    sequence    INTEGER NOT NULL DEFAULT 0,
    -- Millionths of a credit: at most; acknowledged by the payer; of that, in records.
    cap         INTEGER NOT NULL DEFAULT 0,
    amount      INTEGER NOT NULL DEFAULT 0,
    settled     INTEGER NOT NULL DEFAULT 0,
    -- Of 1000 text tokens.
    price       INTEGER NOT NULL DEFAULT 0,
    text_tokens INTEGER NOT NULL DEFAULT 0,
    model       TEXT    NOT NULL DEFAULT '',
    -- SHA-256 of the model's file.
    hash        BLOB    NOT NULL DEFAULT x'',
    -- JSON; 'null' is this PC.
    place       TEXT    NOT NULL DEFAULT 'null',
    -- The payer's, over the amount, until a record has it.
    signature   BLOB    NOT NULL DEFAULT x'',
    PRIMARY KEY (job, role, peer)
) STRICT, WITHOUT ROWID;

CREATE INDEX job_by_time ON job (at_ms);
CREATE INDEX job_untold ON job (peer) WHERE told = 0;
CREATE INDEX job_open ON job (role) WHERE open = 1;

-- Other accounts, as their latest record leaves them.
CREATE TABLE account (
    node     BLOB    PRIMARY KEY,
    sequence INTEGER NOT NULL,
    net      INTEGER NOT NULL,
    -- Tags of what its PC is made of; empty is none.
    board    BLOB    NOT NULL DEFAULT x'',
    gpu      BLOB    NOT NULL DEFAULT x'',
    disk     BLOB    NOT NULL DEFAULT x'',
    seen_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_by_seen ON account (seen_ms);
CREATE INDEX account_by_board ON account (board) WHERE board <> x'';
CREATE INDEX account_by_gpu ON account (gpu) WHERE gpu <> x'';
CREATE INDEX account_by_disk ON account (disk) WHERE disk <> x'';

-- The last records of others: two of one number prove that an account was forked, and who lost its own gets them back.
CREATE TABLE seen (
    node     BLOB    NOT NULL,
    sequence INTEGER NOT NULL,
    bytes    BLOB    NOT NULL,
    PRIMARY KEY (node, sequence)
) STRICT, WITHOUT ROWID;

-- Accounts that have spent twice. Never forgotten.
CREATE TABLE fork (
    node  BLOB PRIMARY KEY,
    proof BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fact (
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
