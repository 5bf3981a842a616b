-- What operators see of a job: when it was added, and why and when its last attempt failed. Of one that is dead the reason is its
-- cause.
ALTER TABLE jobs ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN failed INTEGER;
ALTER TABLE jobs ADD COLUMN failure TEXT;
-- Of those from before, the moment when they were to be run is the nearest that is known.
UPDATE jobs SET added = due, failed = iif(cause IS NULL, NULL, due);

CREATE TRIGGER jobs_revived AFTER UPDATE OF cause ON jobs WHEN old.cause IS NOT NULL AND new.cause IS NULL BEGIN
    UPDATE job_totals SET waiting = waiting + 1, bytes = bytes + length(new.payload), dead = dead - 1
        WHERE plugin = new.plugin;
END;
