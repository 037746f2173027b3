"""What the widget costs the page that holds it: Lighthouse on the demo's shop, with and without.

Lighthouse comes from ``bench/lighthouse/`` by its lock file and plays a phone on a slow network. The
two are measured in turn, so that a busy machine is busy for both; a figure is a median.
"""

import json
import os
import statistics
import subprocess
from typing import Any, Final

from bench.ground import say
from tests.servers import CHROMIUM_ARGUMENTS, ROOT, MajungServer, find_program

FOLDER: Final = ROOT / "bench/lighthouse"
# What makes the widget of the page; without them it is the same page.
BLOCKED: Final = ("*/widget.js*", "*/settings.js*", "*/member.js*")
LONGEST: Final = 120


def run(*, database: str, quick: bool) -> dict[str, float]:  # noqa: ARG001 - all alike
    """Return both scores (0 to 100) and what the widget adds: milliseconds, layout shifts."""
    if not (FOLDER / "node_modules").exists():
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, check=True, cwd=FOLDER)
    server = MajungServer(env={"MAJUNG_LOG_LEVEL": "ERROR", "MAJUNG_DEMO": "1"})
    runs: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    try:
        filled = server.run("demo", "--only-fill", seconds=300)
        if filled.returncode:
            raise RuntimeError(filled.stderr)
        server.start()
        for turn in range(1 if quick else 7):
            for has_widget in (False, True):
                runs[has_widget].append(
                    _measure(f"{server.url}/shop/dareum/", has_widget=has_widget)
                )
            say(f"  {turn + 1}: {runs[False][-1]['score']:.0f} → {runs[True][-1]['score']:.0f}")
    finally:
        server.stop()
        server.remove()
    return _figures(runs[True], runs[False])


def _figures(with_it: list[dict[str, float]], without: list[dict[str, float]]) -> dict[str, float]:
    def both(name: str) -> tuple[float, float]:
        one, other = (statistics.median(run[name] for run in runs) for runs in (with_it, without))
        return one, other

    score, before = both("score")
    lcp, lcp_before = both("largest-contentful-paint")
    tbt, tbt_before = both("total-blocking-time")
    shifts, shifts_before = both("cumulative-layout-shift")
    return {
        "score_with": score,
        "score_without": before,
        "score_lost": before - score,
        "lcp_more_ms": lcp - lcp_before,
        "tbt_more_ms": tbt - tbt_before,
        "cls_more": shifts - shifts_before,
    }


def _measure(address: str, *, has_widget: bool) -> dict[str, float]:
    command = [
        str(FOLDER / "node_modules/.bin/lighthouse"),
        address,
        "--output=json",
        "--quiet",
        "--only-categories=performance",
        f"--chrome-flags={' '.join(CHROMIUM_ARGUMENTS)}",
        *([] if has_widget else [f"--blocked-url-patterns={each}" for each in BLOCKED]),
    ]
    env = {**os.environ, "CHROME_PATH": find_program("chromium")}
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    names = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
    values = {name: float(found["audits"][name]["numericValue"]) for name in names}
    return {"score": found["categories"]["performance"]["score"] * 100, **values}
