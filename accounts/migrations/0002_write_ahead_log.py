"""Turns SQLite's write-ahead log on. It is a property of the file, so once is enough, and a
statement of its own on every connection would make connections fail that open at the same time.
"""

from django.db import migrations


def use_write_ahead_log(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("PRAGMA journal_mode=WAL")


class Migration(migrations.Migration):
    atomic = False  # the mode cannot change inside a transaction

    dependencies = [("accounts", "0001_people")]
    operations = [migrations.RunPython(use_write_ahead_log, migrations.RunPython.noop)]
