"""A body mails its recommendation the old way: proposed, read back, and sent only when the body says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from bot.model.application import Application
from bot.model.mail import FileKind, Inspection, MailOutcome, MaterialState, Settled, Trust
from bot.model.message import Channel, Inbound, Kind
from bot.model.staff import Package, Role
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.staff.mailed_package import mailed_package_desk
from config.campaign import Campaign
from tests.fakes.conversation import FORM
from tests.fakes.mail_filing import Attached, Office, deck, form, part

BODY = "fazhi@baofeng.gov.cn"
UNITS = ("宝丰县公安局", "宝丰县城市管理局", "宝丰县交通运输局")
PASSED = Trust.PASSED


class County:
    """宝丰县 with a contact who writes mails."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.run(self._add_member)

    def _add_member(self, store: Store) -> None:
        person = store.visitor(Channel.MAIL, BODY, "赵一", self.office.now).person.id
        store.add_member(person, Role.BODY, "baofeng", False, self.office.now)
        boss = store.visitor(Channel.WECOM, "office-clerk", "李四", self.office.now).person.id
        store.add_member(boss, Role.OFFICE, "", False, self.office.now)

    def handed_in(self, unit: str, submitted: bool = True) -> Application:
        known = self.office.apply(
            f"holder-{unit}",
            submitted,
            unit_name=unit,
            applicant_unit=unit,
            contact_email=f"{len(unit)}@x.cn",
        )

        def route(store: Store) -> None:
            arguments = (known.id, known.values, (), unit, known.holder, Channel.WECOM, self.office.now)
            store.revise(*arguments, "", "baofeng")

        self.office.run(route)
        return self.office.application(known.id)

    def mail(self, *attached: Attached, text: str = "", trust: Trust = PASSED, **more: Any) -> Settled:
        return self.office.receive(BODY, *attached, text=text, trust=trust, subject="推荐材料", **more)

    def stages(self, *known: Application) -> list[str]:
        return [self.office.application(one.id).stage for one in known]

    def packages(self) -> list[Package]:
        return list(self.office.run(lambda store: store.packages()))

    def says(self, text: str) -> str:
        """In the chat, as the same person."""

        def act(store: Store) -> str:
            person = store.visitor(Channel.MAIL, BODY, "", self.office.now).person
            inbound = Inbound(Channel.WECOM, "zhaoyi", Kind.TEXT, text, self.office.now, f"wecom:{text}")
            roles = tuple(store.memberships(person.id))
            said = mailed_package_desk(StaffAsk(self.office.clerk, store, inbound, person, roles, ""), text)
            return "\n".join(said.texts) if said else ""

        return self.office.run(act)


def sheet(*rows: tuple[str, ...]) -> Attached:
    return part("推荐名单.xlsx", "sheet", "xlsx"), Inspection(FileKind.OTHER, rows=rows)


def form_of(unit: str, **values: str) -> Attached:
    filled: Mapping[str, str] = {
        **FORM,
        "unit_name": unit,
        "applicant_unit": unit,
        "contact_email": f"{len(unit)}@x.cn",
        **values,
    }
    return form(filled, f"form {unit}")


def deck_of(unit: str, name: str = "") -> Attached:
    return deck(f"deck {unit}", name or f"{unit}申报报告.pptx")


LIST = sheet(
    ("推荐顺序", "单位名称", "单位级别"),
    ("2", UNITS[0], "正科级"),
    ("1", UNITS[1], "正科级"),
    ("3", UNITS[2], "正科级"),
)


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    made = Office(campaign, new_sqlite())
    yield made
    made.close()


@pytest.fixture
def county(office: Office) -> County:
    return County(office)


