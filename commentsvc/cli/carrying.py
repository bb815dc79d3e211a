"""`commentsvc policy carry`: thresholds for another scorer."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from commentsvc.cli.failures import Misuse, Trouble
from commentsvc.cli.installation import Installation, pass_installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from commentsvc.services.carrying import CarriedLine, CarriedPolicy


@click.command()
@click.option("--site", "site_key", required=True, help="The site's key.")
@click.option("--from", "before", required=True, metavar="SCORER", help="The scorer version that the thresholds were made for.")
@click.option("--to", "after", required=True, metavar="SCORER", help="The scorer version that they are to fit.")
@click.option("--activate", "activate_it", is_flag=True, help="Activate the new version too.")
@click.option("--dry-run", is_flag=True, help="Only show; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@pass_installation
def carry(installation: Installation, site_key: str, before: str, after: str, *, activate_it: bool, dry_run: bool, as_json: bool) -> None:
    """Carry the active policy's thresholds from one scorer to another: by equal shares, not by equal numbers.

    Each threshold gets the number at which the other scorer flags the same share of the site's harmless comments, and the result is
    stored as the site's next version. A scorer is named by its version, or the beginning of it, as in the admin's list. Both must have
    scored the same comments: `commentsvc rescore` sees to that.
    """
    from commentsvc.domain.commands import NewPolicyVersion
    from commentsvc.domain.policy import parse_policy
    from commentsvc.services.carrying import Pair, carry_policy
    from commentsvc.services.policies import activate_policy, create_policy_version, difference
    from commentsvc.store.queries.history import list_policy_versions
    from commentsvc.store.queries.rescoring import Stock
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db:
        with db.reading() as session:
            site = get_site(session, site_key)
            (first, first_name), (second, second_name) = _find(session, before), _find(session, after)
            active = next(
                (line for line in list_policy_versions(session, site.id, limit=100_000) if line.id == site.policy_version_id), None
            )
            if active is None:
                raise Trouble(f"Site {site_key} has no active policy.")
            found = carry_policy(session, Stock(site.id), active.document, Pair(first, second))
        changed = bool(difference(active.document, found.document))
        number = None
        if found.is_enough and changed and not dry_run:
            parse_policy(found.document)
            draft = NewPolicyVersion(site.id, None, found.document, f"Version {active.version} carried to {second_name}")
            now = datetime.now(UTC)
            with db.transaction() as session:
                _, number = create_policy_version(session, draft, now)
                if activate_it:
                    activate_policy(session, site.id, number, None, now)
    if as_json:
        click.echo(json.dumps(_document(found, first_name, second_name, number), indent=1))
    else:
        click.echo(_told(found, active.version, first_name, second_name))
    if not found.is_enough:
        raise Trouble(
            f"Nothing is stored: {found.harmless:,} harmless comments have scores of both, which is too few to go by. "
            f"Score more of them: commentsvc rescore --site {site_key}, with --scorer for the one that is not at work."
        )
    if not as_json:
        click.echo(_outcome(site_key, number, changed=changed, is_active=activate_it))


def _find(session: "Session", version: str) -> tuple[str, str]:
    from commentsvc.store.queries.scorers import find_scorer_version, list_scorer_versions

    found = find_scorer_version(session, version)
    if found is None:
        known = ", ".join(line.version for line in list_scorer_versions(session)) or "none"
        raise Misuse(f"{version} names no scorer version, or several. On record: {known}.")
    return found.id, found.version


def _outcome(site_key: str, number: int | None, *, changed: bool, is_active: bool) -> str:
    if number is None:
        return "\nNothing is stored." if changed else "\nNo threshold changes; nothing is stored."
    if is_active:
        return f"\nVersion {number} of {site_key} is stored and active."
    command = f"commentsvc policy activate --site {site_key} {number}"
    return f"\nVersion {number} of {site_key} is stored. Activate it together with the scorer: {command}"


def _document(found: "CarriedPolicy", before: str, after: str, number: int | None) -> dict[str, object]:
    return {
        "from": before,
        "to": after,
        "harmless": found.harmless,
        "is_enough": found.is_enough,
        "version": number,
        "document": found.document,
        "thresholds": [_line_document(line) for line in found.lines],
    }


def _line_document(line: "CarriedLine") -> dict[str, object]:
    shown: dict[str, object] = {"section": line.section, "label": line.label.value, "threshold": line.name, "left_out": line.left_out}
    if line.carried is None:
        return shown | {"before": None, "after": None}
    one = line.carried
    return shown | {
        "before": one.before,
        "after": one.after,
        "rate_before": one.rate_before,
        "rate_after": one.rate_after,
        "comments": one.count,
        "is_own": line.is_own,
    }


def _told(found: "CarriedPolicy", version: int, before: str, after: str) -> str:
    lines = [
        f"Version {version}, made for {before}, carried to {after} over {found.harmless:,} harmless comments.",
        "",
        f"{'':36}{'before':>10}{'flagged':>22}{'after':>10}{'flagged':>22}",
    ]
    for line in found.lines:
        name = f"{line.section + ': ' if line.section else ''}{line.label.value}.{line.name}"
        if line.carried is None:
            lines.append(f"{name:36}  stays: the two did not measure {line.label.value} on the same comments")
            continue
        one = line.carried
        cells = (f"{one.before:g}", _share(one.reached_before, one.count), f"{one.after:g}", _share(one.reached_after, one.count))
        lines.append(f"{name:36}{cells[0]:>10}{cells[1]:>22}{cells[2]:>10}{cells[3]:>22}")
        if not line.is_own:
            lines.append(f"{'':38}by the whole site's comments: the section has too few of its own")
        if line.left_out > one.reached_before:
            lines.append(f"{'':38}{line.left_out:,} more reach it, kept from readers and undecided: the share is lower than it should be")
    return "\n".join(lines)


def _share(count: int, of: int) -> str:
    return f"{count:,} of {of:,}, {count / of:.2%}"
