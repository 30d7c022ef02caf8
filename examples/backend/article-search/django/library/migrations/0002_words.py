from django.db import migrations

# The index holds no texts. To take an article out, it has to be given the texts that went in.
CREATE = """
CREATE VIRTUAL TABLE library_words USING fts5 (
    title, body, content = 'library_article', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);
CREATE TRIGGER library_words_in AFTER INSERT ON library_article BEGIN
    INSERT INTO library_words (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER library_words_out AFTER DELETE ON library_article BEGIN
    INSERT INTO library_words (library_words, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END;
CREATE TRIGGER library_words_new AFTER UPDATE ON library_article BEGIN
    INSERT INTO library_words (library_words, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    INSERT INTO library_words (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
"""
DROP = """
DROP TRIGGER library_words_in;
DROP TRIGGER library_words_out;
DROP TRIGGER library_words_new;
DROP TABLE library_words;
"""


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
