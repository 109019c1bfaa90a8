"""kill -9 around a decision: questions wait, decisions are kept, and an allowed call is made once."""

import asyncio

import httpx2

from agents.engine.statuses import NOT_ALLOWED, UNKNOWN
from tests.server.garden import LOOK, PLANT
from tests.server.scene import Scene, card
from tests.server.stored import rows
from tests.upstream.replies import asks, hangs, says

NORTH, SOUTH = {"bed": "north"}, {"bed": "south"}
LAST = says("As ever.")
GARDENER = ("ask_agent", {"agent": "Gardener", "question": "Plant!"})


async def waits(scene: Scene) -> dict[str, str]:
    """The question on the page, once the run has nobody who holds it."""
    question = card(await scene.until(card))
    folder = scene.parley.folder
    async with asyncio.timeout(30):
        while rows(folder, "SELECT state FROM agents_run WHERE state != 'waiting'"):
            await asyncio.sleep(0.01)
    return question


async def gardener(scene: Scene, policy: str) -> None:
    """Another agent, which plants; ours may ask it."""
    await scene.make_agent("Gardener", policies={PLANT: policy})
    await scene.let(ask_agent="run")


async def test_while_it_waits_for_a_person(scene: Scene) -> None:
    await scene.let(**{PLANT: "ask"})
    scene.upstream.script([asks((PLANT, NORTH)), says("Done."), LAST])
    await scene.ask("Plant!")
    question = await waits(scene)
    scene.kill()
    await scene.start_again()
    assert await waits(scene) == question
    assert (scene.upstream.calls, scene.garden.asked("/plant/north")) == (1, 0)
    await scene.decide()
    assert await scene.ends() == "Done."
    assert scene.garden.asked("/plant/north") == 1
    await scene.next_message_works()


async def test_decided_and_not_yet_called(scene: Scene) -> None:
    await scene.let(**{PLANT: "ask"})
    scene.upstream.script([asks((PLANT, NORTH), (PLANT, SOUTH)), says("Done."), LAST])
    await scene.ask("Plant!")
    await waits(scene)
    await scene.decide("deny", reason="Too cold.")  # and as long as the other is open nothing is called
    scene.kill()
    await scene.start_again()
    assert await waits(scene)
    await scene.decide()
    assert await scene.ends() == "Done."
    assert (scene.garden.asked("/plant/north"), scene.garden.asked("/plant/south")) == (0, 1)
    denied, allowed = scene.results_told()
    assert NOT_ALLOWED in denied
    assert "Too cold." in denied
    assert allowed == "done: /plant/south"
    await scene.next_message_works()


async def test_while_an_allowed_call_is_made(scene: Scene) -> None:
    await scene.let(**{PLANT: "ask"})
    scene.upstream.script([asks((PLANT, NORTH)), says("I do not know."), LAST])
    await scene.ask("Plant!")
    with scene.garden.holding("/plant/north"):
        await waits(scene)
        await scene.decide()
        await scene.garden.until_asked("/plant/north")
        scene.kill()
    await scene.start_again()
    assert await scene.ends() == "I do not know."
    assert scene.garden.asked("/plant/north") == 1
    assert UNKNOWN in scene.results_told()[0]
    await scene.next_message_works()


async def test_a_call_beside_the_question_is_finished_before_it_waits(scene: Scene) -> None:
    await scene.let(**{LOOK: "run", PLANT: "ask"})
    scene.upstream.script([asks((LOOK, NORTH), (PLANT, SOUTH)), says("Done."), LAST])
    with scene.garden.holding("/look/north"):
        await scene.ask("Both!")
        await scene.garden.until_asked("/look/north")
        scene.kill()
        await scene.start_again()
        await scene.garden.until_asked("/look/north", 2)
    await waits(scene)
    scene.kill()
    await scene.start_again()
    await scene.decide()
    assert await scene.ends() == "Done."
    assert (scene.garden.asked("/look/north"), scene.garden.asked("/plant/south")) == (2, 1)
    await scene.next_message_works()


async def test_stopped_while_it_waits_and_killed_at_once(scene: Scene) -> None:
    await scene.let(**{PLANT: "ask"})
    scene.upstream.script([asks((PLANT, NORTH)), LAST])
    await scene.ask("Plant!")
    await waits(scene)
    stopped = await scene.visitor.post(f"/chat/{scene.conversation}/stop/")
    assert stopped.status_code == httpx2.codes.NO_CONTENT
    scene.kill()
    await scene.start_again()
    await scene.ends("cancelled")
    assert scene.garden.asked("/plant/north") == 0
    await scene.next_message_works()


async def test_while_an_agent_that_was_asked_waits_for_a_person(scene: Scene) -> None:
    await gardener(scene, "ask")
    scene.upstream.script([asks(GARDENER), asks((PLANT, NORTH)), says("Planted."), says("Done."), LAST])
    await scene.ask("Ask the gardener!")
    question = await waits(scene)
    scene.kill()
    await scene.start_again()
    assert await waits(scene) == question
    await scene.decide()
    assert await scene.ends() == "Done."
    assert scene.garden.asked("/plant/north") == 1
    assert scene.upstream.calls == 4
    assert "Planted." in scene.results_told()[0]
    await scene.next_message_works()


async def test_while_an_agent_that_was_asked_plants(scene: Scene) -> None:
    await gardener(scene, "run")
    scene.upstream.script([asks(GARDENER), asks((PLANT, NORTH)), says("Perhaps."), says("Done."), LAST])
    with scene.garden.holding("/plant/north"):
        await scene.ask("Ask the gardener!")
        await scene.garden.until_asked("/plant/north")
        scene.kill()
    await scene.start_again()
    assert await scene.ends() == "Done."
    assert scene.garden.asked("/plant/north") == 1
    assert UNKNOWN in str(scene.upstream.requests[2].json["messages"][-1])
    assert "Perhaps." in scene.results_told()[0]
    await scene.next_message_works()


async def test_after_an_agent_that_was_asked_has_answered(scene: Scene) -> None:
    await gardener(scene, "run")
    scene.upstream.script(
        [asks(GARDENER), asks((PLANT, NORTH)), says("Planted."), hangs(), says("Done."), LAST]
    )
    await scene.ask("Ask the gardener!")
    await scene.until_model_asked(4)
    scene.kill()
    await scene.start_again()
    assert await scene.ends() == "Done."
    assert (scene.garden.asked("/plant/north"), scene.upstream.calls) == (1, 5)
    assert "Planted." in scene.results_told()[0]
    await scene.next_message_works()
