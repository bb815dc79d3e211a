"""Passkeys (W3C Web Authentication): what the browser is asked, and whether what it answers holds. See docs/adr/0017-passkeys.md."""

import base64
import json
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

MAX_CREDENTIAL: Final = 20_000
"""Characters of an answer; the longest that authenticators give is a few thousand."""
MAX_ID: Final = 1400
"""Characters of a credential's id, which has at most 1,023 bytes."""
_CHALLENGE_BYTES: Final = 32
_WAIT_MS: Final = 120_000
_ES256, _EDDSA, _RS256 = -7, -8, -257


@dataclass(frozen=True, slots=True)
class Party:
    """Where passkeys are for: the origin that browsers see, and the name of its host."""

    origin: str
    host: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that was just made: its id and public key, both as it gave them, and how often it has signed (0: it does not count)."""

    credential_id: str
    public_key: bytes
    sign_count: int


class PasskeyRefusedError(Exception):
    """The answer is not that of a passkey to this challenge, on this site, by somebody who was asked for their finger, face or code."""


def party_of(origin: str) -> Party | None:
    """Who asks, or None where browsers know no passkeys: at an address by number, and without encryption but on one's own machine."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        is_local = host == "localhost" or host.endswith(".localhost")
        return Party(origin, host) if host and (parts.scheme == "https" or is_local) else None
    return None


def new_challenge() -> str:
    """A challenge of 256 bits, in base64url: signed once."""
    return encode(secrets.token_bytes(_CHALLENGE_BYTES))


def encode(raw: bytes) -> str:
    """Bytes in base64url without padding, as browsers and authenticators write them."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of base64url. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def options_to_make(party: Party, challenge: str, account_id: str, email: str, name: str, known: list[str]) -> str:
    """What the browser needs for making a passkey, as JSON; `known` are the ids of those that the account has."""
    options = {
        "rp": {"id": party.host, "name": "commentsvc"},
        "user": {"id": encode(account_id.encode()), "name": email, "displayName": name},
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": kind} for kind in (_ES256, _EDDSA, _RS256)],
        "timeout": _WAIT_MS,
        "excludeCredentials": [{"type": "public-key", "id": one} for one in known],
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"},
        "attestation": "none",
    }
    return json.dumps(options)


def options_to_use(party: Party, challenge: str) -> str:
    """What the browser needs for asking its owner for one of the passkeys for this site, as JSON."""
    return json.dumps(
        {"rpId": party.host, "challenge": challenge, "timeout": _WAIT_MS, "allowCredentials": [], "userVerification": "required"}
    )


def credential_id_of(credential: str) -> str:
    """The id that an answer names, before anything of it is believed; '' where it names none."""
    try:
        found = json.loads(credential)
    except (ValueError, RecursionError):
        return ""
    named = found.get("id") if isinstance(found, dict) else None
    return named if isinstance(named, str) and len(named) <= MAX_ID else ""


# Imported when somebody uses a passkey: it takes half a second, and most processes never need it.
def verify_made(party: Party, challenge: str, credential: str) -> NewPasskey:
    """The passkey that a browser has just made. Raises PasskeyRefusedError."""
    from webauthn import verify_registration_response  # noqa: PLC0415 - see above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - see above

    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=decode(challenge),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PasskeyRefusedError from error
    return NewPasskey(encode(made.credential_id), made.credential_public_key, made.sign_count)


def verify_used(party: Party, challenge: str, credential: str, public_key: bytes, sign_count: int) -> int:
    """How often the passkey has signed by now, where the answer holds. Raises PasskeyRefusedError, for a count that went back as well."""
    from webauthn import verify_authentication_response  # noqa: PLC0415 - see above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - see above

    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=decode(challenge),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PasskeyRefusedError from error
    return used.new_sign_count
