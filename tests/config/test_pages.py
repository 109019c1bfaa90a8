"""Pages run on threads that live on and keep their database connection; streams run on the event loop."""

import asyncio
import threading

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestAborted
from django.core.signals import request_finished, request_started
from django.db import connection, connections
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config import pages
from config.pages import Client, Pages
from tests.config.asgi import ask, scope_of

meeting = threading.Barrier(2)
begun, going = threading.Event(), threading.Event()
asked: list[int] = []


@login_not_required
def where(_request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(f"{threading.get_ident()} {id(connection.connection)}")


@login_not_required
def together(_request):
    """Answers only where two are asked at once."""
    meeting.wait(timeout=10)
    return HttpResponse("met")


@login_not_required
async def on_the_loop(_request):
    await asyncio.sleep(0)
    return HttpResponse(threading.current_thread().name)


@login_not_required
async def stream(_request):
    async def pieces():
        for number in range(3):
            await asyncio.sleep(0)
            yield f"{number} {threading.current_thread().name}\n"

    return StreamingHttpResponse(pieces())


@login_not_required
def held(_request):
    """Keeps the only thread that may work until the test lets it go."""
    begun.set()
    going.wait(timeout=10)
    return HttpResponse("held")


@csrf_exempt
@login_not_required
def read_late(request):
    begun.set()
    going.wait(timeout=10)
    asked.append(len(request.body))
    return HttpResponse("read")


@login_not_required
def stream_late(_request):
    begun.set()
    going.wait(timeout=10)
    return StreamingHttpResponse(iter(["never read"]))


@login_not_required
def counted(_request):
    asked.append(threading.get_ident())
    return HttpResponse("counted")


@login_not_required
def broken(_request):
    raise RuntimeError("a fault of ours")


VIEWS = (where, together, on_the_loop, stream, held, read_late, stream_late, counted, broken)
urlpatterns = [path(view.__name__, view) for view in VIEWS]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)  # as it is in life
    begun.clear()
    going.clear()
    asked.clear()
    application = Pages()
    yield application
    going.set()
    for thread in application.threads.idle:
        thread.submit(connections.close_all)
        thread.shutdown()


async def test_one_request_after_the_other_has_the_same_thread(site):
    answers = {(await ask(site, "/where")).body.split()[0] for _ in range(5)}
    assert len(answers) == 1


async def test_two_at_once_do_not_wait_for_each_other(site):
    answers = await asyncio.gather(ask(site, "/together"), ask(site, "/together"))
    assert [answer.body for answer in answers] == [b"met", b"met"]


async def test_those_that_are_quick_come_one_after_the_other(site, settings, monkeypatch):
    """On SQLite, where two threads at once take longer than one."""
    settings.EMBEDDED = True
    monkeypatch.setattr(pages, "PATIENCE", 10)  # a busy machine may take longer than usual for them
    await asyncio.gather(*(ask(site, "/counted") for _ in range(5)))
    assert len(asked) == 5
    assert len(set(asked)) == 1


async def test_only_the_next_one_waits_for_a_slow_one_and_not_long(site, settings):
    settings.EMBEDDED = True
    slow = asyncio.create_task(ask(site, "/held"))
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*(ask(site, "/counted") for _ in range(5)))
    assert [answer.body for answer in answers] == [b"counted"] * 5
    assert not slow.done()
    going.set()
    assert (await slow).body == b"held"


async def test_who_leaves_the_queue_is_not_worked_for(site):
    site._gate = asyncio.Semaphore(1)
    slow = asyncio.create_task(ask(site, "/held"))
    await asyncio.to_thread(begun.wait, 10)
    messages = [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    async def send(message):
        raise AssertionError(message)

    async with asyncio.timeout(5):
        await site(scope_of("/counted"), receive, send)
    going.set()
    await slow
    assert asked == []
    assert (await ask(site, "/counted")).body == b"counted"


@pytest.fixture
def told():
    """What Django's signals say of requests."""
    said = []

    def begins(**_more):
        said.append("begins")

    def ends(**_more):
        said.append("ends")

    request_started.connect(begins)
    request_finished.connect(ends)
    yield said
    request_started.disconnect(begins)
    request_finished.disconnect(ends)


@pytest.mark.parametrize("place", ["/where", "/stream", "/broken", "/nowhere"])
async def test_django_is_told_once_that_a_request_begins_and_ends(site, told, place):
    await ask(site, place)
    assert told == ["begins", "ends"]


async def cut_off(site, place, **more):
    """A request whose task the server has cancelled, twice, while its view is at work."""
    task = asyncio.create_task(ask(site, place, **more))
    await asyncio.to_thread(begun.wait, 10)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0.01)
    return task


async def test_a_thread_at_work_is_nobody_elses_though_its_request_is_cut_off(site):
    task = await cut_off(site, "/held")
    async with asyncio.timeout(5):
        answers = [await ask(site, "/counted") for _ in range(3)]
    assert [answer.body for answer in answers] == [b"counted"] * 3
    assert not task.done()
    going.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(site.threads.idle) == 2


async def test_what_a_view_works_with_stays_until_it_has_ended(site, caplog):
    task = await cut_off(site, "/read_late", method="POST", body=[b"a" * 1000])
    going.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asked == [1000]
    assert caplog.text == ""


async def test_a_stream_that_nobody_takes_is_ended_for_django_too(site, told):
    task = await cut_off(site, "/stream_late")
    going.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == ["begins", "ends"]


async def test_who_has_left_is_known_to_have_left_later():
    async def receive():
        return {"type": "http.disconnect"}

    async def at_once():
        return "done"

    client = Client(receive)
    async with asyncio.timeout(5):
        assert await client.unless_gone(at_once()) == "done"
        await asyncio.sleep(0)
        with pytest.raises(RequestAborted):
            await client.unless_gone(asyncio.Event().wait())
    client.close()


async def test_threads_beyond_the_kept_ones_end(site, monkeypatch):
    monkeypatch.setattr(pages, "AT_ONCE", 1)
    await asyncio.gather(*(ask(site, "/where") for _ in range(5)))
    assert len(site.threads.idle) == 1


async def test_an_async_view_and_a_stream_run_on_the_loop(site):
    here = threading.current_thread().name
    assert (await ask(site, "/on_the_loop")).body.decode() == here
    assert (await ask(site, "/stream")).body.decode() == "".join(f"{number} {here}\n" for number in range(3))


async def test_a_fault_of_ours_is_a_500_that_tells_nothing(site, caplog):
    answer = await ask(site, "/broken")
    assert answer.status == 500
    assert b"a fault of ours" not in answer.body
    assert "a fault of ours" in caplog.text


async def test_an_address_that_is_not_text_is_a_page_that_is_not_there(site):
    assert (await ask(site, "/\udcff".encode("utf-8", "surrogateescape").decode("latin1"))).status == 404
