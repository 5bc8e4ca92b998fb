"""Pages say by the campaign clock when something was sent, although the outbox goes by the machine's."""

from __future__ import annotations

from datetime import timedelta

from handlers.console.words import short_moment
from tests.fakes.console import Console
from tests.fakes.recommending import MACHINE, OFFICE
from tests.integration.console.test_notices_pages import HOME, draft, send


async def test_pages_tell_when_something_was_sent_by_the_campaign_clock(console: Console) -> None:
    office = await console.reader(OFFICE)
    console.now += timedelta(days=3)
    await draft(office)
    await office.post(f"{HOME}/1/release")
    send(console)
    told = short_moment(console.now)
    board, outgoing = await office.get(f"{HOME}/1"), await office.get("/console/mail/outgoing?state=")
    assert (f'已送达 <span class="text-secondary num">{told}' in board, told in outgoing) == (True, True)
    machine = short_moment(MACHINE)
    assert (told == machine, machine in board, machine in outgoing) == (False, False, False)
