"""The full-text index over pieces of documents: FTS5 with triggers on SQLite, a stored vector on PostgreSQL.

The agent is a column of the index on SQLite, so that a search looks at no other agent's pieces. On PostgreSQL
the vector is stored, because ranking would else read the text of each piece found.

Whoever changes the table of pieces on SQLite must make the triggers again: Django copies the table.
"""

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE agents_chunk_search USING fts5("
    "agent_id, text, content='agents_chunk', content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER agents_chunk_insert AFTER INSERT ON agents_chunk BEGIN "
    "INSERT INTO agents_chunk_search(rowid, agent_id, text) VALUES (new.id, new.agent_id, new.text); END",
    "CREATE TRIGGER agents_chunk_delete AFTER DELETE ON agents_chunk BEGIN "
    "INSERT INTO agents_chunk_search(agents_chunk_search, rowid, agent_id, text) "
    "VALUES ('delete', old.id, old.agent_id, old.text); END",
    "CREATE TRIGGER agents_chunk_update AFTER UPDATE OF agent_id, text ON agents_chunk BEGIN "
    "INSERT INTO agents_chunk_search(agents_chunk_search, rowid, agent_id, text) "
    "VALUES ('delete', old.id, old.agent_id, old.text); "
    "INSERT INTO agents_chunk_search(rowid, agent_id, text) VALUES (new.id, new.agent_id, new.text); END",
)
SQLITE_BACK = (
    "DROP TRIGGER agents_chunk_update",
    "DROP TRIGGER agents_chunk_delete",
    "DROP TRIGGER agents_chunk_insert",
    "DROP TABLE agents_chunk_search",
)
POSTGRESQL = (
    "ALTER TABLE agents_chunk ADD COLUMN search tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED",
    "CREATE INDEX agents_chunk_search ON agents_chunk USING gin (search)",
)
POSTGRESQL_BACK = (
    "DROP INDEX agents_chunk_search",
    "ALTER TABLE agents_chunk DROP COLUMN search",
)


def run(sqlite, postgresql):
    def change(apps, schema_editor):
        statements = {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]
        for statement in statements:
            schema_editor.execute(statement)

    return change


class Migration(migrations.Migration):
    dependencies = [("agents", "0012_documents")]

    operations = [
        migrations.RunPython(run(SQLITE, POSTGRESQL), run(SQLITE_BACK, POSTGRESQL_BACK), elidable=False),
    ]
