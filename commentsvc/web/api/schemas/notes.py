"""Notes on authors, and who else an author may be, as moderators send and get them."""

import marshmallow as ma

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
