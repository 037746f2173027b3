"""The plug-in of ``examples/`` as its author would run it: installed beside us, with its own tests."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from majung.channels import registry
from tests.architecture.source import ROOT

SAMPLE = ROOT / "examples" / "majung-channel-sample"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder that holds what an installer writes for the sample, by its own settings."""
    project = tomllib.loads((SAMPLE / "pyproject.toml").read_text())["project"]
    info = tmp_path / "majung_channel_sample-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = [
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def run(*words: str, installed: Path, **env: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(installed), str(SAMPLE)])
    return subprocess.run(
        [sys.executable, *words],
        cwd=SAMPLE,
        env={**os.environ, "PYTHONPATH": path, "MAJUNG_CHANNELS": "", **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
def test_its_own_tests_pass(installed: Path) -> None:
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", installed=installed)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "40 passed" in done.stdout or " passed" in done.stdout
    assert "files are refused (not applicable: it takes files)" in done.stdout


@pytest.fixture
def sample_is_there(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(installed))
    monkeypatch.syspath_prepend(str(SAMPLE))
    registry.plugged_in.cache_clear()
    registry.adapter.cache_clear()


def test_it_is_found_by_its_entry_point(sample_is_there: None) -> None:
    try:
        assert registry.kinds()["sparrow"] == "majung_channel_sample"
        assert registry.name_of("sparrow") == "참새톡"
        assert registry.lacks(registry.adapter("sparrow")) == []
        assert dict(registry.troubles()) == {}
    finally:
        registry.plugged_in.cache_clear()
        registry.adapter.cache_clear()
