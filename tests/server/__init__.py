"""Tests that start the real server as a process of its own, kill it, and start it again."""
