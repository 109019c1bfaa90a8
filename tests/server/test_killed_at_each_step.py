"""kill -9 at each step of a run with tools, one after the other; the moment is held until the kill has come.

What a call without effects was cut in is asked for again; what one with effects was cut in never is, and the
model is told that nobody knows. What was finished is not done twice. The next message is answered at once.
"""

import asyncio

import pytest

from agents.engine.statuses import UNKNOWN
from tests.server.garden import LOOK, PLANT
from tests.server.scene import Scene
from tests.server.stored import nothing_is_written
from tests.upstream import Reply
from tests.upstream.replies import asks, calling, hangs, says
from tests.upstream.wire import DONE, chunk

NORTH, SOUTH = {"bed": "north"}, {"bed": "south"}
LAST = says("As ever.")


async def test_before_the_first_word_and_before_its_turn(scene: Scene) -> None:
    scene.upstream.script([hangs(), says("One."), says("Two."), LAST])
    await scene.ask("First")
    await scene.until_model_asked(1)
    await scene.ask("Second")  # waits for the first
    scene.kill()
    await scene.start_again()
    assert await scene.ends() == "Two."
    await scene.next_message_works()


async def test_in_the_middle_of_its_words(scene: Scene) -> None:
    scene.upstream.script([hangs("Let me look"), asks((LOOK, NORTH), first=" around."), says("Done."), LAST])
    await scene.ask("How is it?")
    await scene.until_words("Let me look")
    scene.kill()
    await scene.start_again()
    assert await scene.ends() == "Let me look around.\n\nDone."
    assert scene.garden.asked("/look/north") == 1
    await scene.next_message_works()


async def test_asked_for_a_tool_of_which_nothing_is_stored_yet(scene: Scene) -> None:
    goes_on = asyncio.Event()
    first = Reply([chunk("I plant."), goes_on, *calling((PLANT, NORTH))])
    scene.upstream.script([first, asks((PLANT, NORTH)), says("Done."), LAST])
    await scene.ask("Plant!")
    await scene.until_words("I plant.")
    with nothing_is_written(scene.parley.folder):
        goes_on.set()
        await scene.until_read()
        assert scene.garden.asked("/plant/north") == 0  # a call is stored before it is made
        scene.kill()
    await scene.start_again()
    await scene.ends()
    assert scene.garden.asked("/plant/north") == 1
    await scene.next_message_works()


async def test_while_a_tool_without_effects_works(scene: Scene) -> None:
    scene.upstream.script([asks((LOOK, NORTH)), says("Done."), LAST])
    with scene.garden.holding("/look/north"):
        await scene.ask("How is it?")
        await scene.garden.until_asked("/look/north")
        scene.kill()
    await scene.start_again()
    assert await scene.ends() == "Done."
    assert scene.garden.asked("/look/north") == 2
    assert (await scene.kinds()).count("tool_start") == 1
    assert scene.results_told() == ["done: /look/north"]
    await scene.next_message_works()


async def test_while_a_tool_with_effects_works(scene: Scene) -> None:
    scene.upstream.script([asks((PLANT, NORTH)), says("I do not know."), LAST])
    with scene.garden.holding("/plant/north"):
        await scene.ask("Plant!")
        await scene.garden.until_asked("/plant/north")
        scene.kill()
    await scene.start_again()
    assert await scene.ends() == "I do not know."
    assert scene.garden.asked("/plant/north") == 1
    assert UNKNOWN in scene.results_told()[0]
    await scene.next_message_works()


async def test_a_result_that_came_and_was_not_stored(scene: Scene) -> None:
    scene.upstream.script([asks((PLANT, NORTH)), says("I do not know."), LAST])
    with scene.garden.holding("/plant/north"):
        await scene.ask("Plant!")
        await scene.garden.until_asked("/plant/north")
        await scene.until_stored("tool_start")
        with nothing_is_written(scene.parley.folder):
            scene.garden.give("/plant/north")
            await scene.until_read()
            scene.kill()
    await scene.start_again()
    await scene.ends()
    assert scene.garden.asked("/plant/north") == 1
    assert UNKNOWN in scene.results_told()[0]
    await scene.next_message_works()


async def test_a_result_is_stored_and_the_model_has_not_read_it(scene: Scene) -> None:
    scene.upstream.script([asks((PLANT, NORTH)), hangs(), says("Done."), LAST])
    await scene.ask("Plant!")
    await scene.until_model_asked(2)
    scene.kill()
    await scene.start_again()
    assert await scene.ends() == "Done."
    assert scene.garden.asked("/plant/north") == 1
    assert scene.results_told() == ["done: /plant/north"]
    await scene.next_message_works()


@pytest.mark.parametrize(("tool", "path", "times"), [(LOOK, "/look/south", 2), (PLANT, "/plant/south", 1)])
async def test_one_call_of_a_round_is_finished_and_one_is_not(
    scene: Scene, tool: str, path: str, times: int
) -> None:
    scene.upstream.script([asks((PLANT, NORTH), (tool, SOUTH)), says("Done."), LAST])
    with scene.garden.holding(path):
        await scene.ask("Both!")
        await scene.garden.until_asked(path)
        await scene.until_stored("tool_end")
        scene.kill()
    await scene.start_again()
    assert await scene.ends() == "Done."
    assert (scene.garden.asked("/plant/north"), scene.garden.asked(path)) == (1, times)
    first, second = scene.results_told()
    assert first == "done: /plant/north"
    assert second == f"done: {path}" if times == 2 else UNKNOWN in second
    assert (await scene.kinds()).count("tool_end") == 2
    await scene.next_message_works()


async def test_while_it_is_settled(scene: Scene) -> None:
    ends = asyncio.Event()
    last = Reply([chunk("All is well."), ends, chunk(finish="stop"), DONE])
    scene.upstream.script([asks((PLANT, NORTH)), last, says(" Goodbye."), LAST])
    await scene.ask("Plant!")
    await scene.until_words("All is well.")
    with nothing_is_written(scene.parley.folder):
        ends.set()
        await scene.until_read()
        scene.kill()
    await scene.start_again()
    assert await scene.ends() == "All is well. Goodbye."
    assert scene.garden.asked("/plant/north") == 1
    await scene.next_message_works()


async def test_twice_at_the_same_step(scene: Scene) -> None:
    scene.upstream.script([asks((LOOK, NORTH), (PLANT, SOUTH)), says("Done."), LAST])
    with scene.garden.holding("/look/north"):
        await scene.ask("Both!")
        await scene.until_stored("tool_end")
        for times in (1, 2):
            await scene.garden.until_asked("/look/north", times)
            scene.kill()
            await scene.start_again()
        await scene.garden.until_asked("/look/north", 3)
    assert await scene.ends() == "Done."
    assert scene.garden.asked("/plant/south") == 1
    await scene.next_message_works()
