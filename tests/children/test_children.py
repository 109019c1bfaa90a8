"""What a child does wrong costs the child, its question, and nothing else."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from children.pool import PASSED_ON, ChildEnded, ChildFailed, ChildNotStarted, Children, close_all

ODD = "tests.children.odd_child"
PARENT = f"""
import asyncio
from children.pool import Children

async def main():
    children = Children({ODD!r}, most=1)
    print((await children.ask({{"do": "echo"}}, seconds=30))[0]["pid"], flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def children():
    made = Children(ODD, most=1)
    yield made
    made.close()


async def pid_of(children: Children) -> int:
    header, _ = await children.ask({"do": "echo"}, seconds=30)
    return header["pid"]


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_child_is_kept_and_answers_again(children):
    body = bytes(range(256)) * 20_000
    first, returned = await children.ask({"do": "echo"}, body, seconds=30)
    assert returned == body
    assert await pid_of(children) == first["pid"] != os.getpid()


async def test_it_says_how_far_it_is_before_it_answers(children):
    told = []
    answer = await children.ask({"do": "count"}, b"body", seconds=30, told=told.append)
    assert (told, answer) == ([0, 1, 2], ({"counted": True}, b"body"))
    assert await children.ask({"do": "count"}, seconds=30) == ({"counted": True}, b"")


async def test_it_knows_no_secrets_and_lets_the_server_go_first(children, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    header, _ = await children.ask({"do": "echo"}, seconds=30)
    allowed = {*PASSED_ON, "PYTHONPATH", "LC_CTYPE", "__CF_USER_TEXT_ENCODING"}  # Python and macOS add two
    assert set(header["keys"]) <= allowed
    assert header["nice"] == os.nice(0) + 3


async def test_it_can_open_nothing(children):
    assert (await children.ask({"do": "open"}, seconds=30))[0] == {"file": True, "socket": True}


async def test_what_libraries_print_is_no_answer(children):
    assert await children.ask({"do": "print"}, seconds=30) == ({}, b"")


@pytest.mark.parametrize("deed", ["hoard", "spin", "fail", "die", "ramble"])
async def test_another_takes_the_place_of_one_that_failed(children, deed):
    first = await pid_of(children)
    with pytest.raises(ChildFailed) as failed:
        await children.ask({"do": deed}, seconds=30)
    assert failed.type is ChildFailed  # over what it was asked, for all that is known
    assert ended(first)
    assert await pid_of(children) != first


async def test_one_that_hangs_is_ended(children, caplog):
    first = await pid_of(children)
    with pytest.raises(ChildEnded):
        await children.ask({"do": "hang"}, seconds=0.1)
    assert ended(first)
    assert "tests.children.odd_child failed: exit status -9." in caplog.text


async def test_one_that_does_not_come_up_has_not_met_the_question():
    children = Children("tests.voice.no_such_child", most=1)
    with pytest.raises(ChildNotStarted):
        await children.ask({"do": "echo"}, b"x" * 100_000, seconds=30)
    children.close()


async def test_a_machine_without_room_for_another_is_told_apart(children, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ChildNotStarted):
        await children.ask({"do": "echo"}, seconds=30)


async def test_the_log_has_its_last_words(children, caplog):
    with pytest.raises(ChildFailed):
        await children.ask({"do": "fail"}, seconds=30)
    assert "ValueError: as told" in caplog.text


async def test_who_asks_no_more_takes_the_child_along(children, caplog):
    first = await pid_of(children)
    asking = asyncio.create_task(children.ask({"do": "hang"}, seconds=30))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await pid_of(children) != first or not ended(first)
    assert "failed" not in caplog.text


async def test_a_server_that_ends_waits_for_none(children):
    first = await pid_of(children)
    hanging = asyncio.create_task(children.ask({"do": "hang"}, seconds=30))
    while not children._busy:
        await asyncio.sleep(0.01)
    close_all()
    with pytest.raises(ChildEnded):
        await hanging
    assert ended(first)


async def test_one_that_ended_while_it_waited_is_not_asked(children):
    first = await pid_of(children)
    os.kill(first, signal.SIGKILL)
    while not ended(first) and children._idle[0].lives:
        await asyncio.sleep(0.01)
    assert await pid_of(children) != first


async def test_who_asks_while_all_work_waits_for_one():
    children = Children(ODD, most=2)
    try:
        pids = await asyncio.gather(*(pid_of(children) for _ in range(6)))
    finally:
        children.close()
    assert 1 <= len(set(pids)) <= 2


async def test_of_those_for_one_use_the_next_is_started_ahead():
    children = Children(ODD, most=1, uses=1)
    try:
        first = await pid_of(children)
        assert ended(first)
        while not children._idle:
            await asyncio.sleep(0.01)
        assert await pid_of(children) != first
    finally:
        children.close()


async def test_those_that_wait_too_long_are_ended(monkeypatch):
    monkeypatch.setattr("children.pool.IDLE_S", 0.05)
    children = Children(ODD, most=1)
    pid = await pid_of(children)
    while not ended(pid):
        await asyncio.sleep(0.01)
    assert await pid_of(children) != pid
    children.close()


def test_a_child_ends_with_the_server_that_is_killed():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": ""},
    )
    assert parent.stdout
    with parent.stdout:
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    wait_until_ended = time.monotonic() + 30
    while not ended(pid):
        assert time.monotonic() < wait_until_ended
        time.sleep(0.01)
