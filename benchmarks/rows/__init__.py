"""One file a group of rows; each has ``measure(rounds) -> rows``."""
