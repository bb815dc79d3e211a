"""The commands that people and machines rely on, and the fence around the tests."""

import re
import socket

import pytest
from pytest_socket import SocketConnectBlockedError

PARTS_OF_SURE = ["format-check", "lint", "types", "imports", "ordinary", "migrations", "docs"]
PARTS_OF_CI = ["install", "sure", "test-browser", "test-detoxify"]
# Parts of `make sure` that nobody calls alone.
TARGETS_WITHOUT_HELP = {"format-check", "ordinary"}


def test_every_target_has_a_help_text(root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE))
    helped = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert targets - helped == TARGETS_WITHOUT_HELP
    assert helped <= targets


def test_sure_and_ci_leave_nothing_out(root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"for part in (.+?);", makefile)[0].split() == PARTS_OF_SURE
    assert re.findall(r"^part \w+ ([\w-]+)$", (root / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE) == PARTS_OF_CI


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_tests_reach_no_other_machine():
    # Connecting a datagram socket sends nothing, so this is harmless even where the fence is down.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, pytest.raises(SocketConnectBlockedError):
        datagrams.connect(("192.0.2.1", 9))


def test_tests_reach_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
