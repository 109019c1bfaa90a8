"""Rows that no click makes: a long history. Written beside the server, on its data."""

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


def history(parley: Parley, number: int) -> str:
    """The address of a new conversation with this many messages."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", HISTORY.format(number=number)],
        cwd=ROOT,
        env={**os.environ, **PLAIN, "DATA_DIR": str(parley.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return parley.url + done.stdout.rpartition("at:")[2].strip()
