"""The guided mail mode on a real database: a unit without WeCom does the whole form by mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.replay import make_clerk
from bot.model.message import Channel, FormOrder, Inbound, Kind, Mail, PageOrder, SelfCheckOrder
from bot.ports import Store
from bot.work.mail_talk import Talk, talk
from bot.work.turn import Answer, receive
from config.campaign import Campaign
from storage.database import open_database
from storage.writer import ThreadWriter
from tests.fakes.conversation import FORM

LISI = "lisi@baofeng.gov.cn"
UNIT = "宝丰县市场监督管理局"

FIRST = f"""老师您好：
我们的申报内容如下，请审核。

1. 申报单位：{UNIT}
2、推荐单位 宝丰县法治政府建设领导小组办公室
填报日期：二〇一九年七月十日
单 位 级 别：正科级
负责人姓名\t张三\t联系人\t李四
电话：12345
工作基本情况：我单位扎实推进服务型行政执法建设，2018年受理案件132件。

二是规范执法，负责人带头讲法。

请问创新加分最多加多少分？

此致
敬礼
{UNIT}
2019年7月10日
"""
REST = """> 5. 单位地址（请写一行地址，100字以内）：宝丰县中兴路28号
> 9. 申报单位意见（500字以内）：
情况属实，同意申报。
> 11. 联系电话（请写11位手机号）：０３７５－２６６３２２５
> 12. 电子邮箱（请写一个邮箱地址）：BFSJ@126.com

发自我的iPhone"""


@dataclass
class Office:
    """The mailbox's side: every mail is a use case of its own."""

    writer: ThreadWriter
    campaign: Campaign
    now: datetime = datetime(2019, 7, 10, 1, tzinfo=UTC)
    count: int = 0
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clerk = replace(make_clerk(self.campaign), message_id=self._message_id)

    def _message_id(self, number: str) -> str:
        self.ids.append(f"<{number}.{len(self.ids)}@here.invalid>")
        return self.ids[-1]

    def mail(
        self,
        text: str,
        sender: str = LISI,
        name: str = "李四",
        form: Mapping[str, str] | None = None,
        key: str = "",
    ) -> Talk:
        inbound = self._inbound(Channel.MAIL, sender, text, name, key)
        return self.writer.run_blocking(lambda store: talk(self.clerk, store, inbound, form or {}))

    def chat(self, text: str, sender: str = "zhangmin", name: str = "张敏") -> Answer:
        inbound = self._inbound(Channel.WECOM, sender, text, name, "")
        return self.writer.run_blocking(lambda store: receive(self.clerk, store, inbound))

    def look(self, use_case: Callable[[Store], object]) -> object:
        return self.writer.run_blocking(use_case)

    def _inbound(self, channel: Channel, sender: str, text: str, name: str, key: str) -> Inbound:
        self.count += 1
        self.now += timedelta(minutes=5)
        return Inbound(
            channel, sender, Kind.TEXT, text, self.now, key or f"{channel}:{self.count}", name=name
        )


