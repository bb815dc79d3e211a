"""What admins send and get about sites, accounts and tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from marshmallow import fields, validate

from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.domain.status import ProofRule
from commentsvc.services.sites import NewSite, SiteChange
from commentsvc.web.api.schemas.comments import MAX_KEY
from commentsvc.web.api.schemas.parts import PageQuery, Refusing, cursor_out, flag, line, number, told, when, word, word_out
from commentsvc.web.api.schemas.policies import PolicyDocument
from commentsvc.web.fields import Id, JsonBoolean, JsonInteger, Time, Whole

_ORIGIN = r"^https?://(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$"
_MIN_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class NewSiteWish:
    """A site to be made, and its first policy (None: the default one)."""

    site: NewSite
    policy: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class RoleWish:
    """A role to be given on a site (by its key, or all of them), or taken away with None."""

    site: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made, and its roles."""

    email: str
    name: str
    password: str | None
    roles: tuple[RoleWish, ...]


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token to be made, for the caller or for another account."""

    name: str
    account: str | None
    expires_at: datetime | None


def _check_public_key(value: str | None) -> None:
    if value is None:
        return
    try:
        key = load_pem_public_key(value.encode())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey) or key.key_size < _MIN_RSA_BITS:
        raise ma.ValidationError(f"Must be an RSA public key of at least {_MIN_RSA_BITS} bits in PEM form.")


class _SiteFields(Refusing):
    """What may be said of a site."""

    language = fields.String(
        validate=Whole(r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}$"), metadata={"description": "The language of its pages (BCP 47)."}
    )
    origins = fields.List(
        fields.String(validate=[validate.Length(max=300), Whole(_ORIGIN, error="Must be an origin such as https://example.org.")]),
        validate=validate.Length(max=50),
        metadata={"description": "The origins of its pages, which may call readers' routes from the browser."},
    )
    guests_allowed = JsonBoolean(metadata={"description": "Whether readers without a token may comment."})
    max_body_chars = JsonInteger(validate=validate.Range(1, 50_000), metadata={"description": "Characters that a comment may have."})
    max_depth = JsonInteger(validate=validate.Range(0, 50), metadata={"description": "How deep replies may be nested; 0 for none."})
    edit_window_s = JsonInteger(
        validate=validate.Range(0, 31_536_000), metadata={"description": "Seconds in which an author may change a comment."}
    )
    jwks_url = fields.String(
        validate=validate.Length(max=2000),
        metadata={
            "description": "The https address at which the site publishes its RS256 keys (JWKS); empty for none.",
            "pattern": r"^(https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,3})?(/[!-\"$-\[\]-~]*)?)?$",
        },
    )
    close_after_days = JsonInteger(
        validate=validate.Range(0, 3650),
        metadata={"description": "Days after its first comment after which a new article closes by itself; 0 for never."},
    )
    proof = word(
        ProofRule,
        "When guests are asked for a proof of work: `never`, `busy` (while more comments come in than are usual), `guests` (always).",
    )
    jwt_secret = fields.String(
        validate=[validate.Length(32, 255), Whole(r"^[\x20-\x7e]+$", error="Must be printable ASCII characters.")],
        metadata={"description": "The secret with which the site signs its readers (HS256). Never shown again."},
    )
    jwt_public_key = fields.String(
        validate=[validate.Length(max=4000), _check_public_key],
        metadata={"description": "The public key of the site's own signatures (RS256), in PEM form."},
    )


class NewSiteSchema(_SiteFields):
    """A site to be made."""

    key = fields.String(
        required=True,
        validate=[validate.Length(1, 63), Whole(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")],
        metadata={"description": "The slug that stands in addresses."},
    )
    name = line("Its name.", at_most=200, required=True)
    policy = PolicyDocument("Its first policy; the default one when left out.", load_default=None)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> NewSiteWish:
        policy = data.pop("policy")
        if "origins" in data:
            data["origins"] = tuple(data["origins"])
        return NewSiteWish(NewSite(**data), policy)


class SiteChangeSchema(_SiteFields):
    """What to change about a site. What is left out stays."""

    name = line("Its name.", at_most=200)
    jwt_secret_overlap_s = JsonInteger(
        validate=validate.Range(0, 2_592_000),
        metadata={"description": "Seconds for which the secret before still holds, when there is a new one. A day when left out."},
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> SiteChange:
        if "origins" in data:
            data["origins"] = tuple(data["origins"])
        return SiteChange(**data)


class SectionChangeSchema(Refusing):
    """What a section is to be. Its name is needed; the rest stays as it is when left out."""

    name = line("The name to show.", at_most=200, required=True)
    is_closed = JsonBoolean(metadata={"description": "Whether it takes no comments."})
    close_after_days = JsonInteger(
        allow_none=True,
        validate=validate.Range(0, 3650),
        metadata={"description": "As for the site, for this section's new articles; null: as the site says."},
    )


class ArticleActSchema(Refusing):
    """The article that is meant."""

    article = line("The article's key.", at_most=MAX_KEY, required=True)


class RoleSchema(Refusing):
    """A role on a site."""

    site = line(f"The site's key, or `{ALL_SITES}` for every site.", at_most=63, required=True)
    role = word(Role, "The role; null takes it away.", required=True, allow_none=True)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> RoleWish:
        return RoleWish(**data)


class NewAccountSchema(Refusing):
    """An account to be made."""

    email = fields.String(
        required=True,
        validate=[validate.Length(3, 254), Whole(r"^[^\x00-\x20\x7f@]+@[^\x00-\x20\x7f@]+$", error="Must be an address.")],
        metadata={"description": "The address to sign in with."},
    )
    name = line("The name that colleagues see.", at_most=100, required=True)
    password = fields.String(
        load_default=None,
        validate=validate.Length(12, 1000),
        metadata={"description": "At least 12 characters. Without one the account works by tokens only."},
    )
    roles = fields.List(
        fields.Nested(RoleSchema), load_default=list, validate=validate.Length(max=100), metadata={"description": "Roles to begin with."}
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> NewAccount:
        return NewAccount(data["email"], data["name"].strip(), data["password"], tuple(data["roles"]))


class TokensQuerySchema(Refusing):
    """Whose tokens."""

    account = Id(load_default=None, metadata={"description": "An account; the caller's own when left out."})


class NewTokenSchema(Refusing):
    """A token to be made."""

    name = line("What it is for.", at_most=100, required=True)
    account = Id(load_default=None, metadata={"description": "An account; the caller's own when left out."})
    expires_at = Time(load_default=None, metadata={"description": "When it ends; never when left out."})

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> NewToken:
        return NewToken(data["name"].strip(), data["account"], data["expires_at"])


class AuditQuerySchema(PageQuery):
    """Which entries of the audit log, and which page of them."""

    actor = line("Only what they did: `system`, `author:<id>` or `account:<id>`.", at_most=100, load_default=None)
    action = line("Only this kind of act, such as `decision_reject`.", at_most=50, load_default=None)
    subject = line("Only what was done to this: `comment:<id>`.", at_most=100, load_default=None)
    since = Time(load_default=None, metadata={"description": "Only from this time on."})
    until = Time(load_default=None, metadata={"description": "Only before this time."})


# -- Answers -------------------------------------------------------------------------------------------------------------------
class SiteSchema(ma.Schema):
    """A site."""

    key = told("The slug that stands in addresses.", required=True)
    name = told("Its name.", required=True)
    language = told("The language of its pages.", required=True)
    origins = fields.List(fields.String(), required=True, metadata={"description": "The origins of its pages."})
    guests_allowed = flag("Readers without a token may comment.", required=True)
    max_body_chars = number("Characters that a comment may have.", required=True)
    max_depth = number("How deep replies may be nested.", required=True)
    edit_window_s = number("Seconds in which an author may change a comment.", required=True)
    jwks_url = told("Where it publishes its RS256 keys.", required=True, allow_none=True)
    close_after_days = number("Days after its first comment after which a new article closes by itself; 0 for never.", required=True)
    proof = word_out(ProofRule, "When guests are asked for a proof of work.", required=True)
    has_jwt_secret = flag("It signs its readers with a secret (HS256).", required=True)
    jwt_public_key = told("The public key of its signatures (RS256).", required=True, allow_none=True)
    created_at = when("When it was made.", required=True)


class SitesSchema(ma.Schema):
    """Sites."""

    items = fields.List(fields.Nested(SiteSchema), required=True, metadata={"description": "Sites by key."})
    next = cursor_out()


class SectionSchema(ma.Schema):
    """A section of a site."""

    key = told("Its key.", required=True)
    name = told("Its name.", required=True)
    is_closed = flag("It takes no comments.", required=True)
    close_after_days = number(
        "Days after which its new articles close; 0 for never, null: as the site says.", required=True, allow_none=True
    )


class SectionsSchema(ma.Schema):
    """Sections."""

    items = fields.List(fields.Nested(SectionSchema), required=True, metadata={"description": "Sections by key."})
    next = cursor_out()


class ArticleSchema(ma.Schema):
    """An article that has comments."""

    key = told("The publisher's own key.", required=True)
    title = told("Its headline.", required=True, allow_none=True)
    url = told("Where it is.", required=True, allow_none=True)
    section = told("The section's key.", required=True, allow_none=True)
    is_closed = flag("It takes no more comments.", required=True)
    published_count = number("Published comments.", required=True)


class ArticlesSchema(ma.Schema):
    """Articles."""

    items = fields.List(fields.Nested(ArticleSchema), required=True, metadata={"description": "The latest 50 articles."})
    next = cursor_out()


class AccountSchema(ma.Schema):
    """An account."""

    id = Id(required=True, metadata={"description": "The account's id."})
    email = told("The address to sign in with.", required=True)
    name = told("The name that colleagues see.", required=True)
    is_active = flag("It may sign in and use its tokens.", required=True)
    roles = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "Roles by site key, or `*` for every site."}
    )
    created_at = when("When it was made.", required=True)


class AccountsSchema(ma.Schema):
    """Accounts."""

    items = fields.List(fields.Nested(AccountSchema), required=True, metadata={"description": "Accounts by address."})
    next = cursor_out()


class TokenSchema(ma.Schema):
    """A token without its secret."""

    id = Id(required=True, metadata={"description": "The token's id."})
    name = told("What it is for.", required=True)
    created_at = when("When it was made.", required=True)
    expires_at = when("When it ends.", required=True, allow_none=True)
    revoked_at = when("When it was revoked.", required=True, allow_none=True)


class TokensSchema(ma.Schema):
    """Tokens."""

    items = fields.List(fields.Nested(TokenSchema), required=True, metadata={"description": "Tokens, newest first."})
    next = cursor_out()


class NewTokenOutSchema(ma.Schema):
    """A token that was made."""

    id = Id(required=True, metadata={"description": "The token's id."})
    token = told("The token itself. It cannot be read again.", required=True)


class AuditLineSchema(ma.Schema):
    """An entry of the audit log."""

    no = number("Its number in the site's chain, from 1.", required=True)
    actor = told("Who did it: `system`, `reader`, `author:<id>` or `account:<id>`.", required=True)
    action = told("What was done.", required=True)
    subject = told("To what: `comment:<id>` and the like.", required=True)
    before = fields.Dict(keys=fields.String(), required=True, allow_none=True, metadata={"description": "The state before."})
    after = fields.Dict(keys=fields.String(), required=True, allow_none=True, metadata={"description": "The state after."})
    at = when("When.", required=True)
    hash = told("SHA-256 over this entry and the hash before it.", required=True)


class AuditSchema(ma.Schema):
    """A page of the audit log, newest first."""

    items = fields.List(fields.Nested(AuditLineSchema), required=True, metadata={"description": "Entries."})
    next = cursor_out()
