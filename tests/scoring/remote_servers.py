"""A small HTTP server in threads of the test, so that a test can hold the scorer behind it, count its connections and hang up."""

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

from commentsvc.scoring.batching import BatchingScorer
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.scoring.remote_scorer import RemoteOptions, RemoteScorer
from commentsvc.scoring.remote_service import ScoringService

LONG_S: Final = 60.0
CANARY: Final = "xyzzycanary"

Application = Callable[[dict[str, Any], Callable[..., object]], list[bytes]]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Server"

    def setup(self) -> None:
        super().setup()
        self.server.served.joined(self.request)

    def finish(self) -> None:
        super().finish()
        self.server.served.left(self.request)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_GET(self) -> None:
        environ = {"REQUEST_METHOD": self.command, "PATH_INFO": self.path, "wsgi.input": self.rfile}
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if f"HTTP_{name}" in environ:
                environ[name] = environ.pop(f"HTTP_{name}")
        self.server.served.paths.append(self.path)

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            self.send_response_only(int(status.partition(" ")[0]))
            for header in headers:
                self.send_header(*header)
            self.end_headers()

        for part in self.server.served.application(environ, start_response):
            self.wfile.write(part)

    do_POST = do_GET  # noqa: N815 - the name is the library's

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    served: "Served"


class Served:
    """An application that is served at a port of this machine. `application` may be changed at any time."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.paths: list[str] = []
        self.connection_count = 0
        self.open_count = 0
        self.most_open = 0
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._port = 0
        self._server: _Server | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen, again at the same port after `stop`."""
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.served = self
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """As if the process had died: nobody listens, and every connection is hung up."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        self.hang_up()

    def hang_up(self) -> None:
        with self._changed:
            for one in self._open:
                one.shutdown(socket.SHUT_RDWR)
            assert self._changed.wait_for(lambda: not self._open, 60)

    def joined(self, connection: socket.socket) -> None:
        with self._changed:
            self.connection_count += 1
            self._open.add(connection)
            self.most_open = max(self.most_open, len(self._open))

    def left(self, connection: socket.socket) -> None:
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Stand:
    """Scoring processes and askers of one test; whatever it made is closed at its end."""

    def __init__(self):
        self.fake = FakeScorer()
        self._open = []

    def service(self, scorer=None, **options):
        batching = BatchingScorer(scorer or self.fake, max_batch=8)
        batching.warm()
        self.fake.batches.clear()
        self._open.append(batching.close)
        return ScoringService(batching, **({"shared_texts": 8, "threads": 16} | options))

    def serve(self, application=None):
        served = Served(application or self.service())
        self._open.append(served.stop)
        return served

    def ask(self, served, **options):
        remote = RemoteScorer(RemoteOptions(served.url, **({"timeout_s": LONG_S} | options)))
        self._open.append(remote.close)
        return remote

    def close(self):
        self.fake.release()
        for close in reversed(self._open):
            close()
