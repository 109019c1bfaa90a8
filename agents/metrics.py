"""What this process counts, for ``/metrics``. Labels are names of ours: no ids, no paths, no words of people.

One count costs about a microsecond, and a turn makes some dozens.
"""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # a second series for each, that nobody asks for

#: Seconds. Answers take seconds to minutes, pages and commits milliseconds.
LONG = (0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900)
SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
FIRST = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

runs = Counter(
    "parley_runs", "Runs that ended here, by outcome and the key of the error", ["outcome", "error"]
)
runs_under_way = Gauge("parley_runs_under_way", "Runs that this process executes")
run_seconds = Histogram("parley_run_seconds", "From a run's start to its end", buckets=LONG)
first_token_seconds = Histogram(
    "parley_first_token_seconds", "From the question to the first piece of text or reasoning", buckets=FIRST
)
tokens = Counter("parley_tokens", "Tokens of runs that ended here, as their providers said", ["kind"])

requests = Counter("parley_http_requests", "Answered requests", ["route", "method", "status"])
request_seconds = Histogram(
    "parley_http_request_seconds", "From a request to the first byte of its answer", ["route"], buckets=SHORT
)
sockets_open = Gauge("parley_sockets_open", "Open WebSockets")
streams_open = Gauge("parley_streams_open", "Open streams of events (SSE)")
slow_clients = Counter("parley_slow_clients_dropped", "Clients dropped because they did not read", ["kind"])

events = Counter("parley_events", "Events written to the logs of runs")
commit_seconds = Histogram("parley_event_commit_seconds", "One commit of the event writer", buckets=SHORT)
writer_waiting = Gauge(
    "parley_event_writer_waiting", "Writes that wait for the next commit of the event writer"
)
pushes_lost = Counter("parley_pushes_lost", "Pushes that the channel layer did not take")
database_waiting = Gauge(
    "parley_database_writers_waiting", "Threads that wait for their turn to write (SQLite)"
)

for kind in ("socket", "answer"):
    slow_clients.labels(kind)
for kind in ("prompt", "completion"):
    tokens.labels(kind)
