"""Who is calling, and the one place that says what a role allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from commentsvc.domain.errors import ForbiddenError, NotFoundError

ALL_SITES = "*"
"""Stands for a site id where a role holds on every site, and in `require_role` for what belongs to no single site."""


class Role(StrEnum):
    """What an account may do on a site. An admin may do all that a moderator may."""

    MODERATOR = "moderator"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether who holds this role also holds `other`."""
        return self is Role.ADMIN or other is Role.MODERATOR


class Via(StrEnum):
    """How the caller proved who they are."""

    TOKEN = "token"  # noqa: S105 - a word, not a secret
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in account with its roles by site id (or `ALL_SITES`)."""

    account_id: str
    name: str
    roles: Mapping[str, Role]
    via: Via

    def __post_init__(self) -> None:
        """Make the roles read-only."""
        object.__setattr__(self, "roles", MappingProxyType(dict(self.roles)))

    def role_on(self, site_id: str) -> Role | None:
        """Find the strongest role held on the site, whether given for it or for all sites; None where there is none."""
        held = [role for role in (self.roles.get(site_id), self.roles.get(ALL_SITES)) if role is not None]
        if not held:
            return None
        return Role.ADMIN if Role.ADMIN in held else Role.MODERATOR

    def sites_with(self, role: Role) -> frozenset[str] | None:
        """List the site ids on which `role` is held, for filtering lists; None means every site."""
        everywhere = self.roles.get(ALL_SITES)
        if everywhere is not None and everywhere.includes(role):
            return None
        return frozenset(site_id for site_id, held in self.roles.items() if site_id != ALL_SITES and held.includes(role))


class ReaderKind(StrEnum):
    """Where a reader's identity comes from."""

    GUEST = "guest"
    SSO = "sso"


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader as the site vouches for them (`SSO`), or a guest who vouches for themselves.

    `subject` is the site's own id of the reader and empty for a guest; `roles` are the site's words and give nothing here by themselves.
    `is_email_verified` says that the site knows the address to be theirs.
    """

    kind: ReaderKind
    subject: str
    name: str
    email: str | None = None
    roles: tuple[str, ...] = ()
    author_of: tuple[str, ...] = ()
    """Keys of the articles that they wrote, among those that the site names."""
    is_email_verified: bool = False


def require_role(principal: Principal, role: Role, site_id: str) -> None:
    """Return when `principal` holds `role` on the site (`ALL_SITES` for what belongs to no single site).

    Raises NotFoundError when they hold nothing on that site, so that they cannot learn that it exists, and ForbiddenError when they
    hold less than what is asked.
    """
    held = principal.role_on(site_id)
    if held is not None and held.includes(role):
        return
    if held is None and site_id != ALL_SITES:
        raise NotFoundError("There is nothing here that you may see.")
    raise ForbiddenError(f"This needs the role of {role.value}.")
