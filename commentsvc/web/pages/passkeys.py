"""Passkeys as pages offer them, and what their answers are worth."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from commentsvc.integrations.passkeys import (
    NewPasskey,
    Party,
    PasskeyRefusedError,
    credential_id_of,
    new_challenge,
    options_to_make,
    options_to_use,
    party_of,
    verify_made,
    verify_used,
)
from commentsvc.services.passkeys import find_passkey, spend_challenge, use_passkey
from commentsvc.web.context import get_runtime, own_origin, reading

_TICKET_S: Final = 900
"""How long a page may stand open before its passkey button is pressed."""
_TO_MAKE: Final = "making a passkey"
_TO_USE: Final = "signing in with a passkey"


@dataclass(frozen=True, slots=True)
class PasskeyOffer:
    """What a page needs for its passkey button: options for the browser, and the ticket that comes back with the answer."""

    options: str
    ticket: str


def _tickets(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(get_runtime().secret, salt=purpose)


def offer_to_use() -> PasskeyOffer | None:
    """For the page of sign-in; None where browsers know no passkeys (see `party_of`)."""
    party = party_of(own_origin())
    if party is None:
        return None
    challenge = new_challenge()
    return PasskeyOffer(options_to_use(party, challenge), str(_tickets(_TO_USE).dumps(challenge)))


def offer_to_make(account_id: str, email: str, name: str, known: list[str]) -> PasskeyOffer | None:
    """For the page of one's own account; None where browsers know no passkeys."""
    party = party_of(own_origin())
    if party is None:
        return None
    challenge = new_challenge()
    options = options_to_make(party, challenge, account_id, email, name, known)
    return PasskeyOffer(options, str(_tickets(_TO_MAKE).dumps([account_id, challenge])))


def account_of_passkey(ticket: str, credential: str) -> str | None:
    """The account that a passkey's answer signs in, or None. What it signed holds once."""
    party = party_of(own_origin())
    try:
        challenge = str(_tickets(_TO_USE).loads(ticket, max_age=_TICKET_S))
    except BadData:
        return None
    with reading() as session:
        known = find_passkey(session, credential_id_of(credential))
    if party is None or known is None:
        return None
    try:
        sign_count = verify_used(party, challenge, credential, known.public_key, known.sign_count)
    except PasskeyRefusedError:
        return None
    runtime = get_runtime()
    now = runtime.clock.now()

    def take(session: Session) -> bool:
        return spend_challenge(session, challenge, now + timedelta(seconds=_TICKET_S)) and use_passkey(session, known, sign_count, now)

    return known.account_id if runtime.in_transaction(take) else None


def made_passkey(account_id: str, ticket: str, credential: str) -> NewPasskey | None:
    """The passkey that this account's browser has just made, or None where the answer does not hold."""
    party: Party | None = party_of(own_origin())
    try:
        asked, challenge = _tickets(_TO_MAKE).loads(ticket, max_age=_TICKET_S)
    except (BadData, ValueError):
        return None
    if party is None or asked != account_id:
        return None
    try:
        return verify_made(party, challenge, credential)
    except PasskeyRefusedError:
        return None
