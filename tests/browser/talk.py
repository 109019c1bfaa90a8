"""What a person does in a conversation, and where they look."""

import re
from urllib.parse import urljoin

from playwright.async_api import Locator, Page, expect

CONVERSATION = re.compile(r"/chat/[0-9a-f-]{36}/$")
LIVE = re.compile(r"pending|processing")


def field(page: Page) -> Locator:
    return page.locator("#composer-text")


def answers(page: Page) -> Locator:
    return page.locator("article.message--assistant")


def answer(page: Page) -> Locator:
    """The last one."""
    return answers(page).last


def questions(page: Page) -> Locator:
    return page.locator("article.message--user")


async def say(page: Page, text: str) -> None:
    """Writes it and presses Enter."""
    await field(page).fill(text)
    await field(page).press("Enter")


async def start(page: Page, url: str, text: str) -> str:
    """A new conversation by its first message; returns its address once the page shows it."""
    await page.goto(url)
    await say(page, text)
    await expect(page).to_have_url(CONVERSATION)
    await expect(questions(page).first).to_contain_text(text)
    return page.url


async def has_status(page: Page, status: str) -> None:
    await expect(answer(page)).to_have_attribute("data-status", status)


async def is_answered(page: Page) -> None:
    await has_status(page, "completed")


async def prose(page: Page) -> str:
    """The text of the last answer as it stands."""
    return "".join(await answer(page).locator(".prose").all_text_contents())


async def stored_text(page: Page) -> str:
    """The Markdown of the last answer as the server has it."""
    path = await answer(page).locator("[data-copy-from]").get_attribute("data-copy-from")
    response = await page.request.get(urljoin(page.url, path))
    return await response.text()
