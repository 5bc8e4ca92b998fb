"""What the applicant's page shows of an application."""

from __future__ import annotations

from bot.dialogue.pages import is_complete
from bot.model.application import Application, Printed
from bot.review.selfcheck import Answers, assess
from bot.review.selfcheck_view import view
from config.campaign import Campaign
from handlers.applicant.pages import ApplicantView, FormItem


def view_of(
    campaign: Campaign, application: Application, printed: Printed | None, selfcheck: Answers | None
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
        owes=tuple(campaign.phrases["debts"].split("、")),
        print_code=printed.code if printed and is_complete(campaign.form, values) else "",
        deadline_words=campaign.deadline_words,
        phone=campaign.contact.phone,
        editable=stage.editable,
        selfcheck=view(assess(campaign.standard, selfcheck), campaign) if selfcheck else None,
    )
