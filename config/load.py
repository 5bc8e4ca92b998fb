"""Loads a campaign folder into `config.campaign.Campaign`, or says all that is wrong in it.

A folder holds campaign.toml, notice.toml, form.toml, standard.toml, stages.toml,
phrases.toml (and phrases_*.toml); if questions are to be answered, questions.toml; if decks are to be
checked for what they cover, deck.toml; if people are to be reminded, reminders.toml; if units are to be
visited, visits.toml; and if results are to be made public, results.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config import consistency, tables
from config.campaign import (
    Arrow,
    Body,
    Campaign,
    Clause,
    Contact,
    DeckAspect,
    DeckCondition,
    DeckRules,
    Field,
    Form,
    Item,
    OpenPoint,
    ReminderRule,
    Reminders,
    ResultRules,
    Rule,
    Section,
    Stage,
    Standard,
    UnitNames,
    VisitRules,
)
from config.reading import RawFiles, Source, Table, Values

CAMPAIGNS = Path(__file__).parent / "campaigns"
QUESTIONS = "questions.toml"
DECK = "deck.toml"
REMINDERS = "reminders.toml"
RESULTS = "results.toml"
VISITS = "visits.toml"


NO_FILES: RawFiles = {}


class CampaignError(ValueError):
    """A campaign folder that cannot be used; `problems` has a line `FILE: KEY: expected` per mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Folder:
    """A campaign's folder, and what is to be read in place of some of its files."""

    path: Path
    known: RawFiles

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def load(self, source: Source) -> Values | None:
        """What stands in a file; None where it cannot be read (then refused)."""
        known = self.known.get(source.name)
        return source.load(self.path) if known is None else known


@dataclass(frozen=True, slots=True)
class _Read:
    """The values of all files as far as they could be read."""

    campaign: Values
    notice: Values
    form: Values
    standard: Values
    stages: Values
    phrases: Mapping[str, str]
    questions: Mapping[str, object]
    deck: Values
    reminders: Values
    visits: Values = field(default_factory=dict)
    results: Values = field(default_factory=dict)


def campaign_folder(name_or_path: str) -> Path:
    """The folder meant by BOT_CAMPAIGN: a name under config/campaigns/, else a path."""
    named = CAMPAIGNS / name_or_path
    return named if "/" not in name_or_path and named.is_dir() else Path(name_or_path)


def raw_files(folder: Path) -> dict[str, Values]:
    """What stands in each TOML file of a folder that loads, by file name; nothing is checked."""
    files = {path.name: Source(path.name, []).load(folder) for path in sorted(folder.glob("*.toml"))}
    return {name: values for name, values in files.items() if values is not None}


def check_campaign(folder: Path, known: RawFiles = NO_FILES) -> list[str]:
    """Every mistake in the folder, a line each; empty when it loads.

    `known` is read in place of the files of these names.
    """
    problems: list[str] = []
    _read(_Folder(folder, known), problems)
    return problems


def load_campaign(folder: Path, known: RawFiles = NO_FILES) -> Campaign:
    """The campaign in `folder`; CampaignError with every mistake when there is any. `known`: as above."""
    problems: list[str] = []
    read = _read(_Folder(folder, known), problems)
    if problems:
        raise CampaignError(problems)
    return _campaign(read, folder)


def lies_in_the_past(campaign: Campaign, now: datetime) -> bool:
    """Whether the whole campaign was over at the aware moment `now`, in the campaign's zone."""
    return now.astimezone(campaign.zone).date() > campaign.ends


def _read(folder: _Folder, problems: list[str]) -> _Read:
    if not folder.path.is_dir():
        problems.append(f"{folder.path}: 文件夹: 应为存放一次活动各文件的文件夹，没有找到")
        return _Read({}, {}, {}, {}, {}, {}, {}, {}, {})
    campaign = _table("campaign.toml", tables.CAMPAIGN, folder, problems)
    notice = _table("notice.toml", tables.NOTICE, folder, problems)
    form = _table("form.toml", tables.FORM, folder, problems)
    standard = _table("standard.toml", tables.STANDARD, folder, problems)
    stages = _table("stages.toml", tables.STAGES, folder, problems)
    phrases = _phrases(folder, problems)
    questions = (folder.load(Source(QUESTIONS, problems)) or {}) if (folder / QUESTIONS).exists() else {}
    deck = _table(DECK, tables.DECK, folder, problems) if (folder / DECK).exists() else {}
    has_reminders = (folder / REMINDERS).exists()
    reminders = _table(REMINDERS, tables.REMINDERS, folder, problems) if has_reminders else {}
    visits = _table(VISITS, tables.VISITS, folder, problems) if (folder / VISITS).exists() else {}
    results = _table(RESULTS, tables.RESULTS, folder, problems) if (folder / RESULTS).exists() else {}
    read = _Read(
        campaign, notice, form, standard, stages, phrases, questions, deck, reminders, visits, results
    )
    _check_consistency(read, folder, problems)
    return read


