"""What a connection asks for, one request after another. A scenario yields requests and is given the answers."""

import itertools
import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from tools.bench.corpus import make_texts


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; the head is in lower case."""

    status: int
    head: bytes
    body: bytes


Talk = Generator[bytes, Answer, None]
TEXTS = 500


def make_request(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def get(number: int, options: dict[str, Any]) -> Talk:
    """The same GET (or the POST of the same `body`) over and over."""
    del number
    body = orjson.dumps(options["body"]) if "body" in options else b""
    asked = make_request("POST" if body else "GET", options["path"], body, options.get("headers"))
    while True:
        yield asked


def get_varied(number: int, options: dict[str, Any]) -> Talk:
    """The same page under 1,024 spellings of its address: more than a cache of written pages holds.

    Each connection begins elsewhere, or the first to ask for a spelling would have it written for the others.
    """
    article = options["article"]
    spellings = []
    for variant in range(1024):
        letters = [f"%{ord(letter):02X}" if variant >> place & 1 else letter for place, letter in enumerate(article[:10])]
        spellings.append(make_request("GET", f"{options['path']}{''.join(letters)}{article[10:]}"))
    at = number * 128 % len(spellings)
    for asked in itertools.cycle(spellings[at:] + spellings[:at]):  # noqa: UP028 - answers are sent in, which an iterator does not take
        yield asked


def get_unchanged(number: int, options: dict[str, Any]) -> Talk:
    """A GET that carries the tag of the first answer."""
    del number
    answer = yield make_request("GET", options["path"])
    place = answer.head.index(b"etag:") + 5
    # A tag is hexadecimal, so nothing was lost to the lower case of the head but the W of a weak one, which is compared weakly.
    tag = answer.head[place : answer.head.index(b"\r\n", place)].strip().decode().replace("w/", "W/")
    asked = make_request("GET", options["path"], headers={"If-None-Match": tag})
    while True:
        yield asked


def _posts(number: int, options: dict[str, Any], shape: Callable[[int, str], dict[str, Any]]) -> Talk:
    texts = make_texts(TEXTS, number)
    mark = os.urandom(4).hex()
    for serial in itertools.count():
        body = shape(serial, f"{texts[serial % TEXTS]} {mark}-{number}-{serial}")
        yield make_request("POST", options["path"], orjson.dumps(body))


def post_comment(number: int, options: dict[str, Any]) -> Talk:
    """Distinct comments of known guests, to a handful of articles."""

    def shape(serial: int, text: str) -> dict[str, Any]:
        return {"article": {"key": f"post-{serial % 20}"}, "author": {"name": f"Reader {number}-{serial % 50}"}, "body": text}

    return _posts(number, options, shape)


def post_floor(number: int, options: dict[str, Any]) -> Talk:
    """The same texts to the floor."""
    return _posts(number, options, lambda serial, text: {"author": f"Reader {number}-{serial % 50}", "text": text})


def claim_and_decide(number: int, options: dict[str, Any]) -> Talk:
    """A moderator who takes one item after another and decides it: half approved, half rejected. Two requests an item."""
    headers = {"Authorization": f"Bearer {options['tokens'][number % len(options['tokens'])]}"}
    claim = orjson.dumps({"queue": "held", "site": options["site"], "limit": 1})
    for serial in itertools.count():
        answer = yield make_request("POST", "/api/v1/moderation/claims", claim, headers)
        items = orjson.loads(answer.body)["items"]
        if not items:
            return
        item = items[0]
        verdict = {"decision": "approve"} if serial % 2 else {"decision": "reject", "reason_code": "abuse"}
        body = orjson.dumps(verdict | {"revision": item["revision"]["id"] if isinstance(item["revision"], dict) else item["revision"]})
        yield make_request("POST", f"/api/v1/moderation/items/{quote(item['id'])}/decision", body, headers)


SCENARIOS: dict[str, Callable[[int, dict[str, Any]], Talk]] = {
    "get": get,
    "get_varied": get_varied,
    "get_unchanged": get_unchanged,
    "post_comment": post_comment,
    "post_floor": post_floor,
    "claim_and_decide": claim_and_decide,
}
