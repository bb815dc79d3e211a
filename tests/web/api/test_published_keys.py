"""Readers' tokens by RS256 with keys that the site publishes."""

import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from commentsvc.integrations.key_sets import PAUSE, KeySets
from commentsvc.integrations.outward import Answered, Outward
from tests.web.api.api_client import ADMIN, DAY_S, pointers, problem

ADDRESS = "https://gazette.example/.well-known/jwks.json"
FIRST, SECOND = (rsa.generate_private_key(65537, 2048) for _ in range(2))


class Publisher(Outward):
    def __init__(self) -> None:
        super().__init__()
        self.keys = {"one": FIRST}

    def call(self, method: str, address: str, **_: object) -> Answered:
        assert (method, address) == ("GET", ADDRESS)
        listed = [{**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": name} for name, key in self.keys.items()]
        return Answered(200, json.dumps({"keys": listed}).encode())


@pytest.fixture
def publisher(api, world):
    made = Publisher()
    world.runtime.key_sets = KeySets(made)
    assert api.patch("admin/sites/gazette", {"jwks_url": ADDRESS}, token=api.caller(ADMIN)).json["jwks_url"] == ADDRESS
    return made


def token(world, key, key_id, *, algorithm="RS256", **claims):
    now = int(world.now.timestamp())
    return jwt.encode(
        {"sub": "rosa", "name": "Rosa", "aud": "gazette", "exp": now + DAY_S, **claims}, key, algorithm=algorithm, headers={"kid": key_id}
    )


def test_a_published_key_vouches_and_may_be_changed(api, world, publisher):
    assert api.comment(token=token(world, FIRST, "one"))["status"] == "published"
    publisher.keys = {"two": SECOND}
    world.clock.advance(seconds=PAUSE.total_seconds())
    assert api.comment("Another one.", token=token(world, SECOND, "two"))["status"] == "published"
    refused = api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": "Late."}, token=token(world, FIRST, "one"))
    problem(refused, 401, "unauthenticated")


def test_a_key_of_another_name_or_hand_does_not(api, world, publisher):
    for wrong in (token(world, SECOND, "one"), token(world, FIRST, "three"), token(world, FIRST, "one", aud="courier")):
        answer = api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": "Mine."}, token=wrong)
        problem(answer, 401, "unauthenticated")


def test_a_published_key_is_no_shared_secret(api, world, publisher):
    """The key that everybody can read must not be taken for the secret of HS256."""
    import hashlib
    import hmac
    from base64 import urlsafe_b64encode

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = FIRST.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = {"sub": "rosa", "name": "Rosa", "aud": "gazette", "exp": int(world.now.timestamp()) + DAY_S}
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256", "kid": "one"}, claims)]
    signed = b".".join(parts)
    forged = (signed + b"." + urlsafe_b64encode(hmac.new(public, signed, hashlib.sha256).digest()).rstrip(b"=")).decode()
    answer = api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": "Mine."}, token=forged)
    problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize("address", ["http://gazette.example/keys", "https://u:p@gazette.example/", "file:///etc/passwd", "keys"])
def test_keys_are_published_over_https(api, address):
    answer = api.patch("admin/sites/gazette", {"jwks_url": address}, token=api.caller(ADMIN))
    problem(answer, 422, "validation-failed")
    assert pointers(answer) == ["/jwks_url"]


def test_publishing_can_be_ended(api, world, publisher):
    api.patch("admin/sites/gazette", {"jwks_url": ""}, token=api.caller(ADMIN))
    answer = api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": "Mine."}, token=token(world, FIRST, "one"))
    problem(answer, 401, "unauthenticated")
