"""A county in which something of everything calls for a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bot.console.applications import (
    OFFICE,
    list_applications,
)
from bot.console.query import (
    ApplicationQuery,
)
from bot.console.today import Task, Today, today
from bot.model.application import Application, Person
from bot.model.mail import Arrival, FileKind, FileState, MailFile, MailOutcome, ParsedMail, Part, Settled
from bot.model.message import Channel, Delivery, Inbound, Kind, Outcome, Text
from bot.model.staff import Notice, NoticeState
from bot.ports import Draft, Store
from bot.ports_console import Scope
from bot.staff.desk import StaffAsk
from tests.fakes.recommending import MACHINE, County

BAOFENG = Scope(bodies=("baofeng",))
DAY = date(2019, 7, 12)


def staff(county: County, userid: str, act: Callable[[StaffAsk], Any]) -> Any:
    """An act on a page of the console."""
    person = county.people[userid]
    county.now += timedelta(seconds=20)
    inbound = Inbound(Channel.CONSOLE, str(person), Kind.TEXT, "", county.now, f"form-{county.now}")

    def use_case(store: Store) -> Any:
        roles = tuple(store.memberships(person))
        return act(StaffAsk(county.clerk, store, inbound, Person(person, userid, roles[0].name), roles, ""))

    return county.run(use_case)


def set_dossier(county: County, known: Application, dossier: dict[str, str]) -> None:
    county.run(lambda store: store.set_dossier(known.id, dossier))


def move(county: County, known: Application, stage: str) -> None:
    county.run(lambda store: store.move(known.id, stage, True, "", county.now))


def never(question: str) -> bool:
    return False


def units(county: County, query: ApplicationQuery, scope: Scope = OFFICE) -> list[str]:
    field = county.campaign.form.unit_field
    found = county.run(lambda store: list_applications(store, county.campaign, scope, query, DAY))
    return [row.application.values.get(field, "") for row in found.rows]


def the_page(county: County, scope: Scope = OFFICE) -> Today:
    return county.run(
        lambda store: today(store, county.campaign, scope, county.now, MACHINE, never, {Task.VISITS: 2})
    )


def mail(store: Store, number: int, settled: Settled) -> None:
    moment = MACHINE.replace(year=2019)
    known, _ = store.keep_mail(Arrival("a@b.cn", "INBOX", 1, number, f"{number:064x}", 9, moment, moment))
    store.settle_mail(known, ParsedMail(sender="x@y.cn", subject=f"第{number}封"), settled)


def busy(county: County) -> dict[str, Application]:
    """Something of everything that calls for a decision."""
    ours = county.apply("宝丰县公安局")
    twin = county.apply("宝丰县市场监督管理局")
    other = county.apply("市场监督管理局宝丰县局", body="market")
    lost = county.apply("某某管理处", body="")
    late = county.apply("宝丰县水利局", stage="late_pending")
    draft = county.apply("宝丰县教育体育局", stage="draft")

    def fill(store: Store) -> None:
        deck = MailFile(Part("报告.pptx", (), 9, "1" * 64, "pptx"), FileKind.DECK, FileState.DAMAGED)
        mail(store, 1, Settled(MailOutcome.REJECTED, application=ours.id, files=(deck,)))
        mail(store, 2, Settled(MailOutcome.QUARANTINE))
        store.question(draft.holder, "停车方便吗？", [], True, county.now)
        store.queue([Draft("x#0", Channel.WECOM, draft.holder, "h", Text("好"))], MACHINE)
        store.queue([Draft("remind:1", Channel.WECOM, draft.holder, "i", Text("催"))], MACHINE)
        for claimed in store.claim_due(Channel.WECOM, "me", MACHINE + timedelta(days=1), 100):
            reminder = claimed.outgoing.key == "remind:1"
            outcome = Outcome.SENT if reminder else Outcome.FAILED
            store.settle(claimed.id, "me", Delivery(outcome), MACHINE)
        store.set_dossier(draft.id, {"return_due": "2019-07-01"})
        store.late_attempt(draft.id, draft.holder, "submit", "提交", county.now)
        store.alarm("mail", "请检查", MACHINE)
        store.add_notice(Notice(0, "题", "文", {}, True, draft.holder, county.now, NoticeState.DRAFT))
        store.set_cutoff("baofeng", date(2019, 7, 18))

    county.run(fill)
    return {"ours": ours, "twin": twin, "other": other, "lost": lost, "late": late, "draft": draft}