def test_list_forms_and_decks_are_proposed_and_nothing_counts_before_the_word(
    office: Office, county: County
) -> None:
    three = [county.handed_in(unit) for unit in UNITS]
    files = [file for unit in UNITS for file in (form_of(unit), deck_of(unit))]
    settled = county.mail(LIST, *files)
    assert (settled.outcome, settled.application) == (MailOutcome.QUARANTINE, None)
    lines = [line for line in (settled.reply or "").splitlines() if line.startswith("·第")]
    assert [line.partition("：")[0] for line in lines] == [
        f"·第1位 {three[1].number} {UNITS[1]}",
        f"·第2位 {three[0].number} {UNITS[0]}",
        f"·第3位 {three[2].number} {UNITS[2]}",
    ]
    assert f"随邮件收到{UNITS[1]}申报报告.pptx" in lines[0]
    assert "“确认上报”" in (settled.reply or "")
    assert county.stages(*three) == ["submitted"] * 3
    assert county.packages() == []
    for known in three:
        assert [one.state for one in office.materials(known)] == [MaterialState.PENDING]
        assert "deck" not in office.application(known.id).dossier


def test_word_by_mail_sends_the_package_in_its_order(office: Office, county: County) -> None:
    three = [county.handed_in(unit) for unit in UNITS]
    county.mail(LIST, *(deck_of(unit) for unit in UNITS))
    (letter,) = office.letters(BODY)
    settled = county.mail(
        text="您好，已核对无误，确认上报。", trust=Trust.MISSING, references=(letter.message_id,)
    )
    assert settled.outcome is MailOutcome.FILED
    (package,) = county.packages()
    assert package.receipt in (settled.reply or "")
    order = package.content["order"]
    assert isinstance(order, list)
    assert [item["application"] for item in order] == [three[1].id, three[0].id, three[2].id]
    assert county.stages(*three) == ["recommended"] * 3
    assert [office.materials(known)[0].state for known in three] == [MaterialState.REGISTERED] * 3
    assert [row["outcome"] for row in office.table("mail")] == ["filed", "filed"]
    again = county.mail(text="确认上报", references=(letter.message_id,))
    assert len(county.packages()) == 1
    assert package.receipt not in (again.reply or "") or again.outcome is not MailOutcome.FILED


def test_word_in_the_chat_sends_it_too(office: Office, county: County) -> None:
    known = county.handed_in(UNITS[0])
    county.mail(form_of(UNITS[0]), deck_of(UNITS[0]))
    assert f"第1位 {known.number} {UNITS[0]}：可以上报" in county.says("邮件上报")
    assert county.packages() == []
    said = county.says("确认邮件上报")
    (package,) = county.packages()
    assert package.receipt in said
    assert (
        county.says("确认邮件上报")
        == "没有等待确认的邮件推荐材料。可把名单、申报表和申报报告发到pdszffzb@126.com。"
    )


def test_unit_that_handed_nothing_in_is_named_and_not_recommended(office: Office, county: County) -> None:
    known = county.handed_in(UNITS[0])
    draft = county.handed_in(UNITS[1], submitted=False)
    settled = county.mail(LIST, form_of(UNITS[2]), *(deck_of(unit) for unit in UNITS))
    said = settled.reply or ""
    assert f"·第1位 {draft.number} {UNITS[1]}：目前是“草稿”，不能上报" in said
    assert f"·第3位 {UNITS[2]}：该单位还没有报到贵单位的申报，不能上报" in said
    assert "以上能上报的1家" in said
    assert office.materials(draft) == []
    county.says("确认邮件上报")
    (package,) = county.packages()
    assert [item["application"] for item in package.content["order"]] == [known.id]  # type: ignore[attr-defined]
    assert [row["outcome"] for row in office.table("mail")] == ["quarantine"]
    assert len(office.table("application")) == 2


