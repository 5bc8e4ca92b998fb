"""docs/stages.md as it must read: every stage and every arrow of the campaign that is shipped."""

from __future__ import annotations

from collections.abc import Iterator

from config.campaign import Campaign

ROLES = {"holder": "填报人", "body": "推荐单位", "office": "市办公室", "system": "系统"}


def stages_page(campaign: Campaign) -> str:
    """The page's text, ending in a line break."""
    return "\n".join(_lines(campaign)) + "\n"


def _lines(campaign: Campaign) -> Iterator[str]:
    yield "# The stages of an application"
    yield ""
    yield f"Campaign `{campaign.id}`. The data are in its `stages.toml`; a test compares them with this page."
    yield "`.venv/bin/python -m tests.architecture.stages_page` prints it anew. Every arrow has a role;"
    yield "where a reason is required, a named person gives it."
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {campaign.stages[0].id}"
    for stage in campaign.stages:
        yield f"    {stage.id}: {stage.label}"
    for source, target in dict.fromkeys((arrow.source, arrow.target) for arrow in campaign.arrows):
        yield f"    {source} --> {target}"
    yield "```"
    yield ""
    yield "| stage | staff read | the unit reads | in `replay` | the holder edits | final |"
    yield "|---|---|---|---|---|---|"
    for stage in campaign.stages:
        marks = ("yes" if stage.editable else "", "yes" if stage.final else "")
        cells = (f"`{stage.id}`", stage.label, stage.public_label, stage.replay, *marks)
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield "| from | to | who | action | reason | staff read | the unit reads |"
    yield "|---|---|---|---|---|---|---|"
    for arrow in campaign.arrows:
        reason = "required" if arrow.needs_reason else ""
        ends = (f"`{arrow.source}`", f"`{arrow.target}`", ROLES[arrow.role], f"`{arrow.action}`")
        yield f"| {' | '.join((*ends, reason, arrow.label, arrow.public_label))} |"


if __name__ == "__main__":
    from config.load import campaign_folder, load_campaign

    print(stages_page(load_campaign(campaign_folder("pingdingshan-2019"))), end="")
