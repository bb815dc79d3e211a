"""A mail server of one's own, over a real socket, that keeps what it is handed."""

import email
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Postbox:
    """What came in. `refusing` gives the answer to an address that takes nothing; `is_failing` turns every letter away.

    `before` is called with each letter before it is taken.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.empty()

    def empty(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusing: dict[str, str] = {}
        self.is_failing = False
        self.before: Callable[[], object] = bool

    @property
    def last(self) -> EmailMessage:
        return self.letters[-1]

    @property
    def text(self) -> str:
        """The text of the last letter, with the line ends that we write."""
        return str(self.last.get_content()).replace("\r\n", "\n")


class _Handler:
    """What the server calls. It looks at every attribute, so that the postbox itself cannot be it."""

    def __init__(self) -> None:
        self.postbox = Postbox(0)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - its name
        if address in self.postbox.refusing:
            return self.postbox.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - its name
        postbox = self.postbox
        if postbox.is_failing:
            return "451 Try again later"
        postbox.before()
        letter = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        postbox.letters.append(letter)
        postbox.recipients += envelope.rcpt_tos
        return "250 OK"


class _OnAnyPort(Controller):
    """On the port that the system gives, which is known only once it listens."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def a_mail_server() -> Iterator[Postbox]:
    handler = _Handler()
    controller = _OnAnyPort(handler, hostname="127.0.0.1", port=0, ready_timeout=30)
    controller.start()
    try:
        handler.postbox.port = controller.port
        yield handler.postbox
    finally:
        controller.stop()
