"""Django's SQLite with one queue for the writers of this process."""
