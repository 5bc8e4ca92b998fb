"""An office of two, two inspectors, and units whose applications have been accepted."""

from __future__ import annotations

from datetime import date

from bot.console.viewer import Viewer
from bot.model.application import Application, Person
from bot.model.message import Card, Mail, Text
from bot.model.staff import Role
from bot.model.visit import VisitState
from bot.ports import Store
from bot.staff.visit_views import one_visit
from tests.fakes.recommending import OFFICE, County

SECOND, LEADER, MEMBER = "office-second", "inspector-wang", "inspector-zhao"
WHEN = "7月30日上午9:30"
HOLDER = "holder-宝丰县公安局"


def open_office(county: County) -> County:
    """周八 is the office's second person; 王五 and 赵六 go on visits."""
    county.people |= {
        SECOND: county.member(SECOND, "周八", Role.OFFICE, ""),
        LEADER: county.member(LEADER, "王五", Role.INSPECTOR, ""),
        MEMBER: county.member(MEMBER, "赵六", Role.INSPECTOR, ""),
    }
    return county


def accepted(county: County, unit: str = "宝丰县公安局", body: str = "baofeng") -> Application:
    return county.apply(unit, body, "accepted", unit_address="人民路1号")


def announced(county: County, unit: str = "宝丰县公安局", when: str = WHEN) -> Application:
    """A visit to a unit that has been released: the next number."""
    known = accepted(county, unit)
    county.say(OFFICE, f"安排验收 {known.number} {when} 组长王五 成员赵六")
    county.say(SECOND, "发布验收安排")
    return known


def read(county: County, userid: str) -> list[str]:
    """Everything ever sent to somebody that was not an answer, cards with their buttons."""
    said = []
    for body in county.bodies(userid):
        if isinstance(body, Card):
            said.append(f"{body.title}\n{body.text}\n[{'|'.join(one.says for one in body.choices)}]")
        elif isinstance(body, Text | Mail):
            said.append(body.text)
    return said


def state(county: County, visit: int = 1) -> VisitState:
    found = county.run(lambda store: store.visit(visit))
    assert found is not None
    return found.state


def shown(county: County, userid: str, visit: int = 1) -> list[tuple[str, bool]] | None:
    """When, and whether struck through, of each version that somebody may see."""

    def look(store: Store) -> list[tuple[str, bool]] | None:
        person = county.people[userid]
        viewer = Viewer(Person(person, userid, ""), tuple(store.memberships(person)))
        found = one_visit(store, county.campaign, viewer, visit, date(2019, 7, 12))
        return None if found is None else [(one.when, one.superseded) for one in found.versions]

    return county.run(look)
