"""Writes a finished run into the data folder of the environment and prints its replay's address.

``python -m benchmarks.long_run 1000``: thinking, tools, then Markdown, in so many events, 40 ms apart.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import django

from benchmarks.answer import tokens_of

#: Of 75 tokens a second, what comes in the 40 ms of an event.
TOKENS = 3


def main(events: int) -> None:
    django.setup()
    from accounts.personal import owner
    from agents.engine.events import Content, End, Event, Rationale, Start, ToolEnd, ToolStart, to_data
    from agents.eventlog import RunLog
    from agents.models import RunEvent
    from agents.selectors import agents_for, runs_of_message
    from chat.services.messages import post_first_message

    actor = owner()
    agent = agents_for(actor)[0]
    posted = post_first_message(actor=actor, agent_id=agent.pk, content="Tell me all", client_id="long-run")
    runs = runs_of_message(posted.message.conversation_id, posted.message.pk)
    run = runs[0]
    script: list[Event] = [Start(run_id=str(run.pk), agent_id=str(agent.pk), agent_name=agent.name)]
    script += [Rationale(text="I think about it. ")] * (events // 5)
    for number in range(events // 50):
        script.append(ToolStart(str(number), "look_up", "word: rain"))
        script.append(ToolEnd(str(number), "look_up", "ok", 12, "found"))
    pieces = events - len(script) - 1
    tokens = tokens_of(pieces * TOKENS)
    script += [Content(md="".join(tokens[at : at + TOKENS])) for at in range(0, len(tokens), TOKENS)]
    began = datetime.now(UTC) - timedelta(milliseconds=40 * events)
    RunEvent.objects.bulk_create(
        RunEvent(
            run=run,
            seq=seq,
            type=event.type,
            ts=began + timedelta(milliseconds=40 * seq),
            data=to_data(event),
        )
        for seq, event in enumerate(script, start=1)
    )

    def settle() -> None:  # or a server would take the run up
        runs.update(state="completed", started_at=run.created_at, ended_at=run.created_at)

    end = End(status="completed", ms_total=40 * events, tool_calls=0, answer_id=str(posted.answer.pk))
    asyncio.run(RunLog(run.pk, len(script)).append(end, settle=settle))
    _close_threads()
    print(f"/chat/{run.chat_id}/runs/{run.pk}/replay/frames/")


def _close_threads() -> None:
    from agents.database import close_readers
    from agents.eventlog import close_writer

    close_writer()
    close_readers()


if __name__ == "__main__":
    main(int(sys.argv[1]))
