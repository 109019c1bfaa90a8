"""A model server for benchmarks and for trying out: `python -m tests.upstream --port 9100 --rate 50`.

Any model name streams tokens; `script:<name>` plays a named script of tests/upstream/scripts.py.
"""

import argparse
import asyncio
import sys

from tests.upstream.server import FakeUpstream


async def serve(options: argparse.Namespace) -> None:
    upstream = FakeUpstream(tokens=options.tokens, rate=options.rate, host=options.host, port=options.port)
    upstream.keep_requests = False
    async with upstream:
        sys.stdout.write(f"{upstream.base_url}\n")
        sys.stdout.flush()
        await upstream.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.upstream", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--tokens", type=int, default=200, help="tokens an answer")
    parser.add_argument("--rate", type=float, default=50, help="tokens a second and stream, 0: no limit")
    try:
        asyncio.run(serve(parser.parse_args()))
    except KeyboardInterrupt:
        sys.exit(0)


main()
