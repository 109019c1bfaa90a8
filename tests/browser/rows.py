"""Rows that no click makes: a long history, an answer with files. Written beside the server, on its data."""

import os
import subprocess
import sys

from tests.server.process import PLAIN, ROOT, Parley

HISTORY = """
from agents.models import Agent
from chat.models import Message
from chat.services.conversations import start_conversation
from chat.services.participants import participant_of_agent, participant_of_user
from django.contrib.auth import get_user_model

owner, agent = get_user_model().objects.get(), Agent.objects.first()
conversation = start_conversation(actor=owner, agent=agent, title="A long history")
said = [(participant_of_user(owner), "user"), (participant_of_agent(agent), "assistant")]
Message.objects.bulk_create(
    Message(
        conversation=conversation,
        sender=said[number % 2][0],
        role=said[number % 2][1],
        content=f"Message {{number}} of a long history.\\n\\n" + "It says little. " * (number % 20),
    )
    for number in range({number})
)
print("at:" + conversation.get_absolute_url())
"""


FILED = """
from agents.models import Agent, Run
from agents.services.workspaces import store_file
from chat import dispatch
from chat.models import Message
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from django.contrib.auth import get_user_model

dispatch.submit = lambda run_id: None  # the answer is written below
owner, agent = get_user_model().objects.get(), Agent.objects.first()
chat = start_conversation(actor=owner, agent=agent)
posted = post_message(actor=owner, conversation_id=chat.pk, content="Save it", client_id="one")
files = []
for path, content in {files!r}:
    written = store_file(run_id=posted.answer.run_id, chat_id=chat.pk, path=path, content=content).entry
    files.append(dict(file_id=str(written.id), path=path, size=written.size, replaced=False))
sources = [
    dict(n=1, document_id="d", title="Opening hours", page=2, quote="Open from 13:00."),
    dict(n=2, document_id="e", title="Notice " * 20, page=None, quote="Closed."),
]
work = dict(files=files, citations=sources)
Message.objects.filter(pk=posted.answer.pk).update(
    status="completed", content="It opens at 13:00 [1].", metadata=dict(work=work)
)
Run.objects.filter(pk=posted.answer.run_id).update(state="completed")
print("at:" + chat.get_absolute_url())
"""

SAVER = """
from agents.models import Agent

agent = Agent.objects.create(
    name="Saver", system_prompt="Save.", model="offline", visibility="everyone",
    tools=["list_files", "read_file", "write_file"], tool_policies=dict(write_file="run"),
)
print(f"at:/?agent={{agent.pk}}")
"""


def history(parley: Parley, number: int) -> str:
    """The address of a new conversation with this many messages."""
    return _address(parley, HISTORY.format(number=number))


def answer_with_files(parley: Parley, *files: tuple[str, str]) -> str:
    """The address of a conversation whose answer has saved these, names and texts, and cites two passages."""
    return _address(parley, FILED.format(files=files))


def saver(parley: Parley) -> str:
    """The address where a conversation with an agent begins that saves files without asking."""
    return _address(parley, SAVER.format())


def _address(parley: Parley, script: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT,
        env={**os.environ, **PLAIN, "DATA_DIR": str(parley.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return parley.url + done.stdout.rpartition("at:")[2].strip()
