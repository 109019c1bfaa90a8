"""One browser and one server for all; each test has a profile of its own, and fails on hidden faults."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.chromium import chromium_path, launch, microphone
from tests.browser.faults import Faults
from tests.browser.model import Model
from tests.browser.speaking import question_in
from tests.server.prepared import prepared_folder
from tests.server.process import Parley
from tests.upstream import FakeUpstream

Browse = Callable[..., Awaitable[Page]]
Serve = Callable[..., Awaitable[Parley]]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser lives in one event loop, so its tests run there."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await launch(playwright, path)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def upstream(chromium: Browser) -> AsyncIterator[FakeUpstream]:
    async with FakeUpstream() as upstream:
        yield upstream


@pytest.fixture
def model(upstream: FakeUpstream) -> Iterator[Model]:
    model = Model(upstream)
    yield model
    model.put_away()


@pytest.fixture(scope="session")
def prepared(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared_folder(tmp_path_factory)


@pytest.fixture(scope="session")
def parley(
    prepared: Path, upstream: FakeUpstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Parley]:
    """A server whose model says what the test wants. Many tests share it: look only at what is yours."""
    folder = shutil.copytree(prepared, tmp_path_factory.mktemp("shared") / "data")
    parley = Parley(folder, OPENAI_BASE_URL=upstream.base_url)
    yield parley.start()
    _put_away(parley)


@pytest_asyncio.fixture(loop_scope="session")
async def serve(prepared: Path, tmp_path: Path) -> AsyncIterator[Serve]:
    """``await serve(OPENAI_BASE_URL=…)`` starts a server of the test's own, with these settings."""
    started: list[Parley] = []

    async def start(**settings: str) -> Parley:
        folder = shutil.copytree(prepared, tmp_path / f"data{len(started)}")
        started.append(Parley(folder, **settings))
        return await asyncio.to_thread(started[-1].start)

    yield start
    for parley in started:
        _put_away(parley)


def _put_away(parley: Parley) -> None:
    parley.kill()
    assert "Traceback" not in (log := parley.log.read_text("utf-8")), log


@pytest.fixture
def faults() -> Iterator[Faults]:
    faults = Faults()
    yield faults
    assert faults.unexpected() == []


@asynccontextmanager
async def _pages_of(chromium: Browser, faults: Faults) -> AsyncIterator[Browse]:
    contexts = []

    async def open_page(**options: Any) -> Page:
        options = {"viewport": {"width": 1280, "height": 800}, "service_workers": "block"} | options
        context = await chromium.new_context(locale="en-GB", timezone_id="Europe/Berlin", **options)
        contexts.append(context)
        faults.watch(context)
        context.set_default_timeout(10_000)
        return await context.new_page()

    yield open_page
    for context in contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browse(chromium: Browser, faults: Faults, serve: Serve) -> AsyncIterator[Browse]:
    """``await browse(viewport=…)`` opens an empty page in a profile of its own.

    It asks for ``serve`` because pages are closed before servers go: a page would complain.
    """
    async with _pages_of(chromium, faults) as open_page:
        yield open_page


@pytest_asyncio.fixture(loop_scope="session")
async def page(browse: Browse) -> Page:
    return await browse()


@pytest.fixture(scope="session")
def offline(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """A server that answers, understands and speaks with what is built in. Many tests share it."""
    folder = shutil.copytree(prepared, tmp_path_factory.mktemp("offline") / "data")
    parley = Parley(folder, OFFLINE_DELAY="0.001")
    yield parley.start()
    _put_away(parley)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lent(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """A browser whose microphone asks a question each time it is opened."""
    arguments = microphone(question_in(tmp_path_factory.mktemp("microphone")))
    async with async_playwright() as playwright:
        browser = await launch(playwright, chromium_path(), *arguments)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def speaking(lent: Browser, faults: Faults, serve: Serve) -> AsyncIterator[Browse]:
    """As ``browse``, with that microphone."""
    async with _pages_of(lent, faults) as open_page:
        yield open_page


@pytest_asyncio.fixture(loop_scope="session")
async def talker(speaking: Browse) -> Page:
    return await speaking()