def _phrases(folder: _Folder, problems: list[str]) -> dict[str, str]:
    """phrases.toml and the further files phrases_*.toml, which may not name a key twice."""
    phrases: dict[str, str] = {}
    for name in ("phrases.toml", *sorted(path.name for path in folder.path.glob("phrases_*.toml"))):
        source = Source(name, problems)
        for key, text in source.strings(folder.load(source) or {}).items():
            if key in phrases:
                source.refuse(key, "这个键在另一个phrases文件中已有，请删去一处")
            phrases[key] = text
    return phrases


def _table(name: str, keys: Table, folder: _Folder, problems: list[str]) -> Values:
    """The good values of one file; nothing when the file itself cannot be read."""
    source = Source(name, problems)
    data = folder.load(source)
    return {} if data is None else source.table(data, keys)


def _check_consistency(read: _Read, folder: _Folder, problems: list[str]) -> None:
    clauses = {row["id"] for row in read.notice.get("clause", []) if "id" in row}
    consistency.check_campaign_file(Source("campaign.toml", problems), read.campaign, clauses)
    consistency.check_notice_file(Source("notice.toml", problems), read.notice)
    consistency.check_form_file(Source("form.toml", problems), read.form, folder.path)
    consistency.check_standard_file(Source("standard.toml", problems), read.standard, clauses)
    consistency.check_stages_file(Source("stages.toml", problems), read.stages)
    consistency.check_phrases_file(Source("phrases.toml", problems), read.phrases)
    consistency.check_deck_file(Source(DECK, problems), read.deck, clauses)
    consistency.check_reminders_file(Source(REMINDERS, problems), read.reminders, read.form, read.stages)
    consistency.check_visits_file(Source(VISITS, problems), read.visits, read.form, read.stages)
    consistency.check_results_file(Source(RESULTS, problems), read.results, read.campaign, clauses)


def _campaign(read: _Read, folder: Path) -> Campaign:
    values = read.campaign
    return Campaign(
        **_without(values, "contact", "units", "body", "open_point"),
        contact=Contact(**values["contact"]),
        units=UnitNames(**values["units"]),
        bodies=tuple(Body(**row) for row in values["body"]),
        open_points=tuple(OpenPoint(**row) for row in values["open_point"]),
        clauses=tuple(Clause(**row) for row in read.notice["clause"]),
        form=_form(read.form),
        standard=_standard(read.standard),
        stages=tuple(Stage(**row) for row in read.stages["stage"]),
        arrows=tuple(Arrow(**row) for row in read.stages["arrow"]),
        phrases=read.phrases,
        questions=read.questions,
        deck=_deck(read.deck),
        reminders=_reminders(read.reminders),
        visits=VisitRules(**read.visits),
        results=ResultRules(**read.results),
        folder=str(folder),
    )


def _form(values: Values) -> Form:
    fields = tuple(Field(**row) for row in values["field"])
    return Form(**_without(values, "field"), fields=fields)


def _standard(values: Values) -> Standard:
    sections = tuple(_section(row) for row in values["section"])
    return Standard(**_without(values, "section"), sections=sections)


def _section(values: Values) -> Section:
    items = tuple(_item(row) for row in values["item"])
    return Section(**_without(values, "item"), items=items)


def _item(values: Values) -> Item:
    rules = tuple(Rule(**row) for row in values["rule"])
    return Item(**_without(values, "rule"), rules=rules)


def _deck(values: Values) -> DeckRules:
    conditions = tuple(DeckCondition(**row) for row in values.get("condition", ()))
    aspects = tuple(DeckAspect(**row) for row in values.get("aspect", ()))
    return DeckRules(conditions, aspects)


def _reminders(values: Values) -> Reminders:
    rules = tuple(ReminderRule(**row) for row in values.get("rule", ()))
    workdays = {row["date"]: row["works"] for row in values.get("workday", ())}
    return Reminders(**_without(values, "rule", "workday"), rules=rules, workdays=workdays)


def _without(values: Values, *names: str) -> Values:
    return {name: value for name, value in values.items() if name not in names}
