"""``python -m majung`` is ``majung``."""

import sys

from majung.cli import main

if __name__ == "__main__":
    sys.exit(main())
