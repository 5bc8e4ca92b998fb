"""From an entry to words: the fact in one sentence, then the clause quoted and named."""

from __future__ import annotations

from bot.knowledge import wording
from bot.knowledge.entries import Entry, Sort, counting
from bot.knowledge.numbers import figure
from bot.knowledge.quote import LONG, WHOLE, excerpt
from bot.knowledge.standard_answers import StandardAnswers
from bot.knowledge.understand import Found
from config.campaign import Campaign

_LIMIT = 2048  # bytes of one chat message


class Composer:
    """Writes answers in the campaign's words."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._standard = StandardAnswers(campaign.standard)
        self._counting = counting(campaign)

    def compose(self, found: Found) -> tuple[tuple[str, ...], str]:
        """The clause ids and the text that answer."""
        clauses, said = self._cases(found) or self._entry(found.entry, found)
        if found.second is not None:
            more, also = self._entry(found.second, found)
            clauses += tuple(c for c in more if c not in clauses)
            said += "\n" + wording.ALSO.format(say=also)
        return clauses, _cut(said)

    def unstated(self, entry: Entry) -> str:
        """The sentence for what the notice does not say."""
        return entry.instead or wording.UNSTATED.format(topic=entry.say) + entry.note

    def _entry(self, entry: Entry, found: Found) -> tuple[tuple[str, ...], str]:
        if entry.sort is Sort.ITEM:
            return self._item(entry.clauses[0], found)
        if entry.sort is Sort.SECTION:
            return self._section(entry, found)
        if entry.sort is Sort.GROUP:
            ends = [self._campaign.clause(entry.clauses[at]).label for at in (0, -1)]
            return entry.clauses, entry.say + wording.CITED_RANGE.format(first=ends[0], last=ends[1])
        whole = LONG if entry.sort is Sort.CLAUSE else WHOLE
        quotes = [self._cited(c, found, entry.quote, whole) for c in entry.clauses]
        return entry.clauses, "\n".join((self._sentence(entry, found), *quotes))

    def _sentence(self, entry: Entry, found: Found) -> str:
        if entry.choice:
            for rival in entry.choice.rivals:
                if rival in found.text:
                    return entry.choice.wrong.format(rival=rival.upper())
        if entry.limit:
            number = entry.limit.number(found.text)
            if number is not None:
                inside = entry.limit.least <= number <= entry.limit.most
                return (entry.limit.within if inside else entry.limit.beyond).format(n=figure(number))
        if entry.deadline and (said := entry.deadline.sentence(found.text)):
            return said
        title = self._campaign.clause(entry.clauses[0]).title if entry.clauses else ""
        return entry.say or wording.CLAUSE.format(title=title)

    def _cited(self, clause_id: str, found: Found, must_hold: str = "", whole: int = WHOLE) -> str:
        item = self._standard.item(clause_id)
        clause = self._campaign.clause(clause_id)
        if item is None:
            quote = excerpt(clause.text, found.about, must_hold, whole)
            return wording.CITED.format(label=clause.label, quote=quote)
        quote = wording.ITEM_QUOTE.format(method=item.method, criteria=item.criteria)
        return wording.CITED.format(label=clause.label, quote=quote)

    def _item(self, item_id: str, found: Found) -> tuple[tuple[str, ...], str]:
        item = self._standard.item(item_id)
        if item is None:
            raise KeyError(item_id)
        required = self._required(item_id)
        text = found.text + ("扣几分" if found.inherited else "")
        said, capped = self._standard.about_item(item, text, required)
        clauses, lines = [item_id], [said, self._cited(item_id, found)]
        standard = self._standard.section_of(item_id).standard
        if _asks_standard(standard, item.method + item.criteria, found):
            lines.append(wording.STANDARD.format(standard=standard))
        note = next((c.id for c in self._campaign.clauses if c.text == self._campaign.standard.note), "")
        if capped and note:
            clauses.append(note)
            lines.append(self._cited(note, found))
        return tuple(clauses), "\n".join(lines)

    def _cases(self, found: Found) -> tuple[tuple[str, ...], str] | None:
        """Each item on its own, and their sum; None unless every one of several can be worked out."""
        clauses, lines, cited, total = [], [], [], 0.0
        for entry, told in found.cases:
            item = self._standard.item(entry.clauses[0])
            worked = item and self._standard.worked(item, told + ",扣几分", self._required(entry.clauses[0]))
            if not item or not worked:
                return None
            said, points = worked
            clauses.append(item.id)
            lines.append(wording.CASE.format(title=item.title, said=said))
            cited.append(self._cited(item.id, found))
            total += points
        if not clauses:
            return None
        return tuple(clauses), "\n".join([*lines, wording.CASES.format(points=figure(total)), *cited])

    def _required(self, item_id: str) -> int:
        return self._counting[item_id].required if item_id in self._counting else 0

    def _section(self, entry: Entry, found: Found) -> tuple[tuple[str, ...], str]:
        named = self._standard.named(found.text)
        if len(named) > 1:
            clauses = tuple(item.id for section in named for item in section.items)
            return clauses, self._standard.summed(named)
        section = self._standard.section_of(entry.clauses[0])
        if len(section.items) == 1:
            return self._item(entry.clauses[0], found)
        label = self._campaign.clause(entry.clauses[0]).label.rpartition("·第")[0]
        cited = wording.CITED.format(label=label or section.title, quote=section.standard)
        return entry.clauses, self._standard.about_section(section) + "\n" + cited


def _asks_standard(standard: str, item_text: str, found: Found) -> bool:
    pairs = {g for g in found.about if len(g) > 1 and g in standard}
    return "工作标准" in found.text or len({g for g in pairs if g not in item_text}) >= 2


def _cut(text: str) -> str:
    raw = text.encode()
    return text if len(raw) <= _LIMIT else raw[: _LIMIT - 6].decode(errors="ignore") + "……"
