"""Writes a conversation into the data folder of the environment and prints its id: a program of its own.

``python -m benchmarks.long_conversation 5000``
"""

import sys

import django


def main(messages: int) -> None:
    django.setup()
    from accounts.personal import owner
    from agents.selectors import agents_for
    from chat.models import Membership, Message
    from chat.services.conversations import start_conversation
    from chat.services.participants import participant_of_agent

    actor = owner()
    agent = agents_for(actor)[0]
    conversation = start_conversation(actor=actor, agent=agent)
    person = Membership.objects.get(conversation=conversation, participant__user=actor).participant
    sides = (("user", person), ("assistant", participant_of_agent(agent)))
    Message.objects.bulk_create(
        Message(conversation=conversation, role=role, sender=sender, content=f"Message **{number}** of many.")
        for number in range(messages)
        for role, sender in [sides[number % 2]]
    )
    print(conversation.pk)


if __name__ == "__main__":
    main(int(sys.argv[1]))
