"""What must agree across a campaign's keys and files: ids, numbers, dates, points.

Every check takes values already read by `config.reading`: a value that was wrong by
itself is absent here and is not complained about twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.campaign import AnswerKind, Audience, BaseDate
from config.reading import Source, Values, placeholders, repeated

RULE_PLACEHOLDERS = frozenset({"count", "points"})


def check_campaign_file(source: Source, campaign: Values, clauses: set[str]) -> None:
    """Dates in order, the deadline's clause known, bodies and open points distinct."""
    _in_order(source, campaign, "opens", "deadline")
    _in_order(source, campaign, "deadline", "ends")
    _known(source, "deadline_clause", campaign.get("deadline_clause"), clauses, "notice.toml 中的条款编号")
    _distinct(source, "body", campaign.get("body", []), "id")
    repeated(source, _called(campaign.get("body", []), "body", "name"))
    _distinct(source, "open_point", campaign.get("open_point", []), "id")
    deadline = campaign.get("deadline")
    for place, body in enumerate(campaign.get("body", []), start=1):
        cutoff = body.get("cutoff")
        if cutoff and deadline and cutoff > deadline:
            source.refuse(f"body[{place}].cutoff", f"应不晚于截止日期 {deadline}，现为 {cutoff}")


def check_notice_file(source: Source, notice: Values) -> None:
    """Clauses distinct by id and by the label people see."""
    _distinct(source, "clause", notice.get("clause", []), "id", "label")


def check_form_file(source: Source, form: Values, folder: Path) -> None:
    """Fields numbered 1…n in order; ids, labels and aliases distinct; references known; template there."""
    fields = form.get("field", [])
    ids = {row["id"] for row in fields if "id" in row}
    _distinct(source, "field", fields, "id")
    for place, row in enumerate(fields, start=1):
        if row.get("number", place) != place:
            source.refuse(f"field[{place}].number", f"应为{place}（各项按顺序编号为1至{len(fields)}）")
        _known(source, f"field[{place}].mirrors", row.get("mirrors"), ids, "另一栏目的编号")
        if "id" in row and row.get("mirrors") == row["id"]:
            source.refuse(f"field[{place}].mirrors", "应为另一栏目的编号，现为本栏目自己")
    _known(source, "unit_field", form.get("unit_field"), ids, "form.toml 中的栏目编号")
    repeated(source, _called(fields, "field", "label"))
    if "template" in form and not (folder / form["template"]).is_file():
        source.refuse("template", f"应为活动文件夹中的文件，没有找到 {form['template']}")


def check_standard_file(source: Source, standard: Values, clauses: set[str]) -> None:
    """Sections add up, items are clauses of the notice, rules are distinct and well worded."""
    sections = standard.get("section", [])
    _distinct(source, "section", sections, "id")
    items = [
        (f"section[{outer}].item[{inner}]", item)
        for outer, section in enumerate(sections, start=1)
        for inner, item in enumerate(section.get("item", []), start=1)
    ]
    repeated(source, [(f"{path}.id", item.get("id")) for path, item in items])
    for path, item in items:
        _known(source, f"{path}.id", item.get("id"), clauses, "notice.toml 中的条款编号")
        _check_rules(source, path, item)
    for place, section in enumerate(sections, start=1):
        _check_section(source, f"section[{place}]", section)
    bonuses = [place for place, section in enumerate(sections, start=1) if section.get("bonus")]
    for place in bonuses[1:]:
        source.refuse(f"section[{place}].bonus", f"加分部分应只有一个，section[{bonuses[0]}] 已是加分部分")


def check_stages_file(source: Source, stages: Values) -> None:
    """Stages and arrows distinct; every arrow joins two known stages and leaves none that is final."""
    rows = stages.get("stage", [])
    ids = {row["id"] for row in rows if "id" in row}
    final = {row["id"] for row in rows if "id" in row and row.get("final")}
    _distinct(source, "stage", rows, "id")
    moves = []
    for place, arrow in enumerate(stages.get("arrow", []), start=1):
        for end in ("source", "target"):
            _known(source, f"arrow[{place}].{end}", arrow.get(end), ids, "stages.toml 中的状态编号")
        if arrow.get("source") in final:
            source.refuse(f"arrow[{place}].source", f"应为未终结的状态，{arrow['source']} 已是终结状态")
        if {"source", "role", "action"} <= arrow.keys():
            moves.append((f"arrow[{place}].action", (arrow["source"], arrow["role"], arrow["action"])))
    repeated(source, moves)


