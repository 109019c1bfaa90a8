"""Child processes that do what must neither hold up the server nor hurt it, whatever that is."""
