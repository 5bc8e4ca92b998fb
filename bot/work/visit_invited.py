"""Who may have the calendar file of a visit, and what stands in it."""

from __future__ import annotations

from bot.model.message import Channel, VisitOrder
from bot.model.visit import VersionState, VisitVersion
from bot.ports import Store
from config.campaign import Campaign, FieldKind


def invited(
    campaign: Campaign, order: VisitOrder, person: int | None, store: Store
) -> tuple[VisitVersion, str, str] | None:
    """The version, the unit's name and the person's mail address; None for whom it does not concern.

    A version that was replaced meanwhile is sent all the same: calendars go by the highest number.
    """
    visit = store.visit(order.visit)
    known = store.application(visit.application) if visit else None
    if visit is None or known is None or person is None:
        return None
    version = next((one for one in visit.versions if one.version == order.version), None)
    if version is None or version.state is not VersionState.RELEASED:
        return None
    if known.holder != person and not version.plan.has(person):
        return None
    letters = [address for channel, address in store.addresses(person) if channel is Channel.MAIL]
    if not letters and known.holder == person:
        emails = (item.id for item in campaign.form.fields if item.kind is FieldKind.EMAIL)
        letters = [known.values[name] for name in emails if known.values.get(name)]
    unit = known.values.get(campaign.form.unit_field) or known.number
    return version, unit, letters[0] if letters else ""
