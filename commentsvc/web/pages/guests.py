"""How a guest is known: by the name they give and where they come from, without storing either the address or a cookie of theirs."""

from commentsvc.domain.commands import Identity
from commentsvc.web.context import address_hash, get_runtime, keyed_hash

NAMELESS = "Guest"
"""Stands where a guest gave no name."""


def guest_subject(name: str) -> str:
    """The subject of the guest who calls themselves `name`, from where this request comes. The empty name is the mere voter or reporter."""
    text = f"{address_hash()}|{name.casefold()}"
    return "guest:" + keyed_hash(get_runtime().secret, text.encode())


def guest_identity(name: str) -> Identity:
    """The guest who calls themselves `name`, from where this request comes."""
    return Identity(guest_subject(name), name or NAMELESS, is_guest=True)
