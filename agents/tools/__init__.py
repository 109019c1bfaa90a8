"""What agents can do besides writing: one tool a file, offered to a run by ``box``."""
