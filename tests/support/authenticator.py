"""An authenticator of our own: makes passkeys and signs with them, as a phone would, and lies where a test wants it to."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from commentsvc.integrations.passkeys import decode, encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey. `origin` is what the browser says where it is, `counts` how often it has signed."""

    origin: str = "http://localhost"
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counts: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """The answer to the options for making a passkey."""
        asked = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + cbor2.dumps(public)
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        return self._answer({"attestationObject": cbor2.dumps(statement)}, self._client("webauthn.create", asked["challenge"]))

    def use(self, options: str) -> str:
        """The answer to the options for signing in; it counts one more."""
        self.counts += 1 if self.counts else 0
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"authenticatorData": data, "signature": signature, "userHandle": b"someone"}, client)

    def _client(self, kind: str, challenge: str) -> bytes:
        assert len(decode(challenge)) == 32
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, more: int = 0) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | more]) + self.counts.to_bytes(4)

    def _answer(self, parts: dict[str, bytes], client: bytes) -> str:
        response: dict[str, Any] = {"clientDataJSON": encode(client), **{name: encode(raw) for name, raw in parts.items()}}
        named = encode(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response, "clientExtensionResults": {}})
