"""Two servers and two workers behind nginx, on PostgreSQL and Redis: killed, paused, restarted at work."""
