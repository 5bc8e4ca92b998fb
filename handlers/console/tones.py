"""The colour of every state that more than one page shows, so that one state looks the same everywhere. Pure.

good: settled well; bad: calls for somebody; wait: waits for somebody; info: under way; mute: over, or not begun.
"""

from __future__ import annotations

from collections.abc import Mapping

STAGES: Mapping[str, str] = {
    "draft": "mute",
    "returned": "wait",
    "withdrawn": "mute",
    "late_pending": "bad",
    "vetoed": "bad",
    "deemed_abandoned": "mute",
    "not_selected": "mute",
    "accepted": "good",
    "announced": "good",
    "awarded": "good",
}
"""Of an application, by stage; any other is `info`."""

MESSAGES: Mapping[str, str] = {
    "held": "wait",
    "queued": "info",
    "sending": "info",
    "waiting": "wait",
    "sent": "good",
    "failed": "bad",
    "unsure": "wait",
    "cancelled": "mute",
}
"""Of a message to send."""

MAILS: Mapping[str, str] = {
    "new": "info",
    "filed": "good",
    "quarantine": "wait",
    "duplicate": "mute",
    "automatic": "mute",
    "rejected": "mute",
    "unreadable": "bad",
}
"""Of a mail that came in, by what became of it."""
