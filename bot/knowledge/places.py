"""Places on the paper that a question names: 基本条件第3条, 附件2第1部分第4项, 4.2, 第二项呢."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.knowledge.normalise import plain
from config.campaign import Campaign

_ORDINAL = re.compile(r"第(\d+)(?:个)?(部分|大项|大块|块|项|条|点|款|个|类)?")
_BIG = ("部分", "大项", "大块", "块", "类")
# 4.2 as the standard's items are numbered: not 2.5分, 3.1版, 1.4m, 7.25 as a day, nor a part of a longer figure.
_NUMBERED = re.compile(r"(?<![\d.a-z])(\d)\.(\d)(?![\d.a-z%分次个处人天日号月年倍万米版页])")


class Places:
    """Finds clause ids by the headings and ordinals a question names."""

    def __init__(self, campaign: Campaign, groups: Mapping[str, Sequence[str]]) -> None:
        self._ids = {clause.id for clause in campaign.clauses}
        self._labels = [(plain(clause.label), clause.id) for clause in campaign.clauses]
        self._names: list[tuple[str, str]] = []  # name → prefix, longest name first
        for prefix, names in groups.items():
            self._names += [(name, prefix) for name in names]
        self._sections: dict[str, str] = {}  # number of the section → prefix of its items
        for section in campaign.standard.sections:
            if section.items:
                prefix = section.items[0].id.rpartition(".")[0]
                self._names.append((section.title, prefix))
                self._sections[section.id] = prefix
        self._names.sort(key=lambda pair: -len(pair[0]))

    def named(self, text: str) -> str:
        """The prefix of the group a normalised text names; "" if none."""
        return next((prefix for name, prefix in self._names if name in text), "")

    def find(self, text: str, prefix: str = "") -> tuple[str, ...]:
        """The clauses that a normalised text names by label or ordinals.

        `prefix` is the group talked about before.
        """
        labelled = tuple(clause for label, clause in self._labels if "(" in label and label in text)
        if labelled:
            return labelled[:1]
        numbered = _NUMBERED.search(text)
        if (
            numbered
            and numbered[1] in self._sections
            and self.named(text) in ("", self._sections[numbered[1]])
        ):
            item = f"{self._sections[numbered[1]]}.{numbered[2]}"
            return (item,) if item in self._ids else ()
        ordinals = [(int(m[1]), m[2] or "") for m in _ORDINAL.finditer(text)]
        if not ordinals:
            return ()
        prefix = self.named(text) or prefix
        big = next((n for n, unit in ordinals if unit in _BIG), 0)
        small = next((n for n, unit in ordinals if unit not in _BIG), 0)
        if big and (not prefix or prefix.startswith("a2")):
            prefix = self._sections.get(str(big), prefix)
            if not small:
                return tuple(i for i in sorted(self._ids) if i.startswith(prefix + "."))
        found = f"{prefix}.{small}" if prefix and small else ""
        return (found,) if found in self._ids else ()

    def prefix_of(self, clause_id: str) -> str:
        """The group a clause belongs to."""
        return clause_id.rpartition(".")[0]