def check_phrases_file(source: Source, phrases: Mapping[str, str]) -> None:
    """Every phrase's placeholders can be filled: `{name}`, and `{{` for a brace itself."""
    for key, text in phrases.items():
        if placeholders(text) is None:
            source.refuse(key, "花括号应成对，其中应为名称，如 {unit}；花括号本身写作 {{ }}")


def check_deck_file(source: Source, deck: Values, clauses: set[str]) -> None:
    """Conditions are clauses of the notice, each once; no heading or word stands for two of them."""
    conditions = deck.get("condition", [])
    _distinct(source, "condition", conditions, "clause")
    for place, row in enumerate(conditions, start=1):
        known = "notice.toml 中的条款编号"
        _known(source, f"condition[{place}].clause", row.get("clause"), clauses, known)
    for name in ("headings", "strong"):
        repeated(source, _listed(conditions, "condition", (name,)))
    for place, row in enumerate(conditions, start=1):
        repeated(source, _listed([row], f"condition[{place}]", ("strong", "fair", "weak"), numbered=False))
    _distinct(source, "aspect", deck.get("aspect", []), "name")
    repeated(source, _listed(deck.get("aspect", []), "aspect", ("headings",)))


def check_results_file(source: Source, results: Values, campaign: Values, clauses: set[str]) -> None:
    """Conditions are clauses of the notice, each once; the open point is one of the campaign's."""
    conditions = results.get("conditions", ())
    for place, clause in enumerate(conditions, start=1):
        _known(source, f"conditions[{place}]", clause, clauses, "notice.toml 中的条款编号")
    repeated(source, ((f"conditions[{place}]", clause) for place, clause in enumerate(conditions, start=1)))
    points = {row["id"] for row in campaign.get("open_point", []) if "id" in row}
    _known(
        source, "open_point", results.get("open_point") or None, points, "campaign.toml 中待明确事项的编号"
    )
    if results.get("total") and not results.get("maximum"):
        source.refuse("total", "应为 false，maximum 为0时没有分数可以相加")


def check_reminders_file(source: Source, reminders: Values, form: Values, stages: Values) -> None:
    """Rules and days distinct, stages and fields known; each window lies within the office hours."""
    known_stages = {row["id"] for row in stages.get("stage", []) if "id" in row}
    known_fields = {row["id"] for row in form.get("field", []) if "id" in row}
    rules = reminders.get("rule", [])
    _distinct(source, "rule", rules, "id")
    _distinct(source, "workday", reminders.get("workday", []), "date")
    for place, rule in enumerate(rules, start=1):
        for stage in rule.get("stages", ()):
            _known(source, f"rule[{place}].stages", stage, known_stages, "stages.toml 中的状态编号")
        if rule.get("audience", Audience.HOLDER) is not Audience.HOLDER and rule.get("base") is BaseDate.DUE:
            source.refuse(f"rule[{place}].base", "due 只用于 audience 为 holder 的规则")
    for name in ("contact_name", "contact_phone"):
        _known(source, name, reminders.get(name) or None, known_fields, "form.toml 中的栏目编号")
    hours = reminders.get("hours", ())
    for start, end in reminders.get("windows", ()):
        if hours and not any(first <= start and end <= last for first, last in hours):
            source.refuse("windows", f"应在 hours（办公时间）之内，现有 {start:%H:%M}—{end:%H:%M}")
    digest = reminders.get("digest")
    if digest and hours and not any(first <= digest <= last for first, last in hours):
        source.refuse("digest", f"应在 hours（办公时间）之内，现有 {digest:%H:%M}")


def check_visits_file(source: Source, visits: Values, form: Values, stages: Values) -> None:
    """Stages and the field known; each slot lies within the hours."""
    known_stages = {row["id"] for row in stages.get("stage", []) if "id" in row}
    for stage in visits.get("stages", ()):
        _known(source, "stages", stage, known_stages, "stages.toml 中的状态编号")
    known_fields = {row["id"] for row in form.get("field", []) if "id" in row}
    field = visits.get("address_field") or None
    _known(source, "address_field", field, known_fields, "form.toml 中的栏目编号")
    hours = visits.get("hours", ())
    for start, end in visits.get("slots", ()):
        if hours and not any(first <= start and end <= last for first, last in hours):
            source.refuse("slots", f"应在 hours 之内，现有 {start:%H:%M}—{end:%H:%M}")


