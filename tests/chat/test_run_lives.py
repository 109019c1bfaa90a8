"""Whatever people, models, tools and processes do to runs, in any order: what is promised of a run holds.

It ends exactly once, its log has no gap, a conversation has one holder, a call with effects is made at most
once and never without leave, and a message says of its run what is true. ``EXAMPLES=200`` tries other orders
than those of every day.
"""

import asyncio
import os
from contextlib import suppress

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agents.errors import Refused
from agents.eventlog import read
from agents.models import Agent, Run, RunStep
from agents.models.run import LIVE, RunState
from agents.providers import registry
from agents.services.agents import delete_agent
from agents.services.approvals import Choice
from agents.tools.registry import TOOLS
from chat.models import Conversation, Message
from chat.services.answers import continue_answer, stop_current_answer
from chat.services.approvals import decide_call
from chat.services.conversations import delete_conversation, start_conversation
from chat.services.messages import post_message
from tests.chat.run_lives import Asked, Hands, Model, Processes
from tests.upstream import Reply
from tests.upstream.replies import asks, says
from tests.upstream.wire import DONE, chunk, usage

pytestmark = pytest.mark.django_db(transaction=True)

MOST_TOKENS = 10_000
#: The status of an answer by the state of its run; one that was begun is processed, whoever is to go on.
STATUS = {
    "queued": {"pending", "processing"},
    "running": {"processing"},
    "waiting": {"processing"},
    "completed": {"completed"},
    "cancelled": {"cancelled"},
    "error": {"error"},
}
ANSWERS = ("words", "look", "send", "both", "ask", "ask and send", "costly", "breaks", "nothing")
CHOICES = {
    "once": Choice(True),
    "always": Choice(True, always=True),
    "deny": Choice(False, reason="No."),
}
EXAMPLES = hypothesis.settings(
    max_examples=int(os.environ.get("EXAMPLES", "15")),
    stateful_step_count=25,
    deadline=None,
    derandomize=not os.environ.get("EXAMPLES"),
    suppress_health_check=list(HealthCheck),
)
numbers = st.integers(0, 20)


