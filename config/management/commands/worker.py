"""``manage.py worker``: takes the turns that the servers have put into the queue."""

import asyncio
import os
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agents.knowledge.indexer import indexing_documents
from chat import dispatch
from config import metrics, tracing
from config.database_steps import bring_up_to_date
from config.memory import keep_few_arenas
from config.models_that_answer import model_that_answers
from webhooks.courier import delivering


class Command(BaseCommand):
    help = "Makes the answers that the servers put into the queue (TURNS=queue), many at a time."

    def handle(self, *args: Any, **options: Any) -> None:
        if not dispatch.by_queue():
            raise CommandError("Without TURNS=queue the servers make the answers themselves.")
        keep_few_arenas()
        os.umask(0o077)
        bring_up_to_date()
        self.show_metrics()
        asyncio.run(self.work())

    def show_metrics(self) -> None:
        if not settings.METRICS_PORT:
            return
        try:
            metrics.open_door(settings.HOST, settings.METRICS_PORT)
        except OSError as problem:
            where = f"HOST={settings.HOST}, METRICS_PORT={settings.METRICS_PORT}"
            raise CommandError(f"Cannot listen on {where}: {problem.strerror}.") from None

    async def work(self) -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        tracing.start()
        async with delivering(), indexing_documents():
            await dispatch.work(stopping, self.say_ready)
        await tracing.stop()

    def say_ready(self) -> None:
        self.stdout.write(f"The worker is ready for {settings.WORKER_CONCURRENCY} answers at a time.")
        self.stdout.write(f"Answers come from: {model_that_answers()}")
        self.stdout.flush()