def _listed(
    rows: list[Values], path: str, names: tuple[str, ...], numbered: bool = True
) -> Iterable[tuple[str, object]]:
    """Every text of the rows' lists of these names, with its key."""
    for place, row in enumerate(rows, start=1):
        where = f"{path}[{place}]" if numbered else path
        for name in names:
            yield from ((f"{where}.{name}", text) for text in row.get(name, ()))


def _check_section(source: Source, path: str, section: Values) -> None:
    items = section.get("item", [])
    if "points" in section and all("maximum" in item for item in items):
        total = sum(item["maximum"] for item in items)
        if items and total != section["points"]:
            source.refuse(f"{path}.points", f"应等于各项满分之和{total:g}，现为{section['points']:g}")
    if section.get("bonus") and len(items) != 1:
        source.refuse(f"{path}.item", f"加分部分应只有一项，现有{len(items)}项")


def _check_rules(source: Source, path: str, item: Values) -> None:
    rules = item.get("rule", [])
    if item.get("averaged") and rules:
        source.refuse(f"{path}.rule", "按平均分计分的项目不应有扣分规则")
    _distinct(source, f"{path}.rule", rules, "id")
    for place, rule in enumerate(rules, start=1):
        where = f"{path}.rule[{place}]"
        names = placeholders(rule.get("reason", ""))
        if names is None or not names <= RULE_PLACEHOLDERS:
            source.refuse(f"{where}.reason", "占位符应为 {count} 或 {points}，且花括号成对")
        if rule.get("veto") and rule.get("points"):
            source.refuse(f"{where}.points", "一票否决的规则应为0分")
        if rule.get("words", "") not in item.get("criteria", rule.get("words", "")):
            source.refuse(f"{where}.words", "应为本项 criteria（评分标准）中的原文")
        _check_question(source, where, item, rule)


def _check_question(source: Source, where: str, item: Values, rule: Values) -> None:
    """What a unit is asked: only what it can know, with an answer that fits how the rule deducts."""
    answer = rule.get("answer")
    if not rule.get("question") and (answer or rule.get("help")):
        source.refuse(f"{where}.question", "缺少此项，有 answer 或 help 时应写明自查时问什么")
    if rule.get("question") and not answer and "answer" in rule:
        source.refuse(f"{where}.answer", "缺少此项，有 question 时应写明怎样作答")
    if rule.get("question") and item.get("known_by") == "inspector":
        source.refuse(f"{where}.question", "不应有此项，本项只有验收人员能掌握（known_by）")
    if answer in (AnswerKind.DONE, AnswerKind.FAULTS) and (rule.get("whole") or rule.get("veto")):
        source.refuse(f"{where}.answer", "应为yes、no 之一，本规则不按数量扣分")
    if answer and "required" in rule and (answer is AnswerKind.DONE) != (rule["required"] > 0):
        source.refuse(f"{where}.required", "answer 为 done 时应为要求的数量，否则不应有此项")
    for paper in rule.get("evidence", ()):
        if paper not in item.get("evidence", (paper,)):
            source.refuse(f"{where}.evidence", f"应为本项 evidence（佐证材料）中的材料，没有 {paper!r}")


def _called(rows: list[Values], path: str, name: str) -> Iterable[tuple[str, object]]:
    """Every name people may use for a row, with its key; an alias that repeats the row's name is no clash."""
    for place, row in enumerate(rows, start=1):
        yield f"{path}[{place}].{name}", row.get(name)
        for alias in row.get("aliases", ()):
            if alias != row.get(name):
                yield f"{path}[{place}].aliases", alias


def _distinct(source: Source, path: str, rows: list[Values], *keys: str) -> None:
    for key in keys:
        places = [(f"{path}[{place}].{key}", row.get(key)) for place, row in enumerate(rows, start=1)]
        repeated(source, places)


def _known(source: Source, key: str, value: Any, known: set[str], expected: str) -> None:
    """Refuses a reference to nothing; with nothing read to refer to, the file that lacks it is to blame."""
    if value is not None and known and value not in known:
        source.refuse(key, f"应为{expected}，没有 {value!r}")


def _in_order(source: Source, values: Values, earlier: str, later: str) -> None:
    first, second = values.get(earlier), values.get(later)
    if first and second and first > second:
        source.refuse(later, f"应不早于 {earlier}（{first}），现为 {second}")
