"""Everything WeCom may bring is answered: kinds of message, buttons, events."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.deployment import ANSWERS, Api, Deployment, deployment_of, free_port, until

PRESS_DONE = "已选择"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("image", {"PicUrl": "https://example.invalid/a.jpg", "MediaId": "m1"}),
        ("voice", {"MediaId": "m2", "Format": "amr"}),
        ("video", {"MediaId": "m3", "ThumbMediaId": "m4"}),
        ("location", {"Location_X": "33.7", "Location_Y": "113.1", "Scale": "15", "Label": "平顶山"}),
        ("link", {"Title": "标题", "Description": "", "Url": "https://example.invalid/"}),
        ("file", {"MediaId": "m5", "FileName": "申报报告.pptx"}),
        ("a_kind_of_tomorrow", {"MediaId": "m6"}),
    ],
)
async def test_message_that_is_no_text_is_answered_and_the_question_stays(
    service_and_platform: Deployment, kind: str, fields: dict[str, str]
) -> None:
    await service_and_platform.say("zhangmin", "我要申报")
    called = await service_and_platform.platform.send("zhangmin", kind, **fields)
    assert called.reply is not None
    assert called.reply["text"].startswith("这里只能接收文字，请用文字回复。")
    assert "请继续填写第1项" in called.reply["text"]


@pytest.mark.parametrize("event", ["subscribe", "enter_agent", "view", "LOCATION"])
async def test_event_of_a_newcomer_is_greeted(service_and_platform: Deployment, event: str) -> None:
    called = await service_and_platform.platform.event("zhangmin", event, EventKey="")
    assert called.reply is not None
    assert called.reply["text"].startswith("您好，这里是2019年度平顶山市服务型行政执法示范点评选助手。")
    assert service_and_platform.rows("SELECT 1 FROM application") == []


async def test_menu_item_says_its_words(service_and_platform: Deployment) -> None:
    platform = service_and_platform.platform
    called = await platform.press("zhangmin", "say:我要申报")
    assert called.reply is not None
    assert called.reply["text"].startswith("好的，开始填写")


async def test_every_item_of_the_menu_is_understood(service_and_platform: Deployment) -> None:
    """The menu is offered at start; each of its keys is a command, none is taken for a value."""
    deployment = service_and_platform
    await deployment.service.offer_menu()
    items = [item for top in deployment.platform.menu for item in (top.get("sub_button") or [top])]
    assert [item["type"] for item in items] == ["click"] * 7
    await deployment.say("zhangmin", "我要申报")
    for item in items:
        assert (await deployment.platform.press("zhangmin", item["key"])).accepted
    await deployment.settled()
    assert deployment.rows("SELECT 1 FROM revision") == []


async def test_leaving_member_is_neither_answered_nor_kept(service_and_platform: Deployment) -> None:
    called = await service_and_platform.platform.event("zhangmin", "unsubscribe", EventKey="")
    assert (called.statuses, called.reply) == ((200,), None)
    assert service_and_platform.rows("SELECT 1 FROM person") == []


async def test_card_follows_the_text_and_its_button_says_the_words(service_and_platform: Deployment) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", "我要申报", *ANSWERS)
    await deployment.settled()
    card = deployment.last("zhangmin", "card")
    assert card is not None
    keys = {button["text"]: button["key"] for button in card["card"]["button_list"]}
    confirm = next(key for key in keys.values() if key == "say:确认")
    called = await deployment.platform.click("zhangmin", card["card"]["task_id"], confirm)
    assert (called.statuses, called.reply) == ((200,), None)
    await deployment.settled()
    assert card["card"]["replaced"] == PRESS_DONE
    assert any("回执 2019-001-1" in said for said in deployment.shown("zhangmin"))
    assert deployment.platform.violations == []


async def test_button_pressed_again_by_a_late_retry_files_once(service_and_platform: Deployment) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", "我要申报", *ANSWERS)
    await deployment.settled()
    card = deployment.last("zhangmin", "card")
    assert card is not None
    code = deployment.platform.new_response_code(card)
    fields = {
        "MsgType": "event",
        "Event": "template_card_event",
        "EventKey": "say:确认",
        "ResponseCode": code,
    }
    inner = deployment.platform.inner_xml("zhangmin", fields | {"TaskId": card["card"]["task_id"]})
    answers = await asyncio.gather(*(deployment.platform.post(inner) for _ in range(4)))
    assert [status for status, _ in answers] == [200] * 4
    await deployment.settled()
    assert [row.submissions for row in deployment.rows("SELECT submissions FROM application")] == [1]
    assert len(deployment.platform.calls("message/update_template_card")) == 1
    assert [said for said in deployment.shown("zhangmin") if "已提交，已报送" in said][1:] == []


class Mailbox:
    """What the office's mail server has taken."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


async def test_warning_that_the_app_falls_asleep_is_kept_and_mailed_to_the_office(
    tmp_path: Path, api: Api
) -> None:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    given = {
        "BOT_MAIL__ADDRESS": "office@example.com",
        "BOT_MAIL__IMAP_URL": "imap://office:code@127.0.0.1:1",
        "BOT_MAIL__SMTP_URL": f"smtp://127.0.0.1:{controller.port}",
    }
    from storage.schema import migrate

    migrate(f"sqlite:///{tmp_path / 'bot.db'}")
    deployment = deployment_of(tmp_path, api, more=given)
    await deployment.start()
    try:
        for _ in range(2):
            called = await deployment.platform.event("sys", "inactive_alert", EventKey="")
            assert (called.statuses, called.reply) == ((200,), None)
        await until(lambda: len(mailbox.mails) == 1)
        await deployment.settled()
    finally:
        await deployment.stop()
        controller.stop()
    mail = mailbox.mails[0]
    assert (len(mailbox.mails), mail["To"], mail["From"]) == (1, "office@example.com", "office@example.com")
    assert mail.get_content().startswith("企业微信提示：本应用长期未使用，即将被停用。")
    assert [row.kind for row in deployment.rows("SELECT kind FROM alarm")] == ["wecom:inactive_alert"]
