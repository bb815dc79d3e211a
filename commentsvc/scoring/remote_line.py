"""Where a scoring process listens, and a connection to it of which every wait ends in time."""

import http.client
import ipaddress
import select
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.remote_wire import MAX_ANSWER_BYTES

if TYPE_CHECKING:
    from typing_extensions import Buffer

LONGEST_SOCKET_PATH: Final = 107
_UNIX: Final = "unix:"


@dataclass(frozen=True, slots=True)
class Place:
    """A host and port, or the path of a Unix socket."""

    host: str = ""
    port: int = 0
    socket_path: str = ""

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it: there the system keeps others out, elsewhere a secret must."""
        return bool(self.socket_path) or is_loopback(self.host)

    def __str__(self) -> str:
        if self.socket_path:
            return f"{_UNIX}{self.socket_path}"
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def parse_place(url: str) -> Place:
    """The place that `http://host:port` or `unix:/path` names. Raises ScorerFileError."""
    if url.startswith(_UNIX):
        path = url.removeprefix(_UNIX)
        if not path.startswith("/"):
            raise ScorerFileError('scorer.url: "unix:" needs the whole path of a socket, "unix:/run/commentsvc/scorer.sock"')
        path = f"/{path.lstrip('/')}"
        if len(path.encode()) > LONGEST_SOCKET_PATH:
            raise ScorerFileError(f"scorer.url: the path of a socket may have {LONGEST_SOCKET_PATH} bytes at most")
        return Place(socket_path=path)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    is_bare = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme != "http" or not host or not port or not is_bare:
        # Without the address itself: somebody may have put a password into it.
        raise ScorerFileError('scorer.url must be "http://host:port" or "unix:/path"')
    return Place(host, port)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and reached from nowhere else."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _PunctualSocket(socket.socket):
    """A socket whose reads and writes end at `ends_at` (monotonic), however many there are."""

    ends_at = 0.0

    def recv_into(self, buffer: "Buffer", nbytes: int = 0, flags: int = 0) -> int:
        self._set_limit()
        return super().recv_into(buffer, nbytes, flags)

    def sendall(self, data: "Buffer", flags: int = 0) -> None:
        self._set_limit()
        super().sendall(data, flags)

    def _set_limit(self) -> None:
        self.settimeout(left(self.ends_at))


def left(ends_at: float) -> float:
    """Seconds until then; raises TimeoutError when it is past."""
    remaining = ends_at - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    return remaining


class Line(http.client.HTTPConnection):
    """A connection that is kept between requests. It follows no redirect and reads no answer without end."""

    def __init__(self, place: Place) -> None:
        """Nothing is opened yet."""
        super().__init__(place.host or "localhost", place.port or None)
        self._place = place
        self._ends_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the other end has not hung up. What lies unread on an idle line is its end, or nothing that was asked for."""
        if self.sock is None:
            return False
        looking = select.poll()
        looking.register(self.sock, select.POLLIN)
        return not looking.poll(0)

    def connect(self) -> None:
        """Open the connection, in the time of the request at hand."""
        if self._place.socket_path:
            self.sock = _PunctualSocket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(left(self._ends_at))
            self.sock.connect(self._place.socket_path)
        else:
            plain = socket.create_connection((self.host, self.port), left(self._ends_at))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sock = _PunctualSocket(fileno=plain.detach())
        self.sock.ends_at = self._ends_at

    def ask(self, path: str, body: bytes | None, headers: Mapping[str, str], ends_at: float) -> tuple[int, bytes]:
        """Status and body of the answer. Raises OSError (TimeoutError in particular) and http.client.HTTPException; then close it."""
        self._ends_at = ends_at
        known: Any = self.sock
        if known is not None:
            known.ends_at = ends_at
        self.request("GET" if body is None else "POST", path, body, dict(headers))
        answer = self.getresponse()
        if answer.length is None or answer.length > MAX_ANSWER_BYTES:
            raise http.client.HTTPException("an answer without end")
        return answer.status, answer.read()
