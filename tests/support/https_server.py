"""A server on this machine that speaks real TLS, and breaks off, falls silent or sends elsewhere where a test wants it to."""

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class HttpsServer:
    """What it holds by path, and how it misbehaves. `asked` has path and range of each request."""

    address: str
    certificate: Path
    files: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    breaks: dict[str, list[int]] = field(default_factory=dict)
    """By path, after how many bytes the next answers break off."""
    silent: set[str] = field(default_factory=set)
    """What is answered with its first byte, and then nothing."""
    takes_ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Whoever refuses the certificate hangs up, which is no news."""


@contextmanager
def serving_https(place: Path) -> Iterator[HttpsServer]:
    """A running server; whoever trusts `certificate` may ask it."""
    key, certificate = _write_certificate(place)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, served)

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with _Quiet(("127.0.0.1", 0), Handler) as server:
        # The handshake is each request's own thread's, so that one that fails stops no other.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        served = HttpsServer(f"https://127.0.0.1:{server.server_port}", certificate)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield served
        finally:
            served.over.set()
            server.shutdown()
            thread.join()


def _answer(request: BaseHTTPRequestHandler, served: HttpsServer) -> None:
    path, wanted = request.path, request.headers.get("Range")
    served.asked.append((path, wanted))
    request.close_connection = True
    if path in served.moved:
        request.send_response(302)
        request.send_header("Location", served.moved[path])
        request.end_headers()
        return
    if path not in served.files:
        request.send_error(404)
        return
    content = served.files[path]
    if wanted and served.takes_ranges:
        content = content[int(wanted.removeprefix("bytes=").removesuffix("-")) :]
        request.send_response(206)
    else:
        request.send_response(200)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    if path in served.silent:
        request.wfile.write(content[:1])
        served.over.wait(30)
        return
    left = served.breaks.get(path)
    request.wfile.write(content[: left.pop(0)] if left else content)


def _write_certificate(place: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_path, certificate_path = place / "key.pem", place / "certificate.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key_path.write_bytes(private)
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return key_path, certificate_path