class Lives(RuleBasedStateMachine):
    """One person's conversations with an agent that may ask another one."""

    owner = None

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.model, self.hands = Model(), Hands()
        self.processes = Processes(self.loop, self.model, self.hands)
        self.ended = {}
        self.keys = 0
        self.unasked = set()  # agents that may send without being asked
        for tool in self.hands.tools():
            TOOLS[tool.name] = tool

    @initialize()
    def open(self):
        self.loop.run_until_complete(self.model.__aenter__())
        self.settings.OPENAI_BASE_URL = self.model.base_url
        self.processes.do(self.processes.begin())
        self.make_agents()

    def make_agents(self):
        """As many as are missing."""
        for name, tools in (("Clerk", ["look", "send", "ask_agent"]), ("Helper", ["look", "send"])):
            if not Agent.objects.filter(name=name).exists():
                Agent.objects.create(owner=self.owner, name=name, system_prompt="You help.", tools=tools)

    def key(self, chat_id):
        self.keys += 1
        self.processes.chat_of[f"key-{self.keys}"] = chat_id
        return f"key-{self.keys}"

    def settle(self):
        self.processes.do(asyncio.sleep(0))

    @rule(which=numbers)
    def say(self, which):
        self.make_agents()
        conversations = list(Conversation.objects.order_by("id"))
        if len(conversations) < 3:
            agent = Agent.objects.get(name="Clerk")
            conversations.append(start_conversation(actor=self.owner, agent=agent))
        chat_id = conversations[which % len(conversations)].pk
        key = self.key(chat_id)
        posted = post_message(actor=self.owner, conversation_id=chat_id, content=key, client_id=key)
        self.processes.chat_of[posted.answer.run_id] = chat_id
        self.settle()

    # No rule has a precondition: what there is to answer depends on how far a run has come in its time, and
    # an order of events has to mean the same each time it is tried.
    @rule(which=numbers, kind=st.sampled_from(ANSWERS))
    def model_answers(self, which, kind):
        one = self.one_of(self.model.asked, which)
        if one:
            self.processes.do(self.answered(one, kind))

    async def answered(self, one: Asked, kind):
        self.model.answer(one, self.reply(one, kind))

    def reply(self, one: Asked, kind):
        question = {"agent": "Helper", "question": self.key(self.processes.chat_of[one.key])}
        look, send, ask = ("look", {}), ("send", {}), ("ask_agent", question)
        return {
            "words": says("That is all."),
            "look": asks(look, first="Wait."),
            "send": asks(send, first="Wait."),
            "both": asks(look, send, send),
            "ask": asks(ask),
            "ask and send": asks(ask, send),
            "costly": Reply([*asks(look).parts[:-1], usage(MOST_TOKENS, 1), DONE]),
            "breaks": Reply([chunk("Half a"), b"data: {\n\n"]),
            "nothing": says(""),
        }[kind]

    @rule(which=numbers, well=st.booleans())
    def tool_returns(self, which, well):
        call = self.one_of(self.hands.waiting, which)

        async def give():
            call.done.set_result(well)

        if call:
            self.processes.do(give())

    @rule(which=numbers, how=st.sampled_from(sorted(CHOICES)))
    def decide(self, which, how):
        steps = list(RunStep.objects.select_related("run__agent").filter(state="asked"))
        steps.sort(key=lambda step: (step.decision, step.pk))  # what is open first
        if not steps:
            return
        step = steps[which % len(steps)]
        with suppress(Refused):  # not while it is not waiting, and not twice
            decide_call(
                actor=self.owner,
                conversation_id=step.run.chat_id,
                run_id=step.run_id,
                call_id=step.call_id,
                choice=CHOICES[how],
            )
            if how == "always":
                self.unasked.add(step.run.agent_id)
        self.settle()

    @rule(which=numbers)
    def stop(self, which):
        conversation = self.one_of(Conversation.objects.order_by("id"), which)
        if conversation:
            stop_current_answer(actor=self.owner, conversation_id=conversation.pk)
        self.settle()

    @rule(which=numbers)
    def go_on(self, which):
        answer = self.one_of(Message.objects.filter(role="assistant").order_by("id"), which)
        if answer:
            with suppress(Refused):
                fresh = continue_answer(
                    actor=self.owner, conversation_id=answer.conversation_id, message_id=answer.pk
                )
                self.processes.chat_of[fresh.run_id] = fresh.conversation_id
        self.settle()

    @rule(which=numbers, how=st.sampled_from(["conversation", "Clerk", "Helper"]))
    def delete(self, which, how):
        if how == "conversation":
            conversation = self.one_of(Conversation.objects.order_by("id"), which)
            if conversation:
                delete_conversation(actor=self.owner, conversation_id=conversation.pk)
        elif agent := Agent.objects.filter(name=how).first():
            delete_agent(actor=self.owner, agent_id=agent.pk)
        self.settle()

    @rule(how=st.sampled_from(["die", "hand_over"]))
    def process_ends_or_begins(self, how):
        processes = self.processes
        self.processes.do(getattr(processes, how)() if processes.here else processes.begin())

    @rule(which=numbers)
    def another_takes_over(self, which):
        run = self.one_of(Run.objects.filter(state="running", parent=None).order_by("id"), which)
        if run:
            self.processes.do(self.processes.take_over(run.pk))

    @rule()
    def the_other_dies(self):
        self.processes.silence(worker="another")
        self.processes.do(self.processes.sweep())

    @staticmethod
    def one_of(rows, which):
        found = list(rows)
        return found[which % len(found)] if found else None

    @invariant()
    def each_run_ends_once_and_its_log_is_whole(self):
        for run in Run.objects.all():
            numbered = read(run.pk)
            kinds = [stored.type for stored in numbered]
            assert [stored.seq for stored in numbered] == list(range(1, len(kinds) + 1))
            assert kinds.count("start") <= 1
            run.refresh_from_db()
            if run.state in LIVE:
                assert "end" not in kinds
                assert run.pk not in self.ended
            else:
                assert (kinds.count("end"), kinds[-1]) == (1, "end")
                assert numbered[-1].data["status"] == run.state
                assert self.ended.setdefault(run.pk, run.state) == run.state

    @invariant()
    def a_conversation_has_one_holder(self):
        for run in Run.objects.filter(state__in=LIVE):
            assert bool(run.worker) == (run.state == RunState.RUNNING)
        holding = Run.objects.filter(state__in=("running", "waiting"), parent=None)
        chats = list(holding.values_list("chat_id", flat=True))
        assert len(chats) == len(set(chats))

    @invariant()
    def what_is_asked_of_others_ends_with_who_asked(self):
        for child in Run.objects.filter(parent__isnull=False, state__in=LIVE).select_related("parent"):
            assert child.parent.state in LIVE

    @invariant()
    def effects_happen_at_most_once_and_with_leave(self):
        for (run_id, call_id), times in self.hands.sent.items():
            assert times == 1
            step = RunStep.objects.select_related("run").filter(run=run_id, call_id=call_id).first()
            if step is not None:  # it may be deleted
                assert step.decision == "allowed" or step.run.agent_id in self.unasked

    @invariant()
    def messages_say_what_is_true_of_their_runs(self):
        answers = Message.objects.filter(role="assistant")
        for status, state, begun in answers.values_list("status", "run__state", "run__started_at"):
            assert status in STATUS[state]
            assert state != "queued" or (status == "processing") == (begun is not None)

    def teardown(self):
        try:
            self.all_come_to_an_end()
        finally:
            if self.processes.here:
                self.loop.run_until_complete(self.processes.hand_over())
            self.loop.run_until_complete(registry.aclose())
            self.loop.run_until_complete(self.model.__aexit__())
            self.loop.close()
            for tool in self.hands.tools():
                TOOLS.pop(tool.name, None)
            for rows in (Conversation, Run, Agent):
                rows.objects.all().delete()

    def all_come_to_an_end(self):
        """With an answer to whatever is asked every run ends, and the next message is answered."""
        if not self.processes.here:
            self.processes.do(self.processes.begin())
        for conversation in Conversation.objects.filter(agent__isnull=False):
            key = self.key(conversation.pk)
            posted = post_message(
                actor=self.owner, conversation_id=conversation.pk, content=key, client_id=key
            )
            self.processes.chat_of[posted.answer.run_id] = conversation.pk
        self.settle()
        for _ in range(200):
            if not Run.objects.filter(state__in=LIVE).exists():
                break
            self.the_other_dies()
            if self.model.asked:
                self.model_answers(0, "words")
            elif self.hands.waiting:
                self.tool_returns(0, well=True)
            else:
                self.decide(0, "deny")
        assert not Run.objects.filter(state__in=LIVE).exists()
        for conversation in Conversation.objects.filter(agent__isnull=False):
            last = conversation.messages.order_by("-id").first()
            assert (last.status, last.content) == ("completed", "That is all.")
        self.each_run_ends_once_and_its_log_is_whole()
        self.effects_happen_at_most_once_and_with_leave()


def test_no_order_of_events_breaks_a_promise(alice, settings):
    settings.TURNS, settings.MAX_RUN_TOKENS = "here", MOST_TOKENS
    settings.OPENAI_API_KEY = "secret"
    Lives.owner, Lives.settings = alice, settings
    run_state_machine_as_test(Lives, settings=EXAMPLES)
