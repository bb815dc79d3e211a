"""What surrounds policy versions: drafts, approvals, plans, shadows, and routings told from their version."""

from dataclasses import dataclass
from typing import Any, Final

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.labels import Label
from commentsvc.domain.status import Route
from commentsvc.web.api.schemas.parts import ReasonSchema, Refusing, cursor_out, flag, free, line, number, told, when, word_out
from commentsvc.web.api.schemas.policies import MAX_VERSION, PolicyDocument
from commentsvc.web.fields import Id, JsonBoolean, JsonInteger, Time

MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class DraftWish:
    """A draft as it is sent."""

    name: str
    document: dict[str, object]
    base_version: int


class DraftWishSchema(Refusing):
    """A draft to be kept."""

    name = line("What it is for.", at_most=MAX_NAME, required=True)
    document = PolicyDocument("The policy; see docs/policies.md.", required=True)
    base_version = JsonInteger(
        load_default=1, validate=validate.Range(1, MAX_VERSION), metadata={"description": "The version that it began from."}
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> DraftWish:
        return DraftWish(**data)


class DraftChangeSchema(Refusing):
    """What a draft becomes."""

    name = line("What it is for.", at_most=MAX_NAME, required=True)
    document = PolicyDocument("The policy; see docs/policies.md.", required=True)
    edition = JsonInteger(
        required=True, validate=validate.Range(1, MAX_VERSION), metadata={"description": "The edition that is changed; 409 for another."}
    )


class StepNoteSchema(Refusing):
    """A word on it."""

    note = free("Why.", at_least=0, at_most=1000, load_default="")


class PlanWishSchema(Refusing):
    """When a version is to be activated."""

    at = Time(required=True, metadata={"description": "A time to come, within 366 days."})


class BackSchema(Refusing):
    """Which version the caller saw active."""

    expected = JsonInteger(
        load_default=None, validate=validate.Range(1, MAX_VERSION), metadata={"description": "409 when another version is active by now."}
    )


class RuleWishSchema(Refusing):
    """Whether a second person approves."""

    needs_approval = JsonBoolean(required=True, metadata={"description": "Whether versions need a second person's approval."})


# -- Answers -------------------------------------------------------------------------------------------------------------------
class PolicyDraftSchema(ma.Schema):
    """A draft: it routes nothing, and its maker alone changes it."""

    id = Id(required=True, metadata={"description": "The draft's id."})
    account = Id(required=True, allow_none=True, metadata={"description": "Whose it is; null for the operator's."})
    name = told("What it is for.", required=True)
    document = fields.Dict(keys=fields.String(), required=True, metadata={"description": "The policy."})
    base_version = number("The version that it began from.", required=True)
    edition = number("Grows with each change.", required=True)
    created_at = when("When it was made.", required=True)
    changed_at = when("When it was last changed.", required=True)


class PolicyDraftsSchema(ma.Schema):
    """A site's drafts."""

    items = fields.List(
        fields.Nested(PolicyDraftSchema), required=True, metadata={"description": "The drafts, the one changed last first."}
    )
    next = cursor_out()


class PlanSchema(ma.Schema):
    """An activation that waits for its time."""

    version = number("Which version.", required=True)
    account = Id(required=True, allow_none=True, metadata={"description": "Who planned it; null for the operator."})
    activate_at = when("When.", required=True)


class ApprovalSchema(ma.Schema):
    """A second person's yes."""

    version = number("To which version.", required=True)
    account = Id(required=True, allow_none=True, metadata={"description": "Who said it; null for the operator."})
    note = told("Their word on it.", required=True)
    created_at = when("When.", required=True)


class PolicyShadowSchema(ma.Schema):
    """A version that runs, or ran, beside the active one."""

    id = Id(required=True, metadata={"description": "The shadow's id."})
    version = number("Which version.", required=True)
    begun_at = when("Since when.", required=True)
    ended_at = when("Until when; null while it runs.", required=True, allow_none=True)


class PolicyStateSchema(ma.Schema):
    """What surrounds a site's versions now."""

    active = number("The version that routes.", required=True, allow_none=True)
    previous = number("The version that going back leads to; null when no other was ever active.", required=True, allow_none=True)
    needs_approval = flag("A second person approves versions here.", required=True)
    off_asked_by = Id(required=True, allow_none=True, metadata={"description": "Who wants to do without; another admin must agree."})
    plan = fields.Nested(PlanSchema, required=True, allow_none=True, metadata={"description": "The activation that waits."})
    approvals = fields.List(fields.Nested(ApprovalSchema), required=True, metadata={"description": "Approvals by version."})
    shadows = fields.List(fields.Nested(PolicyShadowSchema), required=True, metadata={"description": "The latest 20, newest first."})


class PolicyWaySchema(ma.Schema):
    """Revisions that a shadow would have sent another way."""

    before = word_out(Route, "Where the active policy sent them.", required=True)
    after = word_out(Route, "Where the shadow would have.", required=True)
    count = number("How many.", required=True)
    approved = number("Of these, those that a moderator approved.", required=True)
    rejected = number("Of these, those that a moderator rejected.", required=True)
    examples = fields.List(Id(), required=True, metadata={"description": "Ids of the latest comments, at most 10."})


class RouteCountSchema(ma.Schema):
    """Revisions sent one way."""

    route = word_out(Route, "The way.", required=True)
    active = number("By the active policy.", required=True)
    shadow = number("By the shadow.", required=True)


class PolicyShadowOutcomeSchema(PolicyShadowSchema):
    """A shadow and what came of it."""

    total = number("Revisions routed by both.", required=True)
    routes = fields.List(fields.Nested(RouteCountSchema), required=True, metadata={"description": "How many went which way."})
    differing = fields.List(fields.Nested(PolicyWaySchema), required=True, metadata={"description": "What would have gone another way."})


class LabelLineSchema(ma.Schema):
    """One label against its thresholds."""

    label = word_out(Label, "The label.", required=True)
    score = fields.Float(required=True, allow_none=True, metadata={"description": "Its score then; null where it was not measured."})
    review_at = fields.Float(required=True, allow_none=True, metadata={"description": "Reviewed from."})
    hold_at = fields.Float(required=True, allow_none=True, metadata={"description": "Held from."})
    reject_at = fields.Float(required=True, allow_none=True, metadata={"description": "Rejected from."})
    is_inherited = flag("The section has this band from the site.", required=True)
    route = word_out(Route, "The route that the score reached; null for none.", required=True, allow_none=True)


class ExplainedSchema(ma.Schema):
    """A routing told from the version that made it."""

    revision_no = number("Which text of the comment, from 1.", required=True)
    route = word_out(Route, "Where it went.", required=True)
    section = told("The section that it was in.", required=True, allow_none=True)
    version = number("The policy version that routed it.", required=True)
    version_note = told("What that version was made for.", required=True)
    is_version_active = flag("That version routes still.", required=True)
    is_in_force = flag("It is the routing in force for that text.", required=True)
    is_scored = flag("The scorer had answered.", required=True)
    created_at = when("When it was routed.", required=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True, metadata={"description": "The reasons as stored, strictest first."})
    labels = fields.List(fields.Nested(LabelLineSchema), required=True, metadata={"description": "Each label against its thresholds then."})
    band_route = word_out(Route, "Where the labels alone send it.", required=True)
    rule_route = word_out(Route, "Where the other rules alone send it.", required=True)
    is_reproduced = flag("Bands and rules together give the stored route again.", required=True)


class ExplanationsSchema(ma.Schema):
    """Every routing of a comment."""

    items = fields.List(fields.Nested(ExplainedSchema), required=True, metadata={"description": "The routings, newest first."})
    next = cursor_out()


class EffectiveBandSchema(ma.Schema):
    """A band in a place."""

    label = word_out(Label, "The label.", required=True)
    review_at = fields.Float(required=True, allow_none=True, metadata={"description": "Reviewed from."})
    hold_at = fields.Float(required=True, allow_none=True, metadata={"description": "Held from."})
    reject_at = fields.Float(required=True, allow_none=True, metadata={"description": "Rejected from."})
    is_inherited = flag("It is the site's; the section says nothing of this label.", required=True)


class PolicyPlaceSchema(ma.Schema):
    """The bands of one place."""

    section = told("The section's key; null for the rest of the site.", required=True, allow_none=True)
    bands = fields.List(fields.Nested(EffectiveBandSchema), required=True, metadata={"description": "The bands in force there."})


class EffectiveSchema(ma.Schema):
    """Which thresholds a version puts where."""

    version = number("The version.", required=True)
    items = fields.List(fields.Nested(PolicyPlaceSchema), required=True, metadata={"description": "The site, then each section."})
    next = cursor_out()
