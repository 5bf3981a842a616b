-- What the keys and values of each plugin take, kept by the triggers, so that a quota is looked up rather than counted.
CREATE TABLE kv_totals (
    plugin TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO kv_totals SELECT plugin, sum(octet_length(key) + length(value)) FROM kv GROUP BY plugin;
CREATE TRIGGER kv_added AFTER INSERT ON kv BEGIN
    INSERT INTO kv_totals VALUES (new.plugin, octet_length(new.key) + length(new.value))
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER kv_changed AFTER UPDATE OF value ON kv WHEN length(new.value) <> length(old.value) BEGIN
    UPDATE kv_totals SET bytes = bytes + length(new.value) - length(old.value) WHERE plugin = new.plugin;
END;
CREATE TRIGGER kv_deleted AFTER DELETE ON kv BEGIN
    UPDATE kv_totals SET bytes = bytes - octet_length(old.key) - length(old.value) WHERE plugin = old.plugin;
    DELETE FROM kv_totals WHERE plugin = old.plugin AND bytes = 0;
END;