@pytest.fixture
def office(new_sqlite: Callable[[], str], campaign: Campaign) -> Iterator[Office]:
    database = open_database(new_sqlite(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    yield Office(writer, campaign)
    writer.stop()
    database.close()


def told(answer: Talk) -> str:
    return "\n".join(answer.texts)


def values(office: Office, answer: Talk) -> Mapping[str, str]:
    application = answer.application
    assert application is not None
    return office.writer.run_blocking(lambda store: store.application(application)).values  # type: ignore[union-attr]


def everything(values: Mapping[str, str]) -> str:
    """A mail that fills the form."""
    return "\n".join(f"{label}：{value}" for label, value in values.items())


def full(office: Office, **changed: str) -> str:
    fields = office.campaign.form.fields
    given = {**FORM, **changed}
    return everything({item.label: given[item.id] for item in fields})


def test_unit_without_wecom_files_in_three_mails(office: Office) -> None:
    first = office.mail(FIRST)
    assert first.refused == ("bad_phone",)
    assert "已记下8项：" in told(first)
    assert "“联系电话”没有记下" in told(first)
    assert "11位手机号" in told(first)
    assert "最多加10分" in told(first)
    assert "草稿，尚未报送（已填8/12项）" in told(first)
    asked = [line for line in told(first).split("\n") if line[:1].isdigit() and line.endswith("）：")]
    assert [line.partition(".")[0] for line in asked] == ["5", "9", "11", "12"]

    second = office.mail(REST)
    assert second.refused == ()
    assert values(office, second) == {
        "applicant_unit": UNIT,
        "recommender": "宝丰县法治政府建设领导小组办公室",
        "fill_date": "2019-07-10",
        "unit_name": UNIT,
        "unit_address": "宝丰县中兴路28号",
        "unit_level": "正科级",
        "leader": "张三",
        "summary": "我单位扎实推进服务型行政执法建设，2018年受理案件132件。\n\n二是规范执法，负责人带头讲法。",
        "applicant_opinion": "情况属实，同意申报。",
        "contact_name": "李四",
        "contact_phone": "0375-2663225",
        "contact_email": "BFSJ@126.com",
    }
    assert "请回复“确认”即报送" in told(second)
    assert "二是规范执法，负责人带头讲法。" in told(second)  # read back in full

    third = office.mail("确认。\n\n谢谢！")
    assert "回执 2019-001-1" in told(third)
    assert "申报报告PPT、盖章扫描件" in told(third)
    assert third.orders == (FormOrder(third.application or ""), PageOrder(third.application or "", 1))
    assert third.changed


def test_contact_address_is_known_by_its_lower_case(office: Office) -> None:
    filed = office.mail(full(office, contact_email="BFSJ@126.com"))
    found = office.writer.run_blocking(lambda store: store.applications_of_address("bfsj@126.com"))
    assert [known.id for known in found] == [filed.application]


def test_form_attached_and_words_in_one_mail_file_at_once(office: Office) -> None:
    form = {name: value for name, value in FORM.items() if not name.startswith("contact")}
    answer = office.mail(
        "您好，申报表见附件。\n联系人：李晓明\n联系电话：13800001111\n邮箱：wdsl@126.com\n地址：卫东区新华路1号\n提交",
        form=form,
    )
    assert "回执 2019-001-1" in told(answer)
    assert values(office, answer) == {**FORM, "unit_address": "卫东区新华路1号"}


def test_nothing_is_filed_while_a_value_of_the_same_mail_is_refused(office: Office) -> None:
    office.mail(full(office))
    answer = office.mail("邮箱改成 abc\n确认")
    assert answer.refused == ("bad_email",)
    assert "暂未办理“确认”" in told(answer)
    assert "回执" not in told(answer)


def test_amendment_and_withdrawal_wait_for_their_word(office: Office) -> None:
    office.mail(f"{full(office)}\n提交")
    amended = office.mail("修改地址：卫东区新华路1号")
    assert amended.changed
    assert "回复“确认”后生效" in told(amended)
    assert values(office, amended)["unit_address"] == FORM["unit_address"]
    confirmed = office.mail("确认")
    assert "回执 2019-001-2" in told(confirmed)
    assert values(office, confirmed)["unit_address"] == "卫东区新华路1号"
    both = office.mail("地址：卫东区新华路2号\n确认")
    assert "回执 2019-001-3" in told(both)

    asked = office.mail("我单位申请撤回\n请问创新加分最多加多少分？")
    assert "确认撤回" in told(asked)
    assert "最多加10分" in told(asked)
    assert "已撤回" in told(office.mail("确认"))
    reopened = office.mail("我要申报\n负责人：赵六")
    assert values(office, reopened)["leader"] == "赵六"
    assert "草稿，已填完，尚未报送" in told(reopened)


def test_stranger_with_chatter_gets_the_list_and_no_application(office: Office) -> None:
    answer = office.mail("老师您好：\n我们单位想参加评选。\n谢谢！\n\n宝丰县水利局\n2019年7月10日")
    assert (answer.application, answer.changed, answer.said_something) == (None, False, False)
    assert (
        len([line for line in told(answer).split("\n") if line[:1].isdigit() and line.endswith("）：")]) == 12
    )
    assert "没有看懂" not in told(answer)
    assert "未记入" not in told(answer)


def test_list_sent_back_untouched_changes_nothing(office: Office) -> None:
    listed = told(office.mail("您好"))
    quoted = "\n".join(f"> {line}" for line in listed.split("\n"))
    answer = office.mail(f"好的，我们填好后再发。\n\n{quoted}")
    assert (answer.application, answer.changed, answer.refused) == (None, False, ())


def test_same_person_goes_on_in_the_other_channel(office: Office) -> None:
    office.chat("我要申报")
    office.chat(f"单位名称：{FORM['unit_name']}")
    person = office.writer.run_blocking(
        lambda store: store.visitor(Channel.WECOM, "zhangmin", "", office.now)
    ).person
    assert office.look(lambda store: store.bind(person.id, Channel.MAIL, LISI))
    by_mail = office.mail("负责人：王建军\n级别：正科级")
    assert values(office, by_mail)["unit_name"] == FORM["unit_name"]
    in_chat = office.chat("进度")
    assert "已填4/12项" in "\n".join(in_chat.texts)
    assert in_chat.outcome is not None
    assert in_chat.outcome.form["leader"] == "王建军"
    renamed = office.writer.run_blocking(
        lambda store: store.visitor(Channel.WECOM, "zhangmin", "", office.now)
    )
    assert renamed.person.name == "张敏"


def test_taken_unit_names_nobody_and_is_not_handed_over_by_mail(office: Office) -> None:
    office.chat("我要申报")
    office.chat(f"单位名称：{FORM['unit_name']}")
    assert office.mail("联系人：李四").application is not None
    answer = office.mail(f"单位名称：{FORM['unit_name']}\n级别：正科级\n申请接手", name="李四")
    assert answer.refused == ("duplicate_unit",)
    assert "该单位已有联系人在填报，请联系推荐单位" in told(answer)
    assert "0375-2663225" in told(answer)
    for secret in ("张敏", "zhangmin", "申请接手"):
        assert secret not in told(answer)
    assert values(office, answer) == {"contact_name": "李四", "unit_level": "正科级"}
    assert "申请接手" not in "\n".join(office.chat("进度").texts)


def test_taken_unit_begins_no_application(office: Office) -> None:
    office.chat("我要申报")
    office.chat(f"单位名称：{FORM['unit_name']}")
    answer = office.mail(full(office))
    assert (answer.application, answer.changed, answer.refused) == (None, False, ("duplicate_unit",))
    assert answer.texts == ("该单位已有联系人在填报，请联系推荐单位，或致电市办公室 0375-2663225。",)


def test_holder_by_mail_is_asked_by_mail_and_their_address_stays_hidden(office: Office) -> None:
    held = office.mail(f"单位名称：{FORM['unit_name']}", name="")
    office.chat("我要申报")
    refused = "\n".join(office.chat(f"单位名称：{FORM['unit_name']}").texts)
    assert LISI not in refused
    assert "邮件联系人" in refused
    office.chat("申请接手")
    due = office.writer.run_blocking(
        lambda store: store.claim_due(Channel.MAIL, "w", datetime.now(UTC) + timedelta(hours=1), 9)
    )
    assert [row.outgoing.addresses for row in due] == [(LISI,)]
    letter = due[0].outgoing.body
    assert isinstance(letter, Mail)
    assert "2019-001" in letter.subject
    assert "同意接手" in letter.text
    assert letter.message_id == office.ids[0]
    found = office.writer.run_blocking(lambda store: store.thread([letter.message_id]))
    assert found == [(held.application, LISI)]
    granted = office.mail("同意接手", name="")
    assert granted.application is None
    assert "已转交给您" in "\n".join(office.chat("进度").texts)


def test_mail_delivered_again_changes_nothing(office: Office) -> None:
    first = office.mail(f"{full(office)}\n提交", key="mail:7")
    again = office.mail(f"{full(office)}\n提交", key="mail:7")
    assert again.texts == first.texts
    assert (again.changed, again.orders) == (False, ())


def test_signature_fills_what_is_empty_and_no_more(office: Office) -> None:
    office.mail("联系人：李四")
    answer = office.mail("级别：正科级\n\n此致\n敬礼\n联系人：王秘书\n电话：13800000000")
    assert values(office, answer) == {
        "contact_name": "李四",
        "unit_level": "正科级",
        "contact_phone": "13800000000",
    }


def test_line_without_a_label_is_named_and_not_stored(office: Office) -> None:
    answer = office.mail("联系人：李四\n宝丰县中兴路28号")
    assert "未记入" in told(answer)
    assert "·宝丰县中兴路28号" in told(answer)
    assert values(office, answer) == {"contact_name": "李四"}


def test_too_long_text_is_counted_and_not_stored(office: Office) -> None:
    answer = office.mail(f"联系人：李四\n工作基本情况：{'实' * 1001}")
    assert answer.refused == ("too_long",)
    assert "1001" in told(answer)
    assert "1000" in told(answer)
    assert "summary" not in values(office, answer)


def test_reserved_item_is_left_to_the_recommending_body(office: Office) -> None:
    answer = office.mail("联系人：李四\n推荐意见：同意推荐")
    assert answer.refused == ("not_applicant_field",)
    assert values(office, answer) == {"contact_name": "李四"}


def test_self_check_comes_as_a_sheet(office: Office) -> None:
    answer = office.mail(f"单位名称：{UNIT}\n自查")
    assert answer.orders == (SelfCheckOrder(answer.application or "", 1),)
    assert "草稿，尚未报送" in told(answer)


def test_declaration_by_mail_is_recorded(office: Office) -> None:
    filed = office.mail(f"{full(office)}\n提交\n声明 已验收合格，无严重违法")
    application = filed.application or ""
    known = office.writer.run_blocking(lambda store: store.application(application))
    assert known is not None
    assert dict(known.dossier) == {"declared_accepted": "yes", "declared_lawful": "yes"}


def test_second_unit_is_begun_beside_the_first(office: Office) -> None:
    first = office.mail(f"{full(office)}\n提交")
    second = office.mail("另报一个单位\n单位名称：宝丰县水利局")
    assert second.application != first.application
    back = office.mail(f"切换到{FORM['unit_name']}\n进度")
    assert back.application == first.application
    assert "回执 2019-001-1" in told(back)


def test_after_the_deadline_nothing_is_begun(office: Office) -> None:
    office.now = datetime(2019, 7, 26, tzinfo=UTC)
    answer = office.mail(f"单位名称：{UNIT}")
    assert (answer.application, answer.refused) == (None, ("late",))
    assert "逾期不报视为自动放弃" in told(answer)
    assert "0375-2663225" in told(answer)
    assert "请直接在回复中填写" not in told(answer)
