"""Traces by OpenTelemetry, sent to ``OTEL_EXPORTER_OTLP_ENDPOINT``; without it nothing is imported."""

import asyncio
import logging
import os
from typing import Any

from django.conf import settings

from agents import traces
from config import __version__

logger = logging.getLogger(__name__)

#: Seconds that the last spans have to be sent when the process ends.
CLOSING_TIME = 2
MISSING = (
    "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: there are no traces."
    " Install it with: pip install -r requirements-otel.txt"
)

_provider: Any = None


def start() -> None:
    """Once a process. The other variables that OpenTelemetry knows (``OTEL_…``) count as well."""
    global _provider
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT or _provider is not None:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        logger.error(MISSING)
        return
    about = {"service.name": os.environ.get("OTEL_SERVICE_NAME") or "parley", "service.version": __version__}
    _provider = TracerProvider(resource=Resource.create(about))
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    traces.tracer = _provider.get_tracer("parley")


async def stop() -> None:
    """Sends what has not been sent, unless nobody takes it."""
    if _provider is not None:
        await asyncio.to_thread(_provider.force_flush, CLOSING_TIME * 1000)
