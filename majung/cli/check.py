"""``majung check``: everything that is wrong with an installation, and what to do about it."""

from argparse import Namespace

from majung.core import checks


def check(_: Namespace) -> int:
    findings = checks.run_all()
    for finding in findings:
        print(f"- {finding}")
    if any(finding.level == checks.Level.ERROR for finding in findings):
        return 1
    print("Everything is in order." if not findings else "Nothing stops Majung from running.")
    return 0
