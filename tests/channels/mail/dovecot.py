"""A real Dovecot on a folder of its own: IMAP with and without TLS, and mailboxes to fill."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import imap_utf7

from tests.servers import Server, find_program, free_port, wait_until

USER, PASSWORD = "help", "열려라 참깨"
PLAIN_PASSWORD = "open sesame"

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/messages.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mail_max_userip_connections = 200
imap_capability = {capability}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


class DovecotServer(Server):
    """``idles``: it offers IDLE. ``stop`` and ``start`` keep ports and mails."""

    def __init__(self, *, idles: bool = True) -> None:
        self.program = find_program("dovecot", "/usr/sbin")
        super().__init__("dovecot")
        self.port, self.tls_port = free_port(), free_port()
        self.certificate = self.folder / "cert.pem"
        self._idles = idles
        self._prepare()

    def _prepare(self) -> None:
        account = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.user = account.pw_name if os.geteuid() == 0 else None
        make_certificate(self.folder)
        self.set_password(PLAIN_PASSWORD)
        names = CONFIG.format(
            folder=self.folder, user=account.pw_name, group=grp.getgrgid(account.pw_gid).gr_name, port=self.port,
            tls_port=self.tls_port, capability="" if self._idles else "IMAP4rev1 LITERAL+ AUTH=PLAIN",
        )  # fmt: skip
        (self.folder / "dovecot.conf").write_text(names)
        (self.folder / "mail").mkdir()
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid)

    def set_password(self, password: str) -> None:
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{password}\n")
        if self.is_running:
            time.sleep(1.1)  # it looks whether the file is new once a second

    def start(self) -> None:
        wait_until(self._has_started, what=lambda: self.log() + self.messages())

    def _has_started(self) -> bool:
        """Start it, again if one that was stopped still holds the ports for a moment."""
        if not self.is_running:
            self.process = None
            self.spawn(self.program, "-F", "-c", str(self.folder / "dovecot.conf"), user=self.user)
            time.sleep(0.1)
        with suppress(RuntimeError):
            return self.answers()
        return False

    def answers(self) -> bool:
        self.must_be_running()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as sock:
            return sock.recv(4).startswith(b"* OK")
        return False

    def messages(self) -> str:
        path = self.folder / "messages.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def client(self) -> imaplib.IMAP4:
        made = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        password = (self.folder / "users").read_text().partition("{PLAIN}")[2].strip()
        made.authenticate("PLAIN", lambda _: f"\0{USER}\0{password}".encode())
        return made

    def put(
        self, mails: Iterable[bytes], *, folder: str = "INBOX", at: datetime | None = None
    ) -> None:
        """Let mails lie in a folder, which is made if it is not there."""
        client = self.client()
        if folder != "INBOX":
            client.create(named(folder))
        date = imaplib.Time2Internaldate(at or datetime.now(tz=UTC))
        for raw in mails:
            typ, told = client.append(named(folder), "", date, raw)
            assert typ == "OK", told
        client.logout()

    def move(self, *, to: str, folder: str = "INBOX", which: str = "1:*") -> None:
        client = self.client()
        client.create(named(to))
        client.select(named(folder))
        assert client._simple_command("UID", "MOVE", which, named(to))[0] == "OK"
        client.logout()

    def expunge(self, which: str, *, folder: str = "INBOX") -> None:
        client = self.client()
        client.select(named(folder))
        client.store(which, "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.logout()

    def rename(self, folder: str, to: str) -> None:
        client = self.client()
        assert client.rename(named(folder), named(to))[0] == "OK"
        client.logout()

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        """Return what is set on each mail, sorted by number."""
        client = self.client()
        client.select(named(folder), readonly=True)
        _, told = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [each for each in told if isinstance(each, bytes)]

    def number_anew(self) -> None:
        """Give all mails of the inbox new numbers, as a server does that was restored."""
        self.stop()
        box = self.folder / "mail" / USER
        for path in box.glob("dovecot*"):
            if "uidvalidity" not in path.name:
                path.unlink()
        time.sleep(1.1)  # the new UIDVALIDITY is the time in seconds
        self.start()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def named(folder: str) -> str:
    """Return the name of a folder as it is said on the wire."""
    encoded: bytes = imap_utf7.encode(folder)
    return f'"{encoded.decode("ascii")}"'


def make_certificate(folder: Path, names: Sequence[str] = ("localhost",)) -> None:
    """Write ``cert.pem`` (its own authority) and ``key.pem`` for these host names."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))
