"""Names the versions of the printed form (commands page §4). Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from config.campaign import Campaign


def version_of(campaign: Campaign, values: Mapping[str, str]) -> str:
    """SHA-256 in hex of the printed values, as stored; an absent value and "" are the same."""
    printed = [[field.id, values.get(field.id) or ""] for field in campaign.form.fields if field.printed]
    canonical = json.dumps(printed, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