def test_what_the_unit_filed_itself_stays(office: Office, county: County) -> None:
    known = county.handed_in(UNITS[0])
    code = office.print(known).code
    office.receive("unit@x.cn", deck("own"), subject=code, trust=PASSED)
    settled = county.mail(form_of(UNITS[0], leader="赵新"), deck_of(UNITS[0]))
    assert "以其报送的为准" in (settled.reply or "")
    assert "申报表与该单位提交的不同（负责人姓名）" in (settled.reply or "")
    county.says("确认邮件上报")
    assert [one.state for one in office.materials(known)] == [
        MaterialState.REGISTERED,
        MaterialState.PENDING,
    ]
    assert office.application(known.id).values["leader"] == known.values["leader"]


def test_several_mails_add_up_and_the_order_may_come_last(office: Office, county: County) -> None:
    two = [county.handed_in(unit) for unit in UNITS[:2]]
    first = county.mail(form_of(UNITS[0]), deck_of(UNITS[0]))
    assert "识别出1家单位" in (first.reply or "")
    second = county.mail(form_of(UNITS[1]), deck_of(UNITS[1], "城管局.pptx"))
    assert "推荐顺序没有看出来" in (second.reply or "")
    assert "推荐顺序没有看出来" in county.says("确认邮件上报")
    third = county.mail(text=f"推荐顺序如下：\n1. {UNITS[1]}\n2. {UNITS[0]}")
    assert f"·第1位 {two[1].number}" in (third.reply or "")
    county.says("确认邮件上报")
    (package,) = county.packages()
    assert [item["application"] for item in package.content["order"]] == [two[1].id, two[0].id]  # type: ignore[attr-defined]


def test_change_in_between_is_read_back_again_before_anything_is_sent(office: Office, county: County) -> None:
    known = county.handed_in(UNITS[0])
    other = county.handed_in(UNITS[1])
    county.mail(LIST, deck_of(UNITS[0]))
    office.run(lambda store: store.move(other.id, "returned", True, "", office.now))
    assert "目前是“退回补正”，不能上报" in county.says("确认邮件上报")
    assert county.packages() == []
    county.says("确认邮件上报")
    assert county.stages(known, other) == ["recommended", "returned"]


def test_dropped_proposal_sends_nothing(office: Office, county: County) -> None:
    known = county.handed_in(UNITS[0])
    county.mail(form_of(UNITS[0]), deck_of(UNITS[0]))
    settled = county.mail(text="取消上报")
    assert "已取消" in (settled.reply or "")
    assert county.stages(known) == ["submitted"]
    assert [one.state for one in office.materials(known)] == [MaterialState.SET_ASIDE]
    assert "没有等待确认" in county.says("确认邮件上报")


def test_word_about_nothing_that_was_mailed_is_answered(office: Office, county: County) -> None:
    known = county.handed_in(UNITS[0])
    for word in ("取消上报", "确认上报"):
        settled = county.mail(text=word)
        assert "没有等待确认的邮件推荐材料" in (settled.reply or "")
    assert county.stages(known) == ["submitted"]


def test_forged_sender_proposes_nothing(office: Office, county: County) -> None:
    known = county.handed_in(UNITS[0])
    settled = county.mail(form_of(UNITS[0]), deck_of(UNITS[0]), trust=Trust.FAILED)
    assert "识别出" not in (settled.reply or "")
    assert office.materials(known) == []
    assert "没有等待确认" in county.says("确认邮件上报")


def test_another_bodys_unit_reads_like_one_that_does_not_exist(office: Office, county: County) -> None:
    theirs = county.handed_in(UNITS[2])

    def reroute(store: Store) -> None:
        values, now = theirs.values, office.now
        store.revise(theirs.id, values, (), UNITS[2], theirs.holder, Channel.WECOM, now, "", "market")

    office.run(reroute)
    county.handed_in(UNITS[0])
    settled = county.mail(LIST, deck_of(UNITS[2]))
    assert f"{UNITS[2]}：该单位还没有报到贵单位的申报" in (settled.reply or "")
    assert theirs.number not in (settled.reply or "")
    assert office.materials(theirs) == []
