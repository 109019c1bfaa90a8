"""On whose behalf something is done: the request and the run that each line of the log and each span names.

A context is copied into the tasks and threads that begin in it: whatever a request starts bears its id.
"""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
run_id: ContextVar[str] = ContextVar("run_id", default="")
