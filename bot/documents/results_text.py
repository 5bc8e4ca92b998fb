"""What is made public, word for word: public notice (公示), announcement (公布), plaque list (匾牌清单). Pure.

Units stand on lines of their own, byte for byte as they are listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.results import Listed, Plaque, Release, ReleaseKind
from bot.model.spoken import full_date
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class PaperText:
    """One paper: heading, what stands before and after the list, signature, day."""

    heading: tuple[str, ...]
    before: tuple[str, ...]
    units: tuple[str, ...]  # in order
    after: tuple[str, ...]
    signature: str
    day: str

    @property
    def plain(self) -> str:
        """The whole as plain text, to be pasted into a web page."""
        numbered = [f"{place}. {unit}" for place, unit in enumerate(self.units, start=1)]
        return "\n".join(
            (*self.heading, "", *self.before, *numbered, *self.after, "", self.signature, self.day)
        )


@dataclass(frozen=True, slots=True)
class PlaqueRow:
    """One plaque: the unit, what is engraved, and who took it when ("" while nobody did)."""

    unit: str
    inscription: str
    taken_by: str
    handed_on: str


def release_text(campaign: Campaign, release: Release) -> PaperText:
    """The public notice or the announcement of a draft or of what went out."""
    units = tuple(one.unit for one in release.listed)
    if release.kind is ReleaseKind.ANNOUNCEMENT:
        return _announcement(campaign, release, units)
    phrases, contact = campaign.phrases, campaign.contact
    facts = {
        "title": campaign.title,
        "award": campaign.award,
        "document": campaign.document_number,
        "starts": full_date(release.starts),
        "ends": full_date(release.ends),
        "workdays": release.workdays,
        "channel": release.channel,
        "phone": contact.phone,
        "address": contact.address,
        "email": contact.email,
        "count": len(units),
    }
    return PaperText(
        (phrases["result_paper_notice_heading"].format(**facts),),
        _paragraphs(phrases["result_paper_notice_before"].format(**facts)),
        units,
        _paragraphs(phrases["result_paper_notice_after"].format(**facts)),
        contact.office,
        full_date(release.starts),
    )


def plaque_rows(campaign: Campaign, lines: Sequence[tuple[Listed, Plaque | None]]) -> tuple[PlaqueRow, ...]:
    """The plaque list in the order of the announcement."""
    return tuple(
        PlaqueRow(
            one.unit,
            campaign.award,
            done.taken_by if done else "",
            full_date(done.handed_on) if done else "",
        )
        for one, done in lines
    )


def _announcement(campaign: Campaign, release: Release, units: tuple[str, ...]) -> PaperText:
    phrases = campaign.phrases
    facts = {
        "title": campaign.title,
        "award": campaign.award,
        "document": campaign.document_number,
        "count": len(units),
    }
    heading = [phrases["result_paper_announcement_heading"].format(**facts)]
    if release.document:
        heading.append(release.document)
    return PaperText(
        tuple(heading),
        _paragraphs(phrases["result_paper_announcement_before"].format(**facts)),
        units,
        _paragraphs(phrases["result_paper_announcement_after"].format(**facts)),
        campaign.contact.office,
        full_date(release.starts),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())
