"""`commentsvc policy ...`: drafts, approvals, activation at a time, the way back, shadows. The operator acts as one person of their own."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commentsvc.cli.failures import Misuse, Trouble
from commentsvc.cli.installation import Installation, pass_installation
from commentsvc.cli.policy_files import read_policy_file

if TYPE_CHECKING:
    from commentsvc.store.queries.policies import ExplainedRouting, PolicyDesk

site_option = click.option("--site", "site_key", required=True, help="The site's key.")
version_argument = click.argument("version", type=click.IntRange(1))


@click.command()
@site_option
@pass_installation
def state(installation: Installation, site_key: str) -> None:
    """Tell what surrounds a site's versions: what is planned, what runs in shadow, who approves, and which drafts there are."""
    from commentsvc.store.queries.policies import load_policy_desk
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.reading() as session:
        desk = load_policy_desk(session, get_site(session, site_key).id)
    click.echo(_told(desk))


def _told(desk: "PolicyDesk") -> str:
    off = ", one admin wants to do without" if desk.off_asked_by else ""
    lines = [
        f"A second person approves: {'yes' if desk.needs_approval else 'no'}{off}",
        f"Going back leads to: {f'version {desk.previous}' if desk.previous else 'nothing, no other was active'}",
        f"Planned: {f'version {desk.plan.version} at {desk.plan.activate_at:%Y-%m-%d %H:%M} UTC' if desk.plan else 'nothing'}",
    ]
    if desk.refused:
        lines.append(f"Refused when its time came, for want of an approval: version {desk.refused.version}")
    for shadow in desk.shadows:
        until = f"until {shadow.ended_at:%Y-%m-%d %H:%M}" if shadow.ended_at else "still"
        lines.append(f"In shadow: version {shadow.version} since {shadow.begun_at:%Y-%m-%d %H:%M}, {until}")
    lines += [f"Draft {draft.id}: {draft.name}, changed {draft.changed_at:%Y-%m-%d %H:%M}" for draft in desk.drafts]
    return "\n".join(lines)


@click.command()
@site_option
@click.option("--needed/--not-needed", "is_needed", required=True, help="Whether a second person approves versions.")
@pass_installation
def approvals(installation: Installation, site_key: str, *, is_needed: bool) -> None:
    """Have every version approved by a second person, or do without."""
    from commentsvc.services.policy_approval import do_without_approval, want_approval
    from commentsvc.store.queries.sites import get_site

    change = want_approval if is_needed else do_without_approval
    with installation.database() as db, db.transaction() as session:
        change(session, get_site(session, site_key).id, None, datetime.now(UTC))
    click.echo(f"Versions of {site_key} need {'a second person' if is_needed else 'no approval'}.")


@click.command()
@site_option
@version_argument
@click.option("--note", default="", help="A word on it.")
@pass_installation
def approve(installation: Installation, site_key: str, version: int, note: str) -> None:
    """Approve a version that an account has made, as the operator."""
    from commentsvc.services.policy_approval import approve_version
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.transaction() as session:
        approve_version(session, get_site(session, site_key).id, version, None, note[:1000], datetime.now(UTC))
    click.echo(f"Version {version} of {site_key} is approved.")


@click.command()
@site_option
@version_argument
@click.option(
    "--at",
    "at",
    required=True,
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    help="When; UTC unless it names another zone.",
)
@pass_installation
def plan(installation: Installation, site_key: str, version: int, at: datetime) -> None:
    """Have a version activated at a time, by a worker. Takes the place of a plan that waits."""
    from commentsvc.services.policy_schedule import schedule_activation
    from commentsvc.store.queries.sites import get_site

    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    with installation.database() as db, db.transaction() as session:
        schedule_activation(session, get_site(session, site_key).id, version, at, None, datetime.now(UTC))
    click.echo(f"Version {version} of {site_key} will be activated at {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC.")


@click.command()
@site_option
@pass_installation
def unplan(installation: Installation, site_key: str) -> None:
    """Drop the activation that waits for its time."""
    from commentsvc.services.policy_schedule import cancel_activation
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.transaction() as session:
        cancel_activation(session, get_site(session, site_key).id, None, datetime.now(UTC))
    click.echo(f"Nothing is planned on {site_key} any more.")


@click.command()
@site_option
@pass_installation
def back(installation: Installation, site_key: str) -> None:
    """Activate the version that was active before this one. It needs no approval."""
    from commentsvc.services.policies import go_back
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.transaction() as session:
        version = go_back(session, get_site(session, site_key).id, None, datetime.now(UTC))
    click.echo(f"Version {version} of {site_key} is active again.")


