"""`make bench`: every figure beside its floor, in one run. `python -m bench callback` runs one part."""

from __future__ import annotations

import sys

from bench import answers, callback

PARTS = {"callback": callback.main, "answers": answers.main}


def main() -> None:
    """Run the parts named on the command line, else all."""
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
        print()


if __name__ == "__main__":
    main()
