"""Two units of two bodies that have everything, a third that is visited unannounced, and what nobody else may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from fractions import Fraction

from bot.dialogue.units import unit_key
from bot.model.answers import ApprovedAnswer
from bot.model.application import Application, Change
from bot.model.console import ConsoleSession, Device
from bot.model.edits import ContactCard
from bot.model.long_work import LongWork, Made, WorkState
from bot.model.mail import (
    Arrival,
    FileKind,
    FileState,
    MailFile,
    MailOutcome,
    Material,
    MaterialState,
    ParsedMail,
    Part,
    Settled,
)
from bot.model.message import Channel
from bot.model.results import (
    EntryKind,
    FinalDecision,
    Informant,
    ListApproval,
    Listed,
    Mark,
    Objection,
    ObjectionEntry,
    Outcome,
    Received,
    Release,
    ReleaseKind,
    ReleaseState,
    ReviewOutcome,
)
from bot.model.review_round import Assignment, Problem, Recusal, Reviewer, ReviewRound
from bot.model.sheet import Draw, Found, Line, OnSiteSheet, Photo
from bot.model.sheet import Inspector as Member
from bot.model.staff import Paper, Role
from bot.model.visit import AnswerKind, Inspector, VersionState, VisitAnswer, VisitPlan, VisitVersion
from bot.ports import Store
from bot.work.console_login import digest
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, OFFICE_TWO, Console
from tests.fakes.recommending import BODY, MACHINE, OFFICE, OTHER

IDLE, SECRET_ONE, SECRET_TWO = "inspector-idle", "inspector-secret", "inspector-secret-two"
THEIR_LEADER, THEIR_MEMBER = "inspector-theirs", "inspector-theirs-two"
VIEWERS = {
    "maker": OFFICE,  # of the office: planned the unannounced visit, handles the objections
    "office": OFFICE_TWO,  # of the office, with neither
    "own": BODY,
    "foreign": OTHER,  # of another body
    "team": INSPECTOR,
    "theirs": THEIR_LEADER,
    "covert": SECRET_ONE,  # of the unannounced visit's team
    "idle": IDLE,  # an inspector in no team
}
HERE, THERE = "甲铃", "乙钟"  # begin whatever is secret of the one unit and of the other
OFFICES = "maker office"
JULY = date(2019, 7, 30)


@dataclass
class World:
    """`secrets`: an unmistakable text → the viewers who may come to read it."""

    console: Console
    here: Application = field(init=False)
    there: Application = field(init=False)
    covert: Application = field(init=False)
    fresh: Application = field(init=False)  # handed in to the first unit's body, which has done nothing yet
    secrets: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)  # mark → name in a route → its own value

    def __post_init__(self) -> None:
        console = self.console
        for userid, name in ((IDLE, "闲一"), (SECRET_ONE, "暗一"), (SECRET_TWO, "暗二"),
                             (THEIR_LEADER, "彼一"), (THEIR_MEMBER, "彼二")):  # fmt: skip
            console.people[userid] = console.member(userid, name, Role.INSPECTOR, "")
        self.here = self._unit(HERE, "baofeng", BODY)
        self.there = self._unit(THERE, "market", OTHER)
        self.covert = console.apply("宝丰县丙局", stage="accepted")
        self.fresh = console.apply("宝丰县丁局")
        self.values["fresh"] = {"number": self.fresh.number}
        console.now += timedelta(days=17)
        console.run(lambda store: self._inspected(store, HERE, self.here, (INSPECTOR, INSPECTOR_TWO)))
        console.run(lambda store: self._inspected(store, THERE, self.there, (THEIR_LEADER, THEIR_MEMBER)))
        console.run(self._judged)
        console.run(self._given)
        console.run(self._office)
        console.run(self._made)
        self._covert()

    def _made(self, store: Store) -> None:
        """A table that took long, which is the maker's alone."""
        at, maker = MACHINE, self.console.people[OFFICE]
        for mark in (HERE, THERE):
            kept = (at, at, at + timedelta(hours=1))
            name, id = self.keep(f"{mark}长表", "maker"), f"work{len(self.secrets)}"
            store.add_work(
                LongWork(id, "export", maker, name, "/console/", WorkState.RUNNING, "", 0, 0, "", *kept)
            )
            made = Made("长表.txt", "text/plain", name.encode())
            store.end_work(id, WorkState.DONE, "", made, at)
            self.values[mark] |= {"work": id}

    def keep(self, secret: str, may: str) -> str:
        """A text that only these viewers may come to read."""
        self.secrets[secret] = may
        return secret

    # a unit of a body

    def _unit(self, mark: str, body: str, clerk: str) -> Application:
        """Handed in, changed once, with a deck and a mail, noted, sent upward, on paper."""
        console, mine = self.console, "own" if mark == HERE else "foreign"
        team = "team" if mark == HERE else "theirs"
        inside = f"{OFFICES} {mine}"
        tail = "1" if mark == HERE else "2"
        known = console.apply(
            self.keep(f"宝丰县{mark}局", f"{inside} {team}"),
            body,
            contact_name=self.keep(f"{mark}联络", inside),
            contact_phone=self.keep(f"1391111000{tail}", inside),
            contact_email=self.keep(f"jialing{tail}@mi.example", inside),
            unit_address=self.keep(f"{mark}街9号", f"{inside} {team}"),
            summary=self.keep(f"{mark}旧提炼", inside),
        )
        self.keep(known.number, f"{inside} {team}")
        values = dict(known.values) | {"summary": self.keep(f"{mark}新提炼", f"{inside} {team}")}
        key = unit_key(console.campaign.units, values["unit_name"])
        changes = [Change("summary", values["summary"], known.values["summary"])]
        arguments = (known.id, values, changes, key, known.holder, Channel.WECOM, console.now)
        console.run(lambda store: store.revise(*arguments, values["contact_email"], body))
        self.values[mark] = {"number": known.number, "page": "1", "person": str(console.people[clerk])}
        console.run(lambda store: self._filed(store, mark, known, inside))
        holder = f"holder-{known.values['unit_name']}"
        assert "自查" in console.say(holder, "自查")
        console.say(holder, self.keep(f"缺1项，{mark}自查话", ""), "退出自查")
        console.say(holder, self.keep(f"{mark}闲聊一句", OFFICES))
        console.say(clerk, f"列为候选 {known.number}", "上报", "确认上报")
        (package,) = [one for one in console.packages() if one.body == body]
        self.values[mark]["receipt"] = self.keep(package.receipt, inside)
        return console.application(known.id)

    def _filed(self, store: Store, mark: str, known: Application, inside: str) -> None:
        console = self.console
        deck, picture = (
            console.files.put(f"{mark}报告".encode()),
            console.files.put(b"\xff\xd8" + mark.encode()),
        )
        arrival = Arrival("a@b.cn", "INBOX", 1, len(self.values), console.files.put(f"{mark}信".encode()), 9,
                          console.now, console.now)  # fmt: skip
        mail, _ = store.keep_mail(arrival)
        filed = MailFile(Part("报告.pptx", (), 6, deck, "pptx"), FileKind.DECK, FileState.REGISTERED)
        subject = self.keep(f"{mark}来信主题", inside)
        parsed = ParsedMail(
            sender=f"police@{mark}.cn", sender_name="王五", subject=subject, sent_at=console.now
        )
        store.settle_mail(mail, parsed, Settled(MailOutcome.FILED, application=known.id, files=(filed,)))
        name = self.keep(f"{mark}报告.pptx", f"{inside} {'team' if mark == HERE else 'theirs'}")
        material = store.add_material(
            Material(0, known.id, FileKind.DECK, 0, deck, name, 6, "pptx", MaterialState.REGISTERED,
                     f"mail:{mail}", console.now)
        )  # fmt: skip
        store.set_pictures(material.id, (picture,))
        store.add_clerical_note(
            known.id, console.people[OFFICE], self.keep(f"{mark}记事", OFFICES), console.now
        )
        store.question(known.holder, self.keep(f"{mark}提问可否", OFFICES), [], True, console.now)
        self.values[mark] |= {"mail": str(mail), "sha256": deck, "material": str(material.id)}

    # what the office has about it

    def _inspected(self, store: Store, mark: str, known: Application, team: tuple[str, str]) -> None:
        """An announced visit, a change of it that waits, and its sheet with an entry, a picture, a sealed draw."""
        console, people = self.console, [self.console.people[one] for one in team]
        viewers = "team" if mark == HERE else "theirs"
        seen = f"{OFFICES} {viewers} {'own' if mark == HERE else 'foreign'}"
        at, office = console.now, console.people[OFFICE]
        store.move(known.id, "reviewed", True, "", at)
        leader, member = Inspector(people[0], f"{mark}组长"), Inspector(people[1], f"{mark}组员")
        told = VisitPlan(JULY, time(9, 30), time(11, 30), leader, (member,), self.keep(f"{mark}接洽", seen),
                         "0375-1", self.keep(f"{mark}二楼", seen))  # fmt: skip
        later = VisitPlan(JULY + timedelta(days=1), time(9, 30), time(11, 30), leader, (member,), told.contact, "",
                          self.keep(f"{mark}未发布地点", OFFICES))  # fmt: skip
        visit = store.add_visit(known.id)
        store.add_visit_version(VisitVersion(visit, 1, told, False, "", office, at))
        store.settle_visit_version(visit, 1, VersionState.RELEASED, office, at)
        wish = self.keep(f"{mark}有会", f"{OFFICES} {viewers}")
        store.add_visit_answer(
            VisitAnswer(visit, 1, known.holder, AnswerKind.OTHER_DAY, wish, known.holder, at)
        )
        store.add_visit_version(
            VisitVersion(visit, 2, later, False, self.keep(f"{mark}变更因", OFFICES), office, at)
        )
        sheet, _ = store.open_sheet(
            OnSiteSheet(0, known.id, visit, False, tuple(Member(one, mark) for one in people), office, at)
        )
        photo = console.files.put(b"\x89PNG" + mark.encode())
        found = Found(
            "a2.1.4", "guidance_short", 1, True, self.keep(f"{mark}佐证", f"{OFFICES} {viewers}"), (photo,)
        )
        store.add_photo(Photo(sheet.id, photo, "png", 4, people[0], at))
        store.add_line(sheet.id, Line(f"{mark}1", people[0], mark, at, found))
        names = (self.keep(f"{mark}抽签人", ""), "另一人")
        store.add_draw(
            Draw(
                0,
                sheet.id,
                "a2.1.4",
                "e" * 64,
                2,
                1,
                20,
                "seed",
                people[0],
                at,
                names=names,
                chosen=names[:1],
            )
        )
        self.values[mark] |= {"visit": str(visit), "sheet": str(sheet.id), "photo": photo, "draw": "1"}

    def _judged(self, store: Store) -> None:
        """Both judged and decided, an objection to each, the lists drafted and not released."""
        office, at = self.console.people[OFFICE], self.console.now
        listed = []
        for mark, known in ((HERE, self.here), (THERE, self.there)):
            listed.append(Listed(known.id, known.number, known.values["unit_name"]))
            marks = {
                "2.1": Mark(Fraction(7337 if mark == HERE else 7447, 100), self.keep(f"{mark}评语", OFFICES))
            }
            store.add_review(
                ReviewOutcome(known.id, self.keep(f"{mark}评审人", OFFICES), 0, marks, "", office, at)
            )
            store.add_decision(
                FinalDecision(known.id, Outcome.IN, self.keep(f"{mark}入选因", OFFICES), office, at)
            )
            raised = Objection(0, Received.PHONE, at.date(), True, False, known.id,
                               self.keep(f"{mark}案卷不实", OFFICES), office, at)  # fmt: skip
            who = Informant(self.keep(f"{mark}举报人", ""), self.keep(f"{mark}举报电话", ""))
            kept = store.add_objection(raised, who)
            store.add_objection_entry(ObjectionEntry(kept.number, EntryKind.HANDLER, str(office), office, at))
            handled = self.keep(f"{mark}已核", OFFICES)
            store.add_objection_entry(ObjectionEntry(kept.number, EntryKind.HANDLING, handled, office, at))
            self.values[mark]["objection"] = str(kept.number)
        self.keep("73.37", OFFICES)
        self.keep("74.47", OFFICES)
        leader = self.keep("审定密人", OFFICES)
        store.add_approval(ListApproval("密1号", leader, at.date(), tuple(listed), office, at))
        for kind in (ReleaseKind.PUBLIC_NOTICE, ReleaseKind.ANNOUNCEMENT):
            document = "" if kind is ReleaseKind.PUBLIC_NOTICE else "密2号"
            store.add_release(
                Release(0, kind, tuple(listed), document, "", at.date(), at.date(), 5, "密渠道", office, at,
                        ReleaseState.DRAFT)
            )  # fmt: skip

    def _given(self, store: Store) -> None:
        """A review round: each unit with a reviewer of its own, who has begun; another one keeps away from both."""
        people, at = self.console.people, self.console.now
        store.set_review_round(ReviewRound(at.date() + timedelta(days=9), people[OFFICE], at))
        store.set_reviewer(Reviewer(people[INSPECTOR_TWO], "远人", at, at))
        for mark, known, userid in ((HERE, self.here, INSPECTOR), (THERE, self.there, THEIR_LEADER)):
            reviewer = "team" if mark == HERE else "theirs"
            store.set_reviewer(Reviewer(people[userid], self.keep(f"{mark}评者", OFFICES), at, at))
            draft = {"2.1": ("61.61", self.keep(f"{mark}未交意见", reviewer))}
            store.assign(Assignment(known.id, people[userid], self.values[mark]["sha256"], at, draft, at))
            strange = self.keep(f"{mark}无法播放", f"{OFFICES} {reviewer}")
            told = store.add_problem(Problem(0, known.id, people[userid], strange, at))
            self.values[mark]["problem"] = str(told.id)
            why = self.keep(f"{mark}亲属任职", OFFICES)
            store.add_recusal(Recusal(known.id, people[INSPECTOR_TWO], why, at))

    def _office(self, store: Store) -> None:
        """What concerns the office alone, and one paper of each unit."""
        console, at, office = self.console, self.console.now, self.console.people[OFFICE]
        for mark, known in ((HERE, self.here), (THERE, self.there)):
            brought = self.keep(f"{mark}交件人", f"{OFFICES} {'own' if mark == HERE else 'foreign'}")
            store.add_paper(Paper(known.id, "7K3F2", brought, office, at))
        person = console.people[INSPECTOR_TWO]
        store.set_card(
            ContactCard(person, self.keep("13955550001", OFFICES), self.keep("周三密不在", OFFICES))
        )
        store.alarm("network", self.keep("密系统提醒", OFFICES), MACHINE)
        store.keep_answer(
            ApprovedAnswer(1, 1, "停车方便吗", (), "方便。", (), "李四", at.date(), "", True, "", at)
        )
        arrival = Arrival("a@b.cn", "INBOX", 1, 9, console.files.put(b"unknown"), 9, at, at)
        mail, _ = store.keep_mail(arrival)
        parsed = ParsedMail(
            sender="x@mi.cn", sender_name="", subject=self.keep("隔离密信", OFFICES), sent_at=at
        )
        store.settle_mail(mail, parsed, Settled(MailOutcome.QUARANTINE))

    def _covert(self) -> None:
        """An unannounced visit, as its maker plans it by chat; a notice to one body, and a draft."""
        console = self.console
        console.say(OFFICE, f"通知 全体填报人：{self.keep('密草拟通知', OFFICES)}")
        console.say(OFFICE, f"暗访 {self.covert.number} 8月1日上午9:30 组长暗一 成员暗二")
        [sheet] = [one for one in console.run(lambda store: store.sheets()) if one.covert]
        [visit] = console.run(lambda store: store.covert_visits(console.people[OFFICE]))
        self.values["covert"] = {"visit": str(visit.id), "sheet": str(sheet.id)}
        self.keep("8月1日（周四）上午9:30", "maker covert")

    def announce(self) -> None:
        """Let both lists go out."""

        def release(store: Store) -> None:
            for one in store.releases():
                store.set_release(
                    one.id, ReleaseState.RELEASED, self.console.people[OFFICE_TWO], self.console.now
                )

        self.console.run(release)

    # who comes without a role

    def roleless_token(self) -> str:
        """The session of an applicant, as one would be left of somebody whose role was taken back."""
        token = "t" * 43
        session = ConsoleSession(digest(token), self.here.holder, MACHINE, MACHINE, Device.DESKTOP)
        self.console.run(lambda store: store.add_session(session))
        return token


def swapped(may: str) -> str:
    """The same viewers, seen from the other unit."""
    turned: Mapping[str, str] = {"own": "foreign", "foreign": "own", "team": "theirs", "theirs": "team"}
    return " ".join(turned.get(one, one) for one in may.split())
