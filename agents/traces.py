"""Spans around what takes time, where the operator asks for traces (config/tracing.py); else next to nothing.

A span has names, numbers and ids. No words of people, models or tools go into one, nor those of an exception.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agents import log_ids

#: OpenTelemetry's tracer, once there is one.
tracer: Any = None


@contextmanager
def span(name: str, *, current: bool = True, **attributes: str | int) -> Iterator[dict[str, str | int]]:
    """What is put into the dictionary meanwhile becomes attributes too.

    ``current``: what begins inside is its child. Not for a generator, which may be closed in another context.
    """
    later: dict[str, str | int] = {}
    if tracer is None:
        yield later
        return
    given = {name.replace("__", "."): value for name, value in attributes.items()}
    if run_id := log_ids.run_id.get():
        given["parley.run"] = run_id
    quiet = {"record_exception": False, "set_status_on_exception": False}
    opened = tracer.start_span(name, attributes=given, **quiet)
    try:
        if current:
            from opentelemetry import trace

            with trace.use_span(opened, **quiet):
                yield later
        else:
            yield later
    except BaseException as problem:
        opened.set_attribute("error.type", type(problem).__name__)
        raise
    finally:
        opened.set_attributes({name.replace("__", "."): value for name, value in later.items()})
        opened.end()
