"""`make bench`: every figure beside its floor, in one run. `python -m bench callback` runs one part."""

from __future__ import annotations

import importlib
import sys

PARTS = {
    "callback": "bench.callback",
    "answers": "bench.answers",
    "intake": "bench.intake.report",
    "console": "bench.console",
    "receipts": "bench.receipts",
    "notices": "bench.notices",
    "reminders": "bench.reminders",
}


def main() -> None:
    """Run the parts named on the command line, else all."""
    for name in sys.argv[1:] or PARTS:
        # Loaded here, so that the processes a part starts hold nothing of the others.
        importlib.import_module(PARTS[name]).main()
        print()


if __name__ == "__main__":
    main()
