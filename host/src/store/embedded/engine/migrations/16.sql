-- The moment that each timer of a plugin has fired for last, by its expression.
CREATE TABLE timers (
    plugin TEXT NOT NULL,
    name TEXT NOT NULL,
    cron TEXT NOT NULL,
    fired INTEGER NOT NULL,
    PRIMARY KEY (plugin, name)
) STRICT, WITHOUT ROWID;

-- A job waits while it has neither node nor cause; with a node it is being run, with a cause it is dead.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plugin TEXT NOT NULL,
    name TEXT NOT NULL,
    key TEXT,
    payload BLOB NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    hop INTEGER NOT NULL,
    node INTEGER,
    cause TEXT
) STRICT;
CREATE INDEX jobs_by_due ON jobs (plugin, due) WHERE cause IS NULL;
CREATE INDEX jobs_by_node ON jobs (node) WHERE node IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (plugin, id) WHERE cause IS NOT NULL;
CREATE UNIQUE INDEX jobs_by_key ON jobs (plugin, key) WHERE key IS NOT NULL AND node IS NULL AND cause IS NULL;

-- Kept by the triggers, so that a quota is looked up rather than counted.
CREATE TABLE job_totals (
    plugin TEXT PRIMARY KEY,
    waiting INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    dead INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER jobs_added AFTER INSERT ON jobs BEGIN
    INSERT INTO job_totals VALUES (new.plugin, 1, length(new.payload), 0)
        ON CONFLICT DO UPDATE SET waiting = waiting + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER jobs_died AFTER UPDATE OF cause ON jobs WHEN old.cause IS NULL AND new.cause IS NOT NULL BEGIN
    UPDATE job_totals SET waiting = waiting - 1, bytes = bytes - length(new.payload), dead = dead + 1
        WHERE plugin = new.plugin;
END;
CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs BEGIN
    UPDATE job_totals SET
        waiting = waiting - (old.cause IS NULL),
        bytes = bytes - iif(old.cause IS NULL, length(old.payload), 0),
        dead = dead - (old.cause IS NOT NULL)
        WHERE plugin = old.plugin;
    DELETE FROM job_totals WHERE plugin = old.plugin AND waiting = 0 AND dead = 0;
END;
