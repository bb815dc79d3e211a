"""Time-based one-time passwords (RFC 6238) as phones make them."""

import hashlib
import secrets
from datetime import datetime
from io import BytesIO
from typing import Final

import segno
from pyotp import random_base32
from pyotp.totp import TOTP

ISSUER: Final = "commentsvc"
STEP_S: Final = 30
DIGITS: Final = 6
_AROUND: Final = 1
"""Steps before and after the present one that count too: clocks differ, and typing takes time."""
_CODES: Final = 8
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_CHARS: Final = 10


def new_secret() -> str:
    """A secret of 160 bits, in base 32, as the app on the phone takes it."""
    return random_base32()


def enrolment_address(secret: str, email: str) -> str:
    """The address that the phone's app reads: whose secret it is, and for what."""
    return TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def enrolment_picture(secret: str, email: str) -> str:
    """That address as an inline SVG."""
    picture = BytesIO()
    code = segno.make(enrolment_address(secret, email), micro=False)
    code.save(picture, kind="svg", xmldecl=False, svgns=True, scale=4, border=4, dark="#000", light="#fff", omitsize=False)
    return picture.getvalue().decode("ascii")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The number of the 30-second step whose code was typed; None when it is none of now, just before or just after.

    A step must be taken once only: the caller compares and sets the last one.
    """
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    one_time = TOTP(secret)
    present = int(now.timestamp()) // STEP_S
    found = [step for step in range(present - _AROUND, present + _AROUND + 1) if secrets.compare_digest(one_time.at(step * STEP_S), typed)]
    return found[0] if found else None


def new_recovery_codes() -> list[str]:
    """Eight codes of some 49 bits each, for when the phone is lost. Each works once."""
    return ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARS)) for _ in range(_CODES)]


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code. Case, blanks and hyphens do not matter."""
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
