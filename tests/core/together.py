"""Several threads at one moment, and tables that only a test has."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection
from django.db.models import Model

T = TypeVar("T")


def together(function: Callable[[int], T], *, threads: int) -> list[T]:
    """Call ``function(0)`` … ``function(threads - 1)`` at one moment, each with a connection."""
    barrier = threading.Barrier(threads)

    def run(number: int) -> T:
        try:
            barrier.wait(timeout=10)
            return function(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


@contextmanager
def table(name: str, /, *bases: type[Model], **fields: Any) -> Iterator[type[Any]]:
    """Make a model of the app ``core`` with its table for the time of a test."""
    meta = type("Meta", (), {"app_label": "core"})
    attributes = {"__module__": __name__, "Meta": meta, "personal": None, **fields}
    model = type(name, bases or (Model,), attributes)
    with connection.schema_editor() as editor:
        editor.create_model(model)
    try:
        yield model
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(model)
        del apps.all_models["core"][name.lower()]
        apps.clear_cache()
