"""One state has one colour, and every state has one."""

from __future__ import annotations

import re
from pathlib import Path

from bot.model.mail import MailOutcome
from handlers.console import application_words, mail_words, notice_plan
from handlers.console.tones import MAILS, MESSAGES, STAGES
from tests.fakes.conversation import campaign

CSS = Path(notice_plan.__file__).parent / "static" / "console.css"


def test_every_state_has_words_and_a_colour_of_the_style_sheet() -> None:
    assert set(MAILS) == {outcome.value for outcome in MailOutcome}
    assert set(MAILS) == set(application_words.OUTCOMES) == {key for key, _ in mail_words.OUTCOMES if key}
    assert set(MESSAGES) == set(application_words.STATES) == set(notice_plan.STATES)
    assert [stage for stage in STAGES if stage not in {one.id for one in campaign().stages}] == []
    known = set(re.findall(r"\.tone-(\w+)", CSS.read_text("utf-8")))
    assert {*MAILS.values(), *MESSAGES.values(), *STAGES.values()} <= known
