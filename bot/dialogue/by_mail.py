"""What is said otherwise in a mail than in a chat, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

BY_MAIL: Mapping[str, str] = {
    # the mail lists what was taken, where one stands and what is open by itself
    "started": "",
    "going_on": "",
    "taken": "",
    "taken_again": "",
    "taken_many": "",
    "how_to_start": "",
    "how_to_work": "",
    "progress_none": "",
    "progress_draft": "",
    "progress_complete": "",
    "progress_deadline": "",
    "unclear": "",
    "undo": "",
    # what a chat sends afterwards goes with the mail
    "form_follows": "mail_form_enclosed",
    "form_wait": "mail_form_enclosed",
    "form_draft_wait": "mail_draft_enclosed",
    "page_wait": "mail_page_enclosed",
    "selfcheck_sheet_wait": "mail_sheet_enclosed",
    # words that only make sense where one message follows the other
    "help": "mail_help",
    "nothing_to_confirm_draft": "mail_not_complete",
    "incomplete": "mail_not_complete",
    "question_kept": "mail_question_kept",
    # several values were given at once: say of which one it is
    "counted": "mail_counted",
    "warning_arabic_digits": "mail_arabic_digits",
    "error_too_long": "mail_too_long",
    "error_bad_date": "mail_bad_date",
    "error_bad_phone": "mail_bad_phone",
    "error_bad_email": "mail_bad_email",
    "beyond_limit": "mail_beyond_limit",
    # whoever writes mails is told nothing of another person, and takes nothing over (journey U6)
    "error_duplicate_unit": "mail_unit_taken",
}
"""Key of a phrase → the key said instead in a mail; "" where it is not said."""
