-- Messages whose words are to be indexed again: they were edited, or came after later ones were indexed.
CREATE TABLE search_queue (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL
) STRICT;
