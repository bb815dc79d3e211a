"""Challenges in ALTCHA's format: a guest's browser looks for a number, some fifty thousand hashes on average, and sends it along."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs

from altcha import v1

from commentsvc.domain.commands import Proof

ALGORITHM: Final = "SHA-256"
MOST: Final = 100_000
"""The number lies below this: a tenth of a second to half a second of work for a phone."""
KEPT: Final = timedelta(minutes=20)
MAX_PROOF: Final = 1000
_HEX: Final = frozenset("0123456789abcdef")
_DIGEST: Final = 64


@dataclass(frozen=True, slots=True)
class ProofOfWork:
    """Makes challenges and checks what comes back. Each site has its own, so that a proof buys nothing elsewhere."""

    secret: bytes

    def challenge(self, site: str, now: datetime) -> dict[str, Any]:
        """A new challenge as ALTCHA's own widget takes it: `algorithm`, `challenge`, `maxnumber`, `salt`, `signature`."""
        options = v1.ChallengeOptions(algorithm=ALGORITHM, max_number=MOST, hmac_key=self._key(site), expires=now + KEPT)
        made = v1.create_challenge(options)
        # The names that ALTCHA's widget reads; the library's own spelling of one differs.
        return {
            "algorithm": made.algorithm,
            "challenge": made.challenge,
            "maxnumber": made.max_number,
            "salt": made.salt,
            "signature": made.signature,
        }

    def read(self, site: str, payload: str, now: datetime) -> Proof | None:
        """The proof that `payload` (base64 of JSON, as ALTCHA has it) is; None for one that does not hold or has expired."""
        found = _decode(payload)
        if found is None or not v1.verify_solution(found, self._key(site), check_expires=False)[0]:
            return None
        # The library asks the system's clock and takes a challenge without an end; ours all have one.
        ends = parse_qs(str(found["salt"]).partition("?")[2]).get("expires", [""])
        if len(ends) != 1 or not ends[0].isascii() or not ends[0].isdigit() or len(ends[0]) > 12:  # noqa: PLR2004 - digits of a time
            return None
        expires_at = datetime.fromtimestamp(int(ends[0]), UTC)
        return Proof(str(found["challenge"]), expires_at) if expires_at > now else None

    def _key(self, site: str) -> str:
        return hmac.new(self.secret, b"proof:" + site.encode(), hashlib.sha256).hexdigest()


def _decode(payload: str) -> Any:  # noqa: ANN401 - what the library takes
    """The payload's members, each of the kind it must be; None for anything else."""
    if len(payload) > MAX_PROOF:
        return None
    try:
        found = json.loads(base64.b64decode(payload, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("algorithm") != ALGORITHM:
        return None
    challenge, number = found.get("challenge"), found.get("number")
    is_sound = (
        isinstance(challenge, str)
        and len(challenge) == _DIGEST
        and _HEX.issuperset(challenge)
        and isinstance(number, int)
        and not isinstance(number, bool)
        and 0 <= number <= MOST
        and isinstance(found.get("salt"), str)
        and isinstance(found.get("signature"), str)
    )
    return found if is_sound else None
