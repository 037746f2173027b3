"""``python -m bench`` lists the benches; ``python -m bench NAME`` runs one.

The last line printed is JSON: ``{"bench", "database", "quick", "figures"}``.
"""

import argparse
import json
import sys
from importlib import import_module

from bench import ground

BENCHES = {
    "host_page": "what the widget costs the page that holds it (Lighthouse)",
    "chat_in": "a customer's message, from the request to stored, threaded and signalled",
    "mail_in": "a mail, from its bytes to stored, threaded and signalled",
    "live": "500 browsers: from commit to the browser's event",
    "jobs": "jobs per second, left behind and run",
    "memory": "resident memory of the whole default process while the demo runs",
    "search_messages": "finding messages by what they say, among a million",
    "desk": "list and conversation pages on a full database",
    "keystroke": "one key in the composer beside a thread of 2,000 messages",
    "opening": "a conversation opened from the list in a browser, and what the page weighs",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES))
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--quick", action="store_true", help="40 s at most, on less data")
    arguments = parser.parse_args()
    if not arguments.name:
        for name, about in BENCHES.items():
            print(f"{name:16} {about}")
        return 0
    with ground.database(arguments.database):
        figures = import_module(f"bench.{arguments.name}").run(
            database=arguments.database, quick=arguments.quick
        )
    print(
        json.dumps(
            {
                "bench": arguments.name,
                "database": arguments.database,
                "quick": arguments.quick,
                "figures": {name: round(value, 3) for name, value in figures.items()},
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
