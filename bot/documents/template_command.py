"""Builds a campaign's blank Word form again from its layout.

    python -m bot.documents.template_command config/campaigns/pingdingshan-2019/annex1.toml

The .docx is written beside the layout, under the same name.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.documents.form_layout import read_layout
from bot.documents.form_template import build_template


def main(argv: list[str]) -> int:
    """Build the template of each layout named. 0, or 2 without a name."""
    if not argv:
        print(__doc__, file=sys.stderr)
        return 2
    for name in argv:
        layout = Path(name)
        layout.with_suffix(".docx").write_bytes(
            build_template(read_layout(layout.read_text(encoding="utf-8")))
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
