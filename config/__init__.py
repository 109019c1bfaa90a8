"""The house: settings, routes, the server and its checks. It may import every app; no app imports it."""

__version__ = "0.1.0"
