"""Sends letters through the operator's mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Final

from commentsvc.domain.letters import Letter

_TIMEOUT_S: Final = 30
_GONE: Final = frozenset({550, 551, 553})


class MailError(Exception):
    """A letter was not taken; `code` holds nothing that the other side said. `is_gone` says that the address takes none at all."""

    def __init__(self, code: str, *, is_gone: bool = False) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code
        self.is_gone = is_gone


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over, and whom they are from. `security` is `starttls`, `tls` or `none`."""

    host: str
    port: int
    security: str
    username: str
    password_file: str
    sender: str

    @property
    def is_on(self) -> bool:
        """Whether there is one."""
        return bool(self.host)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whom a letter goes to, the page at which it is stopped without a login ('' for none), and an id that is the same at each try."""

    to: str
    stop: str
    id: str


class Mailer:
    """One connection for some letters. Not for several threads at once."""

    def __init__(self, server: MailServer) -> None:
        """Nothing is opened yet."""
        self._server = server

    @contextmanager
    def open(self) -> Iterator["Line"]:
        """A connection to hand letters over by. Raises MailError."""
        server = self._server
        try:
            if server.security == "tls":
                line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_S, context=ssl.create_default_context())
            else:
                line = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S)
        except (OSError, smtplib.SMTPException):
            raise MailError("connection") from None
        with line:
            try:
                if server.security == "starttls":
                    line.starttls(context=ssl.create_default_context())
                if server.username:
                    line.login(server.username, Path(server.password_file).read_text(encoding="utf-8").strip())
            except (OSError, smtplib.SMTPException, ValueError):
                raise MailError("sign-in") from None
            yield Line(line, server.sender)


class Line:
    """An open connection."""

    def __init__(self, line: smtplib.SMTP, sender: str) -> None:
        self._line = line
        self._sender = sender

    def send(self, letter: Letter, envelope: Envelope, now: datetime) -> None:
        """Hand one letter over. Raises MailError."""
        try:
            message = compose(letter, envelope, self._sender, now)
            self._line.send_message(message, from_addr=parseaddr(self._sender)[1], to_addrs=[envelope.to])
        except smtplib.SMTPRecipientsRefused as error:
            status = next(iter(error.recipients.values()), (0, b""))[0]
            raise MailError("refused", is_gone=status in _GONE) from None
        except (OSError, smtplib.SMTPException, ValueError):
            raise MailError("not-taken") from None


def compose(letter: Letter, envelope: Envelope, sender: str, now: datetime) -> EmailMessage:
    """The message: told to be automatic (RFC 3834), and to be stopped by one click without a login (RFC 8058)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = envelope.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{envelope.id}@{parseaddr(sender)[1].partition('@')[2]}>"
    if envelope.stop:
        message["List-Unsubscribe"] = f"<{envelope.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    return message
