"""Public keys that sites publish as a JSON Web Key Set (RFC 7517), so that they can change them without telling us."""

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from commentsvc.integrations.outward import Outward, OutwardError

log = structlog.get_logger(__name__)
FRESH: Final = timedelta(minutes=10)
"""How long a set is taken as it is."""
KEPT: Final = timedelta(days=1)
"""How long the last set that could be had counts while its address does not answer."""
PAUSE: Final = timedelta(seconds=30)
"""The least time between two questions to one address, whatever tokens name."""
MOST_KEYS: Final = 20
_LEAST_BITS: Final = 2048
_OK: Final = 200


@dataclass(slots=True)
class _Set:
    keys: dict[str | None, RSAPublicKey] = field(default_factory=dict)
    had_at: datetime | None = None
    asked_at: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class KeySets:
    """Kept in memory by address. Safe between threads: one asks, the others go on with what there is."""

    def __init__(self, outward: Outward) -> None:
        """Nothing is asked yet."""
        self._outward = outward
        self._sets: dict[str, _Set] = {}
        self._lock = threading.Lock()

    def find(self, address: str, key_id: str | None, now: datetime) -> RSAPublicKey | None:
        """The key of this id (None: the only one), or None. Asks the address when its set is old, or lacks the key."""
        with self._lock:
            found = self._sets.setdefault(address, _Set())
        is_old = found.had_at is None or now - found.had_at >= FRESH
        may_ask = found.asked_at is None or now - found.asked_at >= PAUSE
        # The first one waits for the answer of whoever asks; later ones need not.
        if (is_old or self._pick(found, key_id) is None) and may_ask and found.lock.acquire(blocking=found.had_at is None):
            try:
                if found.asked_at is None or now - found.asked_at >= PAUSE:
                    self._ask(address, found, now)
            finally:
                found.lock.release()
        if found.had_at is None or now - found.had_at >= KEPT:
            return None
        return self._pick(found, key_id)

    @staticmethod
    def _pick(found: _Set, key_id: str | None) -> RSAPublicKey | None:
        if key_id is None and len(found.keys) == 1:
            return next(iter(found.keys.values()))
        return found.keys.get(key_id)

    def _ask(self, address: str, found: _Set, now: datetime) -> None:
        found.asked_at = now
        try:
            answer = self._outward.call("GET", address, headers={"Accept": "application/json"})
        except OutwardError as error:
            log.warning("key_set_not_had", error=error.code)
            return
        keys = read_key_set(answer.body) if answer.status == _OK else None
        if keys is None:
            log.warning("key_set_not_had", error="not a key set", status=answer.status)
            return
        found.keys, found.had_at = keys, now


def read_key_set(body: bytes) -> dict[str | None, RSAPublicKey] | None:
    """The RSA keys for signatures in a set, by id; None when it is none. Keys of other kinds, and those under 2,048 bits, are left out."""
    try:
        listed = json.loads(body)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(listed, list):
        return None
    found: dict[str | None, RSAPublicKey] = {}
    for one in listed[:MOST_KEYS]:
        key = _read(one) if isinstance(one, dict) else None
        key_id = one.get("kid") if key is not None else None
        if key is not None and (key_id is None or isinstance(key_id, str)):
            found[key_id] = key
    return found


def _read(one: dict[str, Any]) -> RSAPublicKey | None:
    if one.get("kty") != "RSA" or one.get("use", "sig") != "sig" or one.get("alg", "RS256") != "RS256" or "d" in one:
        return None
    try:
        key = RSAAlgorithm.from_jwk(one)
    except (InvalidKeyError, ValueError, TypeError):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_BITS else None
