"""Somebody with a role at the console, in a real browser."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Page

from handlers.console.session import COOKIE
from tests.e2e.browser import CONTRAST, DESKTOP
from tests.fakes.console import Console


@dataclass
class Seat:
    """One person's browser. `troubles` are the errors of scripts and what the security policy refused."""

    console: Console
    page: Page
    context: BrowserContext
    troubles: list[str] = field(default_factory=list)

    async def open(self, path: str) -> Page:
        """Go to a page of the console."""
        assert self.console.server is not None
        await self.page.goto(str(self.console.server.make_url(path)))
        return self.page

    async def check(self) -> None:
        """No script failed, every text is readable, nothing is wider than the window."""
        assert not self.troubles, self.troubles
        weak = await self.page.evaluate(CONTRAST)
        assert not weak, weak
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await self.page.evaluate(wide) <= 0


async def take_seat(console: Console, browser: Browser, userid: str, size: tuple[int, int] = DESKTOP) -> Seat:
    """A browser in which somebody is signed in."""
    assert console.server is not None
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    address = str(console.server.make_url("/console"))
    await context.add_cookies([{"name": COOKIE, "value": console.token(userid), "url": address}])
    page = await context.new_page()
    seat = Seat(console, page, context)
    page.on("pageerror", lambda error: seat.troubles.append(str(error)))
    page.on("console", lambda said: seat.troubles.append(said.text) if said.type == "error" else None)
    return seat
