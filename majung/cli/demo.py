"""``majung demo``: a believable company with live customers."""

from argparse import Namespace

from majung.cli import serve
from majung.demo import run


def demo(options: Namespace) -> int:
    return run.main(options.rest, serve=serve.run)
