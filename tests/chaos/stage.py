"""The real processes of an installation, to be killed and started again one by one."""

import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from subprocess import TimeoutExpired

from tests.servers import MajungServer, wait_until

SHORT_LEASE_SECONDS = 5
STOP_SECONDS = 45
READY = "(Ctrl+C stops it)"


class Member(MajungServer):
    """One process of the installation, always started with the same command."""

    def __init__(
        self, command: Sequence[str], *, home: Path, database_url: str, live_url: str
    ) -> None:
        env = {
            "MAJUNG_HOME": str(home),
            "MAJUNG_LOG_LEVEL": "WARNING",
            "MAJUNG_CHANNELS": "pager=tests.channels.pager",
            "MAJUNG_OUTBOUND_ALLOW": "127.0.0.1",
        }
        if database_url:
            # Where others live on, a lease must run out before work is taken over.
            env["MAJUNG_LEASE_SECONDS"] = str(SHORT_LEASE_SECONDS)
        if live_url:
            env["LIVE_URL"] = live_url
        super().__init__(database_url=database_url, env=env)
        self.does = tuple(command)
        self.before = 0

    @property
    def is_web(self) -> bool:
        return self.does[0] == "serve"

    def begin(self) -> None:
        """Start without waiting until it is ready: a start may be interrupted too."""
        self.before = len(self.log())
        self.spawn(*self.command(*self.does), env=self.env)

    def wait_for_work(self) -> None:
        """Return once it says that it is ready, and answers if it is there to answer."""
        wait_until(self.is_ready, what=" ".join(self.does), seconds=90)
        if self.is_web:
            self.wait_for_answer()

    def is_ready(self) -> bool:
        self.must_be_running()
        return READY in self.log()[self.before :]


class Stage:
    """SQLite: one process that does it all. PostgreSQL: two of web, two of jobs, one of timers."""

    def __init__(self, *, home: Path, database_url: str = "", live_url: str = "") -> None:
        commands: list[list[str]] = [["serve"]]
        if database_url:
            commands = [["serve", "--web-only"]] * 2 + [["worker"]] * 2 + [["tick"]]
        self.members = [
            Member(command, home=home, database_url=database_url, live_url=live_url)
            for command in commands
        ]
        self.kills = 0

    @property
    def urls(self) -> list[str]:
        return [member.url for member in self.members if member.is_web]

    def start(self) -> None:
        for member in self.members:
            member.begin()
        self.wait()

    def wait(self) -> None:
        """Return once every process does its work."""
        for member in self.members:
            member.wait_for_work()

    def kill_one(self, chance: random.Random) -> None:
        """Kill any process in the middle of what it does, and start it again at once."""
        member = chance.choice(self.members)
        # Processes take longer to start than they live here, so most would be killed in it.
        if chance.random() < 0.85:
            member.wait_for_work()
            time.sleep(chance.uniform(0, 1))
        member.must_be_running()
        member.kill()
        self.kills += 1
        member.begin()

    def stop(self) -> list[str]:
        """Stop all gracefully, and return who did not end well."""
        bad = []
        running = [(member, member.process) for member in self.members if member.process]
        for _, process in running:
            process.send_signal(signal.SIGTERM)
        for member, process in running:
            try:
                code = process.wait(STOP_SECONDS)
            except TimeoutExpired:
                code = member.kill()
            if code:
                bad.append(f"{' '.join(member.does)} ended with {code}: {member.log()[-500:]}")
        return bad

    def remove(self) -> None:
        for member in self.members:
            member.remove()
