-- mode: JSON, how much a plugin decides. beside: JSON, the version that decides what it does not.
ALTER TABLE plugins ADD COLUMN mode TEXT NOT NULL DEFAULT '{"kind":"full"}';
ALTER TABLE plugins ADD COLUMN beside TEXT;
