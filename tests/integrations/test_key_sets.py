"""Keys that a site publishes: asked for when needed, kept when they cannot be had, and never by a stranger's will alone."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from commentsvc.integrations.key_sets import FRESH, KEPT, PAUSE, KeySets, read_key_set
from commentsvc.integrations.outward import Answered, Outward, OutwardError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ADDRESS = "https://gazette.example/keys"
KEYS = {name: rsa.generate_private_key(65537, 2048) for name in ("old", "new")}


def key_set(*names: str, **more: object) -> bytes:
    return json.dumps(
        {"keys": [{**RSAAlgorithm.to_jwk(KEYS[name].public_key(), as_dict=True), "kid": name, **more} for name in names]}
    ).encode()


class Publisher(Outward):
    """Answers what it has, or fails."""

    def __init__(self, body: bytes | None) -> None:
        super().__init__()
        self.body, self.asked = body, 0

    def call(self, *_: object, **__: object) -> Answered:
        self.asked += 1
        if self.body is None:
            raise OutwardError("timeout")
        return Answered(200, self.body)


def test_a_set_is_asked_for_once_while_it_is_fresh():
    publisher = Publisher(key_set("old"))
    sets = KeySets(publisher)
    for _ in range(5):
        assert sets.find(ADDRESS, "old", NOW) == KEYS["old"].public_key()
    assert publisher.asked == 1
    sets.find(ADDRESS, "old", NOW + FRESH)
    assert publisher.asked == 2


def test_a_changed_key_is_found_at_once_and_the_old_one_is_gone():
    publisher = Publisher(key_set("old"))
    sets = KeySets(publisher)
    sets.find(ADDRESS, "old", NOW)
    publisher.body = key_set("new")
    assert sets.find(ADDRESS, "new", NOW + PAUSE) == KEYS["new"].public_key()
    assert sets.find(ADDRESS, "old", NOW + PAUSE) is None


def test_made_up_ids_do_not_make_us_ask_without_end():
    publisher = Publisher(key_set("old"))
    sets = KeySets(publisher)
    for number in range(50):
        assert sets.find(ADDRESS, f"made-up-{number}", NOW) is None
    assert publisher.asked == 1


def test_while_the_address_is_away_the_last_set_counts_for_a_day():
    publisher = Publisher(key_set("old"))
    sets = KeySets(publisher)
    sets.find(ADDRESS, "old", NOW)
    publisher.body = None
    assert sets.find(ADDRESS, "old", NOW + KEPT - timedelta(seconds=1)) == KEYS["old"].public_key()
    assert sets.find(ADDRESS, "old", NOW + KEPT) is None
    publisher.body = key_set("old")
    assert sets.find(ADDRESS, "old", NOW + KEPT + PAUSE) is not None


def test_a_token_without_an_id_is_for_the_only_key():
    sets = KeySets(Publisher(key_set("old")))
    assert sets.find(ADDRESS, None, NOW) is not None
    assert KeySets(Publisher(key_set("old", "new"))).find(ADDRESS, None, NOW) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"keys": {}}', b'{"keys": 1}', b"\xff", b"[" * 100_000, b"<html>"])
def test_what_is_no_set_is_told_apart(body):
    assert read_key_set(body) is None
    assert KeySets(Publisher(body)).find(ADDRESS, None, NOW) is None


def test_only_rsa_keys_for_signatures_that_are_long_enough_are_taken():
    short = RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 1024).public_key(), as_dict=True)
    curve = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    private = RSAAlgorithm.to_jwk(KEYS["old"], as_dict=True)
    good = RSAAlgorithm.to_jwk(KEYS["new"].public_key(), as_dict=True)
    odd = [
        short,
        curve,
        private,
        {**good, "use": "enc"},
        {**good, "alg": "RS512"},
        {**good, "n": "!"},
        {"kty": "oct", "k": "c2VjcmV0"},
        7,
        None,
    ]
    assert read_key_set(json.dumps({"keys": odd}).encode()) == {}
    assert list(read_key_set(json.dumps({"keys": [*odd, {**good, "kid": "good"}]}).encode()) or {}) == ["good"]
    assert len(read_key_set(json.dumps({"keys": [{**good, "kid": str(at)} for at in range(50)]}).encode()) or {}) == 20
