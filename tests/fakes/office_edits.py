"""Staff at the console: acts and looks over a county's database, as pages call them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TypeVar

from bot.model.message import Channel, Inbound, Kind
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.work.dates import campaign_in_force, follow_campaign
from tests.fakes.recommending import OFFICE, County

T = TypeVar("T")

_FORMS = count(1)


def act(county: County, use_case: Callable[[StaffAsk], T], userid: str = OFFICE) -> T:
    """What a form of somebody with a role does, in a transaction of its own; every process has ticked then."""

    def run(store: Store) -> T:
        person = store.visitor(Channel.WECOM, userid, "", county.now).person
        inbound = Inbound(Channel.CONSOLE, userid, Kind.TEXT, "", county.now, f"console:{next(_FORMS)}")
        return use_case(
            StaffAsk(county.clerk, store, inbound, person, tuple(store.memberships(person.id)), "")
        )

    done = county.run(run)
    follow_campaign(county.campaign, county.run(lambda store: campaign_in_force(county.campaign, store)))
    return done
