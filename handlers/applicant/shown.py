"""What the applicant's page shows of an application."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.declaring import declarations
from bot.dialogue.pages import is_complete
from bot.documents.deck_json import report_from_json
from bot.documents.deck_messages import deck_lines
from bot.documents.form_version import version_of
from bot.mail.versions import counting
from bot.mail.wording import size
from bot.model.application import Application, Printed
from bot.model.mail import FileKind, Material, MaterialState
from bot.review.debts import debt_labels, owes
from bot.review.selfcheck import Answers, assess
from bot.review.selfcheck_view import view
from config.campaign import Campaign
from handlers.applicant.pages import ApplicantView, FormItem, MaterialView


def view_of(
    campaign: Campaign,
    application: Application,
    printed: Printed | None,
    selfcheck: Answers | None,
    materials: Sequence[Material] = (),
) -> ApplicantView:
    """The page's content; `printed` is the print of the values as they stand, if there is one."""
    stage = campaign.stage(application.stage)
    values = application.values
    fields = campaign.form.fields
    return ApplicantView(
        title=campaign.title,
        unit=values.get(campaign.form.unit_field, ""),
        number=application.number,
        state_label=stage.public_label,
        filed=stage.replay == "submitted",
        receipt=application.receipt,
        items=tuple(FormItem(item.number, item.label, values.get(item.id, "")) for item in fields),
        missing=tuple(item.label for item in fields if not values.get(item.id)),
        owes=debt_labels(campaign, owes(campaign, application)),
        print_code=printed.code if printed and is_complete(campaign.form, values) else "",
        deadline_words=campaign.deadline_words,
        phone=campaign.contact.phone,
        editable=stage.editable,
        selfcheck=view(assess(campaign.standard, selfcheck), campaign) if selfcheck else None,
        materials=tuple(_material(campaign, application, materials, one) for one in reversed(materials)),
        uploads=stage.replay != "withdrawn" and not stage.final,
        declarations=declarations(campaign, application.dossier) if stage.replay != "withdrawn" else (),
    )


def _material(
    campaign: Campaign, application: Application, materials: Sequence[Material], material: Material
) -> MaterialView:
    phrases = campaign.phrases
    state, counts = _state(campaign, application, materials, material)
    lines: tuple[str, ...] = ()
    if material.report and material.kind is FileKind.DECK:
        lines = tuple(deck_lines(report_from_json(material.report), campaign))
    match material.kind:
        case FileKind.DECK:
            label = phrases["material_deck"]
        case FileKind.SCAN:
            label = phrases["material_scan"] if material.code else phrases["material_scan_nameless"]
        case _:
            label = phrases["material_form"]
    pictures = range(1, len(material.pictures or ()) + 1)
    return MaterialView(
        label.format(version=material.version, code=material.code),
        material.name,
        size(material.size),
        material.sha256,
        state,
        counts,
        lines,
        tuple(f"decks/{material.sha256}/{page}.jpg" for page in pictures),
    )


def _state(
    campaign: Campaign, application: Application, materials: Sequence[Material], material: Material
) -> tuple[str, bool]:
    """How a material stands, and whether it counts."""
    phrases = campaign.phrases
    if material.state is MaterialState.PENDING:
        return phrases["material_late"] if material.late else phrases["material_pending"], False
    counts = counting(materials, material.kind, material.printed)
    if material.state is MaterialState.SET_ASIDE or counts is None or counts.id != material.id:
        return phrases["material_set_aside"], False
    if material.kind is FileKind.SCAN and material.printed != version_of(campaign, application.values):
        return phrases["material_outdated"], False
    return phrases["material_late"] if material.late else phrases["material_counts"], True
