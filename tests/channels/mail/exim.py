"""A real Exim between us and our customers, as somebody else's mail server would stand there."""

import os
import pwd
import smtplib
from contextlib import suppress

from tests.servers import Server, find_program, free_port, wait_until

CONFIG = """
primary_hostname = mx.test
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
acl_smtp_rcpt = accept
acl_smtp_data = accept
host_lookup =
rfc1413_query_timeout = 0s
qualify_domain = mx.test
tls_advertise_hosts =
keep_environment =
never_users =
deliver_drop_privilege = {unprivileged}

begin acl
accept:
  accept

begin routers
customers:
  driver = manualroute
  domains = mail.test
  transport = customers
  route_list = * 127.0.0.1
  self = send
ours:
  driver = manualroute
  domains = ondam.test
  transport = ours
  route_list = * 127.0.0.1
  self = send

begin transports
customers:
  driver = smtp
  port = {customers}
  allow_localhost
ours:
  driver = smtp
  port = {ours}
  allow_localhost

begin retry
* * F,1h,1s
"""


class EximServer(Server):
    """Takes mail for anybody; ``mail.test`` goes to one port, ``ondam.test`` to another."""

    def __init__(self, *, customers: int, ours: int) -> None:
        self.program = find_program("exim4", "/usr/sbin")
        super().__init__("exim")
        self.port = free_port()
        as_root = os.geteuid() == 0
        for name in ("spool", "log"):
            (self.folder / name).mkdir()
        config = CONFIG.format(
            folder=self.folder, port=self.port, customers=customers, ours=ours,
            unprivileged="false" if as_root else "true",
        )  # fmt: skip
        (self.folder / "exim.conf").write_text(config)
        if as_root:  # it gives up root for its own account
            account = pwd.getpwnam("Debian-exim")
            for name in (".", "spool", "log"):
                os.chown(self.folder / name, account.pw_uid, account.pw_gid)

    def start(self) -> None:
        self.spawn(self.program, "-C", str(self.folder / "exim.conf"), "-bdf", "-q1s")
        wait_until(self._answers, what=self.log)

    def _answers(self) -> bool:
        self.must_be_running()
        with suppress(OSError), smtplib.SMTP("127.0.0.1", self.port, timeout=2) as smtp:
            return smtp.noop()[0] == 250
        return False
