"""Calls to addresses that others named: nothing private, no redirect, no endless answer, and the name's own certificate."""

import ipaddress
import socket
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from commentsvc.integrations.outward import Outward, OutwardError, is_public
from tests.support.https_server import serving_https

PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255",
    "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "2002:7f00:1::", "2002:c0a8:101::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("ip", PRIVATE)
def test_no_private_address_is_called_whatever_its_name(monkeypatch, ip):
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", (ip, 443))])
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_k: asked.append(a))
    with pytest.raises(OutwardError, match="private-address"):
        Outward().call("POST", "https://hooks.example/x", body=b"{}")
    assert asked == []


@pytest.mark.parametrize("ip", ["93.184.216.34", "8.8.8.8", "2606:4700::1", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_net_are_public(ip):
    assert is_public(ipaddress.ip_address(ip))


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    looked: list[str] = []
    connected: list[tuple[str, int]] = []

    def look(host, *_a, **_k):
        looked.append(host)
        return [(2, 1, 6, "", ("93.184.216.34" if len(looked) == 1 else "127.0.0.1", 443))]

    def connect(place, *_a, **_k):
        connected.append(place)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OutwardError, match="connection"):
        Outward().call("GET", "https://hooks.example/")
    assert (looked, connected) == (["hooks.example"], [("93.184.216.34", 443)])


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example/", "ftp://hooks.example/", "https://", "https:///x", "https://user@hooks.example/", "https://u:p@hooks.example/",
        "https://hooks.example/#x", "https://hooks.example:99999/", "https://hooks.example/a b", "https://hooks.example/\n", "file:///etc/passwd",
        "https://hooks.example/" + "x" * 2000, "https://hööks.example/", "hooks.example", "", "https://hooks.example\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_an_odd_address_is_refused_before_anything_is_asked(address):
    outward = Outward()
    assert outward.objection(address) is not None
    with pytest.raises(OutwardError, match="malformed"):
        outward.call("GET", address)


def test_a_plain_address_has_nothing_against_it():
    assert Outward().objection("https://hooks.example/comments?key=1") is None
    assert Outward(allow_private=True).objection("http://127.0.0.1:9000/") is None


@contextmanager
def serving(answer):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hook"
        finally:
            server.shutdown()
            thread.join()


def test_a_redirect_is_an_answer_and_not_a_way():
    seen: list[str] = []

    def away(handler):
        seen.append(handler.path)
        handler.send_response(302)
        handler.send_header("Location", "/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with serving(away) as address:
        assert Outward(allow_private=True).call("POST", address, body=b"{}").status == 302
    assert seen == ["/hook"]


def test_an_endless_answer_ends_with_our_patience():
    over = threading.Event()

    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not over.wait(0.02):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    with serving(drip) as address:
        with pytest.raises(OutwardError, match="timeout"):
            Outward(allow_private=True, timeout_s=0.3).call("POST", address, body=b"{}")
        over.set()


def test_no_more_is_read_than_is_needed():
    def much(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        try:
            handler.wfile.write(b"x" * 1_000_000)
        except OSError:
            return

    with serving(much) as address:
        assert len(Outward(allow_private=True).call("POST", address, body=b"{}").body) == 262_144


def test_the_certificate_must_be_the_name_s(tmp_path):
    with serving_https(tmp_path) as server:
        server.files["/hook"] = b"{}"
        with pytest.raises(OutwardError, match="tls"):
            Outward(allow_private=True).call("GET", f"{server.address}/hook")
        trusting = Outward(allow_private=True, trust=ssl.create_default_context(cafile=str(server.certificate)))
        assert trusting.call("GET", f"{server.address}/hook").body == b"{}"


def test_a_name_that_does_not_exist_is_said_so(monkeypatch):
    def unknown(*_a, **_k):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(OutwardError, match="unknown-host"):
        Outward().call("GET", "https://hooks.example/")
