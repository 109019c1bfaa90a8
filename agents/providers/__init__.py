"""Models behind one method: `stream(request)` gives deltas. Only the registry reads settings."""
