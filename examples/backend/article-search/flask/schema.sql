CREATE TABLE IF NOT EXISTS article (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    tags TEXT NOT NULL  -- a JSON array, sorted
);

CREATE TABLE IF NOT EXISTS cursor_key (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    value BLOB NOT NULL
);

-- Reads the texts from the table above, so it has to be told the old ones before it can forget them.
CREATE VIRTUAL TABLE IF NOT EXISTS article_text USING fts5 (
    title, body, content = article, content_rowid = id, tokenize = 'unicode61 remove_diacritics 0'
);

CREATE TRIGGER IF NOT EXISTS article_inserted AFTER INSERT ON article BEGIN
    INSERT INTO article_text (rowid, title, body) VALUES (new.id, new.title, new.body);
END;

CREATE TRIGGER IF NOT EXISTS article_deleted AFTER DELETE ON article BEGIN
    INSERT INTO article_text (article_text, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END;

CREATE TRIGGER IF NOT EXISTS article_updated AFTER UPDATE ON article BEGIN
    INSERT INTO article_text (article_text, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    INSERT INTO article_text (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
