"""The office's tables (汇总表, 进度表, 回执表 …), as its clerks know them. Pure.

Their words are the campaign's phrases `table_…`. The rows come from the same lists that the pages show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.console.today import Board
from bot.documents.sheet_write import Column, Kind, Table, Value
from bot.model.staff import Notice, NoticeState
from bot.ports_console import AskedOften, ListedApplication, ListedMail
from bot.review.debts import Debt
from bot.staff.dossier import DECISION, RETURN_DUE, RETURN_REASON
from bot.staff.notice_board import Reached, channel_of
from bot.staff.notice_people import CallSheet
from bot.staff.stage_words import label_of
from config.campaign import Campaign, FieldKind

_SHORT_FIELDS = (FieldKind.LINE, FieldKind.PHONE)
_NUMBER, _SHORT, _MIDDLE, _LONG = 6.0, 12.0, 18.0, 28.0


def summary_table(
    campaign: Campaign, rows: Sequence[ListedApplication], made: datetime, is_office: bool = True
) -> Table:
    """汇总表: an application a row, in the order given; `made` is the moment by the campaign clock.

    Outside the office stages are called as people there may know them.
    """
    phrases = campaign.phrases
    shown = [field for field in campaign.form.fields if field.kind in _SHORT_FIELDS]
    number, known_as, unit = phrases["table_summary_first"].split("|")
    body, rank, stage, *materials, submitted, remark = phrases["table_summary_last"].split("|")
    columns = [
        Column(number, _NUMBER, Kind.NUMBER),
        Column(known_as, _SHORT),
        Column(unit, _LONG),
        *(Column(field.label, _MIDDLE) for field in shown),
        Column(body, _MIDDLE),
        Column(rank, 8, Kind.NUMBER),
        Column(stage, _SHORT),
        *(Column(material, 8) for material in materials),
        Column(submitted, _MIDDLE, Kind.DATE),
        Column(remark, _LONG),
    ]
    names = {one.id: one.name for one in campaign.bodies}

    def row(position: int, listed: ListedApplication) -> list[Value]:
        known = listed.application
        return [
            position,
            known.number,
            known.values.get(campaign.form.unit_field, ""),
            *(known.values.get(field.id, "") for field in shown),
            names.get(known.body) or phrases["table_no_body"],
            listed.rank,
            label_of(campaign, known.stage, is_office),
            *(phrases["table_owed"] if debt in listed.owes else phrases["table_there"] for debt in Debt),
            _local(campaign, listed.submitted_at),
            _remark(listed),
        ]

    return Table(
        phrases["table_summary_name"],
        phrases["table_summary"].format(title=campaign.title),
        columns,
        [row(position, listed) for position, listed in enumerate(rows, start=1)],
        f"{phrases['table_count'].format(count=len(rows))}　{made_line(campaign, made)}",
    )


def progress_table(campaign: Campaign, board: Board, made: datetime) -> Table:
    """进度表: body by stage, with the sums of the first page."""
    phrases = campaign.phrases
    labels = {stage.id: stage.label for stage in campaign.stages}
    names = {body.id: body.name for body in campaign.bodies}
    columns = [
        Column(phrases["table_progress_body"], _LONG),
        *(Column(labels[stage], 8, Kind.NUMBER) for stage in board.stages),
        Column(phrases["table_total"], 8, Kind.NUMBER),
    ]
    rows: list[list[Value]] = [
        [
            names.get(body) or phrases["table_no_body"],
            *(board.counts.get((body, stage)) for stage in board.stages),
            board.of_body(body),
        ]
        for body in board.bodies
    ]
    rows.append([phrases["table_total"], *(board.of_stage(stage) for stage in board.stages), board.total])
    title = phrases["table_progress"].format(title=campaign.title)
    return Table(phrases["table_progress_name"], title, columns, rows, made_line(campaign, made))


def receipts_table(
    campaign: Campaign, notice: Notice, people: Sequence[Reached], since: datetime, made: datetime
) -> Table:
    """通知回执表: how far a notice has come with each person, and what its recall comes to, in the board's words.

    `since`: what was delivered before cannot be taken back (machine's clock).
    """
    phrases, is_recalled = campaign.phrases, notice.state is NoticeState.RECALLED

    def row(position: int, one: Reached) -> list[Value]:
        channels = dict.fromkeys(channel_of(copy) for copy in one.copies)
        confirmed = next((copy.confirmed_at for copy in one.copies if copy.confirmed_at), None)
        told = next((copy.told_at for copy in one.copies if copy.told_at), None)
        standing = [phrases[f"table_standing_{one.standing}"]]
        if is_recalled and (fate := one.taken_back(since)):
            standing.append(phrases[f"notice_recall_{fate}"])
        return [
            position,
            one.label,
            "；".join(standing),
            "、".join(phrases[f"table_channel_{channel}"] for channel in channels),
            _local(campaign, confirmed),
            _local(campaign, told),
            _why(one),
        ]

    return Table(
        phrases["table_receipts_name"],
        phrases["table_receipts"].format(number=notice.id, subject=notice.title),
        _columns(
            phrases["table_receipts_columns"],
            (_NUMBER, _MIDDLE, _MIDDLE, _MIDDLE, _MIDDLE, _MIDDLE, _LONG),
            dates=(4, 5),
        ),
        [row(position, one) for position, one in enumerate(people, start=1)],
        made_line(campaign, made),
    )


def calls_table(campaign: Campaign, sheet: CallSheet, made: datetime) -> Table:
    """电话通知清单: whom to telephone about a notice, in dialling order, with room for what came of it."""
    phrases, notice = campaign.phrases, sheet.notice
    return Table(
        phrases["table_calls_name"],
        phrases["table_calls"].format(number=notice.id, subject=notice.title),
        _columns(
            phrases["table_calls_columns"],
            (_NUMBER, _LONG, _SHORT, _MIDDLE, 60, _MIDDLE, _SHORT, _MIDDLE),
            dates=(),
        ),
        [[one.place, one.of, one.name, one.phone, one.says, "", "", ""] for one in sheet.lines],
        made_line(campaign, made),
    )


def mail_table(campaign: Campaign, mails: Sequence[ListedMail], made: datetime) -> Table:
    """邮件登记表: every mail with what became of it, in the order given."""
    phrases = campaign.phrases
    rows: list[list[Value]] = [
        [
            position,
            _local(campaign, mail.arrived_at),
            mail.sender,
            mail.subject,
            mail.files,
            phrases[f"mail_outcome_{mail.outcome}"],
            mail.number,
            mail.unit,
            mail.reason,
        ]
        for position, mail in enumerate(mails, start=1)
    ]
    return Table(
        phrases["table_mails_name"],
        phrases["table_mails"].format(title=campaign.title),
        _columns(
            phrases["table_mails_columns"],
            (_NUMBER, _MIDDLE, _LONG, 40, 8, _SHORT, _SHORT, _LONG, _LONG),
            dates=(1,),
            numbers=(4,),
        ),
        rows,
        made_line(campaign, made),
    )


def questions_table(campaign: Campaign, questions: Sequence[AskedOften], made: datetime) -> Table:
    """提问汇总表: a question a row, in the order given."""
    phrases = campaign.phrases
    rows: list[list[Value]] = [
        [position, one.text, one.people, one.count, one.refused, _local(campaign, one.last_at)]
        for position, one in enumerate(questions, start=1)
    ]
    return Table(
        phrases["table_questions_name"],
        phrases["table_questions"].format(title=campaign.title),
        _columns(
            phrases["table_questions_columns"],
            (_NUMBER, 60, 8, 8, 10, _MIDDLE),
            dates=(5,),
            numbers=(2, 3, 4),
        ),
        rows,
        made_line(campaign, made),
    )


def results_table(campaign: Campaign, rows: Iterable[Sequence[Value]], made: datetime) -> Table:
    """三项对照表: unit, body, rank, review, inspection, veto, decision, reason; the place is put before each row."""
    phrases = campaign.phrases
    widths = (_NUMBER, _LONG, _MIDDLE, 8, 10, 10, 10, _SHORT, 40)
    return Table(
        phrases["table_results_name"],
        phrases["table_results"].format(title=campaign.title),
        _columns(phrases["table_results_columns"], widths, dates=(), numbers=(3, 4, 5)),
        _numbered(rows),
        made_line(campaign, made),
    )


def plaque_table(campaign: Campaign, rows: Iterable[Sequence[Value]], made: datetime) -> Table:
    """匾牌清单: unit and the plaque's words; who takes it, when, and a signature are written in by hand or given."""
    phrases = campaign.phrases
    widths = (_NUMBER, _LONG, 40, _MIDDLE, _MIDDLE, _MIDDLE)
    columns = _columns(phrases["table_plaques_columns"], widths, dates=(4,))
    room = len(columns) - 1
    filled = ((*row, *("" for _ in range(room - len(row)))) for row in rows)
    return Table(
        phrases["table_plaques_name"],
        phrases["table_plaques"].format(title=campaign.title),
        columns,
        _numbered(filled),
        made_line(campaign, made),
    )


def _columns(
    labels: str, widths: Sequence[float], dates: Sequence[int], numbers: Sequence[int] = ()
) -> list[Column]:
    """The first column is the place in the table."""

    def kind(position: int) -> Kind:
        if position in dates:
            return Kind.DATE
        return Kind.NUMBER if position in (0, *numbers) else Kind.TEXT

    return [
        Column(label, width, kind(position))
        for position, (label, width) in enumerate(zip(labels.split("|"), widths, strict=True))
    ]


def _numbered(rows: Iterable[Sequence[Value]]) -> list[list[Value]]:
    return [[position, *row] for position, row in enumerate(rows, start=1)]


def _local(campaign: Campaign, moment: datetime | None) -> datetime | None:
    """As it is read in the campaign's zone, to the minute."""
    if moment is None:
        return None
    return moment.astimezone(campaign.zone).replace(tzinfo=None, second=0, microsecond=0)


def made_line(campaign: Campaign, made: datetime) -> str:
    """Who made a table, and when: its last line."""
    time = f"{made.astimezone(campaign.zone):%Y-%m-%d %H:%M}"
    return campaign.phrases["table_made"].format(office=campaign.contact.office, time=time)


def _remark(listed: ListedApplication) -> str:
    """The open return, else the latest decision."""
    dossier = listed.application.dossier
    if due := dossier.get(RETURN_DUE):
        return f"{due} {dossier.get(RETURN_REASON, '')}".strip()
    return dossier.get(DECISION, "")


def _why(one: Reached) -> str:
    return "；".join(dict.fromkeys(copy.error for copy in one.failed if copy.error))
