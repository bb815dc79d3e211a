"""Secrets that we must be able to read again, kept so that the database alone does not tell them."""

from base64 import urlsafe_b64encode
from enum import StrEnum
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PREFIX: Final = b"commentsvc "


class Purpose(StrEnum):
    """What a secret is for: sealed for one thing, it cannot be read as another."""

    SECOND_FACTOR = "second factor"
    WEBHOOK = "webhook"
    EMAIL = "email"


def seal(key: bytes, secret: str, purpose: Purpose) -> str:
    """A secret as it is kept: unreadable, and useless elsewhere, without the installation's key."""
    return _box(key, purpose).encrypt(secret.encode()).decode("ascii")


def unseal(key: bytes, sealed: str, purpose: Purpose) -> str | None:
    """The secret again; None under another key or for another purpose."""
    try:
        return _box(key, purpose).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, ValueError):
        return None


def _box(key: bytes, purpose: Purpose) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=_PREFIX + purpose.encode()).derive(key)
    return Fernet(urlsafe_b64encode(derived))
