"""Without the setting nothing of OpenTelemetry is there; without its packages the log says so."""

import subprocess
import sys

from agents import traces
from config import tracing
from tests.config.manage import ROOT


def test_nothing_is_imported_unless_the_setting_asks_for_it():
    script = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import config.asgi;"
        "from config import tracing; tracing.start();"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_missing_packages_are_said_and_cost_nothing_else(settings, monkeypatch, caplog):
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318"
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    tracing.start()
    assert "pip install -r requirements-otel.txt" in caplog.text
    assert traces.tracer is None


def test_a_span_without_a_tracer_does_nothing():
    with traces.span("run", parley__agent="a") as said:
        said["parley.outcome"] = "completed"
