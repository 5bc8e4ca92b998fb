"""kill -9 at every step of the acts that send something out, and at any moment while a team writes on its sheet.

Afterwards each act is there as a whole or not at all; done again, it is there once, with every letter queued once.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, make_url, select

from bot.model.sheet import Looked
from config.campaign import Campaign
from storage.tables import Base
from tests.fakes.deciding import SECOND, Jury
from tests.fakes.mortal import NEVER, Entries, Said, enter, say
from tests.fakes.recommending import BODY, OFFICE, County
from tests.integration.staff.sheet_office import LEADER, Site
from tests.integration.staff.visit_office import LEADER as VISITOR
from tests.integration.staff.visit_office import MEMBER, accepted, open_office
from tests.integration.staff.visit_office import SECOND as RELEASER

ENTRIES, KILLS = 150, 6

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.fakes.mortal"])

Rows = dict[str, list[tuple[Any, ...]]]
Letters = dict[str, int]  # how many are queued for whom, the answer to the message itself among them
UNITS = ("holder-宝丰县公安局", "holder-宝丰县城市管理局", "holder-宝丰县交通运输局")
MAILED = "wdsl@126.com"  # the address in every form


def package(campaign: Campaign, url: str) -> tuple[Said, Letters]:
    """A body confirms that its package shall be sent: units, deputy and office hear of it."""
    county = County(campaign, url)
    county.three()
    assert "确认上报" in county.say(BODY, "上报")
    county.close()
    return Said(BODY, "确认上报", county.now), dict.fromkeys((OFFICE, BODY, *UNITS), 1)


def visits(campaign: Campaign, url: str) -> tuple[Said, Letters]:
    """The office's other person releases the visits to two units."""
    county = open_office(County(campaign, url))
    for unit, day in (("宝丰县公安局", 30), ("宝丰县水利局", 31)):
        county.say(OFFICE, f"安排验收 {accepted(county, unit).number} 7月{day}日上午9:30 组长王五 成员赵六")
    county.close()
    letters = {
        "holder-宝丰县公安局": 1,
        "holder-宝丰县水利局": 1,
        MAILED: 2,
        VISITOR: 2,
        MEMBER: 2,
        RELEASER: 1,
    }
    return Said(RELEASER, "发布验收安排", county.now), letters


def public_notice(campaign: Campaign, url: str) -> tuple[Said, Letters]:
    """The list is made public: the units on it hear of it."""
    jury = Jury(campaign, url)
    jury.decided()
    jury.say(OFFICE, "公示期 5个工作日 异议渠道：电话0375-2663225", "开始公示 8月15日 https://a.example/1")
    jury.close()
    return Said(SECOND, "签发公示", jury.now), dict.fromkeys((SECOND, *UNITS[:2]), 1)


def announcement(campaign: Campaign, url: str) -> tuple[Said, Letters]:
    """The announcement goes out: units and bodies are written to."""
    jury = Jury(campaign, url)
    jury.after_window()
    assert "公布稿已起草" in jury.say(OFFICE, "公布 平法政〔2019〕9号")
    jury.close()
    return Said(SECOND, "签发公布", jury.now), dict.fromkeys((SECOND, BODY, *UNITS), 1) | {MAILED: 3}


@pytest.mark.parametrize("prepare", [package, visits, public_notice, announcement])
def test_act_that_is_killed_at_any_step_is_done_once_or_not_at_all(
    campaign: Campaign, new_sqlite: Callable[[], str], prepare: Callable[..., tuple[Said, Letters]]
) -> None:
    url = new_sqlite()
    said, letters = prepare(campaign, url)
    queued_before = queued(url)
    before, undisturbed = rows(url), rows(done(url, said))
    assert undisturbed != before
    states, step = [], 0
    while run(say, url, said, step := step + 1) == -signal.SIGKILL:
        states.append(rows(url))
    whole = [state == undisturbed for state in states]
    assert [
        state for state, is_whole in zip(states, whole, strict=True) if not is_whole and state != before
    ] == []
    assert whole == sorted(whole)  # once done, it stays done
    assert (len(states) > 10, whole[-1]) == (True, True)  # killed within the act, and after it was committed
    assert rows(url) == undisturbed
    assert run(say, url, said, NEVER) == 0  # WeCom delivers the message once more
    assert rows(url) == undisturbed
    assert queued(url) - queued_before == Counter(letters)


def test_sheet_whose_writing_is_killed_at_any_moment_has_every_entry_once(
    campaign: Campaign, new_sqlite: Callable[[], str], tmp_path: Path
) -> None:
    """An inspector's browser sends again whatever was not answered, and much that was."""
    chance, url, answered = random.Random(20190730), new_sqlite(), tmp_path / "answered"
    answered.touch()
    county = County(campaign, url)
    site = Site(county)
    items = [
        item.id
        for section in site.view().sections
        for item in section.items
        if not item.bonus and not item.averaged
    ]
    sent = tuple(
        {
            "id": str(UUID(int=number)),
            "kind": "looked",
            "item": items[number % len(items)],
            "evidence": f"案卷{number}",
        }
        for number in range(ENTRIES)
    )
    work = Entries(site.people[LEADER], site.sheet, sent, county.now, str(answered))
    for _ in range(KILLS):
        process = _processes.Process(target=enter, args=(url, work, NEVER))
        process.start()
        wait_for_more(answered)
        time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.join(60)
        kept = [line.id for line in county.run(lambda store: store.sheet_lines(site.sheet))]
        assert len(set(kept)) == len(kept) < ENTRIES
        assert told(answered) <= set(kept)  # what was answered is there
    assert run(enter, url, work, NEVER) == 0
    lines = county.run(lambda store: store.sheet_lines(site.sheet))
    county.close()
    assert Counter(line.content.evidence for line in lines if isinstance(line.content, Looked)) == Counter(
        f"案卷{number}" for number in range(ENTRIES)
    )


def told(answered: Path) -> set[str]:
    """The entries that were answered, whole lines only."""
    return set(answered.read_text().split("\n")[:-1])


def wait_for_more(answered: Path) -> None:
    """Until an entry is answered that was not answered before."""
    known, end = len(told(answered)), time.monotonic() + 60
    while len(told(answered)) == known:
        assert time.monotonic() < end, "nothing was entered"
        time.sleep(0.002)


def queued(url: str) -> Counter[str]:
    """How many messages were ever queued for whom."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = Counter(connection.execute(select(Base.metadata.tables["outbox"].c.address)).scalars())
    engine.dispose()
    return found


def done(url: str, said: Said) -> str:
    """A copy of the database in which nobody was killed."""
    file = Path(make_url(url).database or "")
    copy = file.with_name("undisturbed.db")
    shutil.copy(file, copy)
    assert run(say, f"sqlite:///{copy}", said, NEVER) == 0
    return f"sqlite:///{copy}"


def run(work: Callable[..., None], *arguments: Any) -> int:
    """How a process of its own ended."""
    process = _processes.Process(target=work, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode is not None, "it did not end"
    return process.exitcode


def rows(url: str) -> Rows:
    """Everything in the database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }
    engine.dispose()
    return found
