"""Calls to addresses that admins of sites have named: never into our own network, never along a redirect, never for long."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

MAX_ADDRESS: Final = 2000
_MAX_ANSWER: Final = 262_144
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_PORTS: Final = {"https": 443, "http": 80}
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class OutwardError(Exception):
    """The address may not be called or did not answer; `code` is short and holds nothing that the other side said."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer's status, and the beginning of its body."""

    status: int
    body: bytes


class Outward:
    """Safe between threads; each call has a connection of its own."""

    def __init__(self, *, allow_private: bool = False, timeout_s: float = 10.0, trust: ssl.SSLContext | None = None) -> None:
        """With `allow_private` plain http and addresses of our own network are called too: for a CMS on the same machine, and for tests."""
        self._allow_private = allow_private
        self._timeout_s = timeout_s
        self._given_trust = trust

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        # Made when first needed: reading the system's authorities takes 30 ms, and many a site calls nobody.
        return self._given_trust or ssl.create_default_context()

    def objection(self, address: str) -> str | None:
        """What speaks against an address before anything is asked of it, in a sentence; None when nothing does."""
        try:
            _split(address, self._allow_private)
        except OutwardError:
            return "Must be an https address without a name, a password or a fragment in it."
        return None

    def call(self, method: str, address: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Answered:
        """Send one request and read its answer, in `timeout_s` altogether. Raises OutwardError.

        The name is looked up once, every address it has must be a public one, and the connection goes to the one that was looked
        at: a name that answers differently the second time gains nothing.
        """
        scheme, host, port, path = _split(address, self._allow_private)
        ip = self._look_up(host, port)
        connection = _Connection(host, port, ip, self._timeout_s, self._trust if scheme == "https" else None)
        # A limit for each read is not enough: who sends a byte now and then would hold us for ever.
        watchdog = threading.Timer(self._timeout_s, connection.cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            found = Answered(answer.status, answer.read(_MAX_ANSWER))
        except ssl.SSLError:
            raise OutwardError("tls") from None
        except TimeoutError:
            raise OutwardError("timeout") from None
        except (OSError, http.client.HTTPException, ValueError):
            raise OutwardError("timeout" if connection.is_cut else "connection") from None
        finally:
            watchdog.cancel()
            connection.close()
        if connection.is_cut:
            raise OutwardError("timeout")
        return found

    def _look_up(self, host: str, port: int) -> str:
        try:
            found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError):
            raise OutwardError("unknown-host") from None
        if not found:
            raise OutwardError("unknown-host")
        if not self._allow_private and not all(is_public(ipaddress.ip_address(str(one).partition("%")[0])) for one in found):
            raise OutwardError("private-address")
        return str(found[0])


def is_public(ip: Ip) -> bool:
    """Whether an address is one of the open net, whatever it is wrapped in: IPv4 mapped into IPv6, 6to4, NAT64."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return ip.is_global and not ip.is_multicast


def _split(address: str, allow_private: bool) -> tuple[str, str, int, str]:  # noqa: FBT001 - private
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise OutwardError("malformed") from None
    is_odd = len(address) > MAX_ADDRESS or not address.isascii() or not address.isprintable() or " " in address or "\\" in address
    if is_odd or parts.scheme not in _PORTS or (parts.scheme == "http" and not allow_private):
        raise OutwardError("malformed")
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        raise OutwardError("malformed")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme], path


class _Connection(http.client.HTTPConnection):
    """To one looked-up address, in the name of the host that was asked for."""

    def __init__(self, host: str, port: int, ip: str, timeout_s: float, trust: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=timeout_s)
        self.default_port = _PORTS["http" if trust is None else "https"]
        self.is_cut = False
        self._line: socket.socket | None = None
        self._ip = ip
        self._limit_s = timeout_s
        self._trust = trust

    def connect(self) -> None:
        """Connect to the address that was looked at, and hold the certificate against the name."""
        plain = socket.create_connection((self._ip, self.port), self._limit_s)
        self.sock = self._line = plain
        if self._trust is not None:
            self.sock = self._line = self._trust.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread."""
        self.is_cut = True
        # Not `self.sock`, which http.client lets go of while the answer is still being read.
        if self._line is not None:
            try:
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
