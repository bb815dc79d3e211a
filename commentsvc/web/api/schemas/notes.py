"""Notes on authors, and who else an author may be, as moderators send and get them."""

import marshmallow as ma
from marshmallow import fields

from commentsvc.domain.status import Standing
from commentsvc.web.api.schemas.parts import Refusing, flag, noted, number, told, when, word_out
from commentsvc.web.fields import Id


class NoteWishSchema(Refusing):
    """A note to be left."""

    body = noted("What colleagues should know.", at_most=2000, required=True)


class NoteSchema(ma.Schema):
    """A note on an author."""

    id = Id(required=True, metadata={"description": "The note's id."})
    account_name = told("Who left it.", required=True)
    body = told("What they wrote.", required=True)
    created_at = when("When.", required=True)


class KinSchema(ma.Schema):
    """Another author who may be the same person."""

    id = Id(required=True, metadata={"description": "The author's id."})
    name = told("The name they go by.", required=True)
    is_guest = flag("Nobody vouches for who they are.", required=True)
    standing = word_out(Standing, "How far the site trusts them.", required=True)
    rejected_count = number("Comments rejected now.", required=True)
    same_network = flag("They wrote from a network that this author wrote from, too.", required=True)
    same_text = flag("They posted a text that this author posted, too.", required=True)


class BanProposalSchema(ma.Schema):
    """A ban that one moderator proposes and another confirms or declines."""

    id = Id(required=True, metadata={"description": "The proposal's id."})
    author = Id(required=True, attribute="author_id", metadata={"description": "Whom it is about."})
    author_name = told("The name they go by.", required=True)
    site = told("The site's key.", required=True, attribute="site_key")
    account_name = told("Who proposed it.", required=True)
    account = Id(required=True, attribute="account_id", metadata={"description": "Their account, which cannot confirm it."})
    reason = told("Why.", required=True)
    created_at = when("When.", required=True)


class BanProposalsSchema(ma.Schema):
    """Bans that wait for a second moderator, oldest first."""

    items = fields.List(fields.Nested(BanProposalSchema), required=True, metadata={"description": "At most 200."})
    next = told("Always null.", required=True, allow_none=True)