@click.command()
@site_option
@version_argument
@click.option("--begin", "act", flag_value="begin", help="Let it run from the next comment on.")
@click.option("--end", "act", flag_value="end", help="Let it run no longer.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@pass_installation
def shadow(installation: Installation, site_key: str, version: int, act: str | None, *, as_json: bool) -> None:
    """Run a version beside the active one, without effect, or tell what came of it."""
    from commentsvc.services.policy_shadow import begin_policy_shadow, end_policy_shadow
    from commentsvc.store.queries.policies import load_policy_desk, load_shadow_outcome
    from commentsvc.store.queries.sites import get_site

    now = datetime.now(UTC)
    with installation.database() as db:
        if act is not None:
            with db.transaction() as session:
                site_id = get_site(session, site_key).id
                if act == "begin":
                    begin_policy_shadow(session, site_id, version, None, now)
                else:
                    end_policy_shadow(session, site_id, version, None, now)
        with db.reading() as session:
            desk = load_policy_desk(session, get_site(session, site_key).id)
            line = next((one for one in desk.shadows if one.version == version), None)
            if line is None:
                raise Trouble(f"Version {version} of {site_key} has not run in shadow. Begin it: --begin.")
            outcome = load_shadow_outcome(session, line.id)
    ways = [(one.before.value, one.after.value, one.count, one.approved, one.rejected) for one in outcome.differing]
    if as_json:
        keys = ("before", "after", "count", "approved", "rejected")
        told = {"version": version, "is_running": line.ended_at is None, "total": outcome.total}
        click.echo(json.dumps(told | {"differing": [dict(zip(keys, way, strict=True)) for way in ways]}, indent=1))
        return
    click.echo(f"Version {version} {'runs' if line.ended_at is None else 'ran'} in shadow: {outcome.total:,} texts routed by both.")
    for before, after, count, approved, rejected in ways:
        click.echo(f"  {before} -> {after}: {count:,}, of which {approved:,} approved and {rejected:,} rejected by moderators")


@click.group()
def draft() -> None:
    """Keep drafts of policies; a draft routes nothing."""


@draft.command("create")
@site_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", required=True, help="What it is for.")
@pass_installation
def draft_create(installation: Installation, site_key: str, file: Path, name: str) -> None:
    """Keep FILE (JSON) as a draft."""
    from commentsvc.services.policy_drafts import NewDraft, create_draft
    from commentsvc.store.queries.history import list_policy_versions
    from commentsvc.store.queries.sites import get_site

    if not 0 < len(name.strip()) <= 200:  # noqa: PLR2004 - as the column has it
        raise Misuse("--name: 1 to 200 characters.")
    document = read_policy_file(file)
    with installation.database() as db, db.transaction() as session:
        site = get_site(session, site_key)
        base = next((line.version for line in list_policy_versions(session, site.id) if line.id == site.policy_version_id), 1)
        draft_id = create_draft(session, NewDraft(site.id, None, name.strip(), document, base), datetime.now(UTC))
    click.echo(f"Draft {draft_id} is kept.")


@draft.command("publish")
@site_option
@click.argument("draft_id", metavar="DRAFT")
@click.option("--note", default="", help="Why; shown in the list of versions.")
@pass_installation
def draft_publish(installation: Installation, site_key: str, draft_id: str, note: str) -> None:
    """Make a draft of the operator's the site's next version."""
    from commentsvc.services.policy_drafts import publish_draft
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.transaction() as session:
        number = publish_draft(session, get_site(session, site_key).id, draft_id, None, note[:1000], datetime.now(UTC))
    click.echo(f"Version {number} of {site_key} is stored.")


@draft.command("delete")
@site_option
@click.argument("draft_id", metavar="DRAFT")
@pass_installation
def draft_delete(installation: Installation, site_key: str, draft_id: str) -> None:
    """Forget a draft of the operator's."""
    from commentsvc.services.policy_drafts import delete_draft
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.transaction() as session:
        delete_draft(session, get_site(session, site_key).id, draft_id, None, datetime.now(UTC))
    click.echo("The draft is gone.")


# -- Explaining ----------------------------------------------------------------------------------------------------------------
@click.command()
@click.argument("comment_id", metavar="COMMENT")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@pass_installation
def explain(installation: Installation, comment_id: str, *, as_json: bool) -> None:
    """Tell why a comment was routed as it was: every routing, newest first, from the policy version that made it."""
    from commentsvc.store.queries.policies import explain_comment
    from commentsvc.store.queries.threads import find_comment

    with installation.database() as db, db.reading() as session:
        comment = find_comment(session, comment_id)
        if comment is None:
            raise Trouble("There is no such comment.")
        found = explain_comment(session, comment_id)
    if as_json:
        click.echo(json.dumps([_document(one) for one in found], indent=1))
        return
    click.echo(f"{comment.status.value}, {comment.revision_no} revision(s)")
    for one in found:
        click.echo("\n".join(_lines(one)))


def _lines(one: "ExplainedRouting") -> list[str]:
    from commentsvc.domain.labels import PLAIN_NAMES
    from commentsvc.domain.wording import moderator_sentence

    force = "" if one.is_in_force else " (no longer in force)"
    lines = [f"{one.created_at:%Y-%m-%d %H:%M}  {one.route.value} by policy version {one.version}{force}"]
    lines += [f"    {moderator_sentence(reason)}" for reason in one.reasons]
    if not one.is_scored:
        lines.append("    It was routed without scores.")
    for line in one.explanation.labels:
        score = "not measured" if line.score is None else f"{line.score:.3f}"
        names = (("review", line.band.review_at), ("hold", line.band.hold_at), ("reject", line.band.reject_at))
        steps = ", ".join(f"{name} from {at:g}" for name, at in names if at is not None) or "no threshold"
        place = f"of section {one.section}" if one.section and not line.is_inherited else "of the site"
        lines.append(f"      {PLAIN_NAMES[line.label]:18} {score:>12}   {steps} ({place})")
    if not one.explanation.is_reproduced:
        lines.append("    Its version alone does not give this route: the text came in from elsewhere, or was scored anew.")
    return lines


def _document(one: "ExplainedRouting") -> dict[str, object]:
    explanation = one.explanation
    return {
        "route": one.route.value,
        "version": one.version,
        "section": one.section,
        "revision_no": one.revision_no,
        "is_in_force": one.is_in_force,
        "created_at": one.created_at.isoformat(),
        "reasons": one.reasons,
        "band_route": explanation.band_route.value,
        "rule_route": explanation.rule_route.value,
        "is_reproduced": explanation.is_reproduced,
        "labels": [
            {
                "label": line.label.value,
                "score": line.score,
                "review_at": line.band.review_at,
                "hold_at": line.band.hold_at,
                "reject_at": line.band.reject_at,
                "is_inherited": line.is_inherited,
                "route": line.route.value if line.route else None,
            }
            for line in explanation.labels
        ],
    }
