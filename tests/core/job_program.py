"""A worker process for tests that kill one: ``python -m tests.core.job_program``."""

import time

import django

django.setup()

from majung.core.workers import Workers  # noqa: E402  (models need django.setup)
from tests.core import job_tasks  # noqa: E402, F401  (registers its jobs)

if __name__ == "__main__":
    Workers(threads=1, ticking=False).start()
    time.sleep(60)
