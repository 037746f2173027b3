"""The ways in that a process keeps open beside its pages: fetching, and the mail listener."""

from django.conf import settings

from majung.channels import mail_listener
from majung.channels.pulling import Pulling


class Receiving:
    """Both, as one thing that starts and stops.

    Raises:
        channels.mail_listener.CannotListen: the mail listener's address cannot be opened.
    """

    def __init__(self) -> None:
        self._pulling = Pulling(threads=settings.MAJUNG_PULL_THREADS)
        self._listener = mail_listener.of_settings()

    def start(self) -> None:
        self._pulling.start()
        if self._listener:
            self._listener.start()

    def stop(self) -> bool:
        """Take nothing more in; within about four seconds."""
        heard = self._listener.stop() if self._listener else True
        return self._pulling.stop() and heard
