"""The full-text index over search entries: FTS5 with triggers on SQLite, GIN on PostgreSQL.

Whoever changes the table of search entries on SQLite must make the triggers again: Django copies the table.
"""

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE chat_search USING fts5("
    "text, content='chat_searchentry', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    "CREATE TRIGGER chat_search_insert AFTER INSERT ON chat_searchentry BEGIN "
    "INSERT INTO chat_search(rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER chat_search_delete AFTER DELETE ON chat_searchentry BEGIN "
    "INSERT INTO chat_search(chat_search, rowid, text) VALUES ('delete', old.id, old.text); END",
    "CREATE TRIGGER chat_search_update AFTER UPDATE OF text ON chat_searchentry BEGIN "
    "INSERT INTO chat_search(chat_search, rowid, text) VALUES ('delete', old.id, old.text); "
    "INSERT INTO chat_search(rowid, text) VALUES (new.id, new.text); END",
)
SQLITE_BACK = (
    "DROP TRIGGER chat_search_update",
    "DROP TRIGGER chat_search_delete",
    "DROP TRIGGER chat_search_insert",
    "DROP TABLE chat_search",
)
POSTGRESQL = ("CREATE INDEX chat_search ON chat_searchentry USING gin (to_tsvector('simple', text))",)
POSTGRESQL_BACK = ("DROP INDEX chat_search",)


def run(sqlite, postgresql):
    def change(apps, schema_editor):
        statements = {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]
        for statement in statements:
            schema_editor.execute(statement)

    return change


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]

    operations = [
        migrations.RunPython(run(SQLITE, POSTGRESQL), run(SQLITE_BACK, POSTGRESQL_BACK), elidable=False),
    ]
