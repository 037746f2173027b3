"""The sample plug-in of ``examples/`` as a channel that is installed, for tests of what it can do.

``sample`` is the fixture; import it where it is used.
"""

import sys
from collections.abc import Iterator
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from majung.channels import registry
from majung.channels.conformance import Vendor
from tests.architecture.source import ROOT

SAMPLE: Path = ROOT / "examples" / "majung-channel-sample"


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Install the sample under its name, and take it away again."""
    monkeypatch.syspath_prepend(str(SAMPLE))
    monkeypatch.setattr(registry, "plugged_in", lambda: {"sparrow": "majung_channel_sample"})
    registry.adapter.cache_clear()
    yield import_module("majung_channel_sample")
    registry.adapter.cache_clear()


def vendor_of_sample() -> type[Vendor]:
    """Return how the sample's own tests play its vendor."""
    name = "sparrow_vendor"
    if name not in sys.modules:
        spec = util.spec_from_file_location(name, SAMPLE / "tests" / "vendor.py")
        assert spec is not None
        assert spec.loader is not None
        module = util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return cast("type[Vendor]", sys.modules[name].Sparrow)
