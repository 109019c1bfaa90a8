"""A fake model server on real sockets: it plays scripts byte by byte, and streams tokens for benchmarks."""

from tests.upstream.scripts import SCRIPTS, Golden, Script
from tests.upstream.server import CLOSE, HANG, RESET, FakeUpstream, Reply

__all__ = ["CLOSE", "HANG", "RESET", "SCRIPTS", "FakeUpstream", "Golden", "Reply", "Script"]
