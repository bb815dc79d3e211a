"""`commentsvc policy`: what routes a site's comments."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commentsvc.cli.carrying import carry
from commentsvc.cli.failures import Misuse, Trouble
from commentsvc.cli.installation import Installation, pass_installation
from commentsvc.cli.policy_files import read_policy_file, with_changes
from commentsvc.cli.policy_steps import approvals, approve, back, draft, explain, plan, shadow, state, unplan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from commentsvc.domain.intervals import Interval
    from commentsvc.domain.quality import Figure
    from commentsvc.services.laboratory import Figures
    from commentsvc.services.simulation import Simulation
    from commentsvc.store.queries.history import PolicyLine
    from commentsvc.store.queries.sites import SiteState

site_option = click.option("--site", "site_key", required=True, help="The site's key.")
version_argument = click.argument("version", type=click.IntRange(1))


@click.group()
def policy() -> None:
    """Show, make, try and activate policies. A version never changes; another threshold is another version."""


for command in (carry, explain, state, approvals, approve, plan, unplan, back, shadow, draft):
    policy.add_command(command)


@policy.command("list")
@site_option
@pass_installation
def list_versions(installation: Installation, site_key: str) -> None:
    """List a site's policy versions, newest first; the active one has a star."""
    from commentsvc.store.queries.history import list_policy_versions
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.reading() as session:
        site = get_site(session, site_key)
        for line in list_policy_versions(session, site.id):
            star = "*" if line.id == site.policy_version_id else " "
            click.echo(f"{star} {line.version:4}  {line.created_at:%Y-%m-%d %H:%M}  {line.note}")


@policy.command()
@site_option
@click.option("--version", type=click.IntRange(1), help="Which one; the active one when left out.")
@click.option("--section", help="Show the thresholds in force in this section, and which it has from the site.")
@pass_installation
def show(installation: Installation, site_key: str, version: int | None, section: str | None) -> None:
    """Write a version's document, fit for `policy create`, or the thresholds of a section."""
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.reading() as session:
        line = _find_version(session, get_site(session, site_key), version)
    if section is not None:
        click.echo(_effective(line.document, section))
        return
    click.echo(json.dumps(line.document, indent=2, ensure_ascii=False))


def _effective(document: dict[str, object], section: str) -> str:
    from commentsvc.domain.explaining import effective_bands
    from commentsvc.domain.policy import parse_policy

    lines = [f"{'':18}{'review':>8}{'hold':>8}{'reject':>8}"]
    for one in effective_bands(parse_policy(document), section):
        steps = (one.band.review_at, one.band.hold_at, one.band.reject_at)
        numbers = "".join(f"{'-' if step is None else f'{step:g}':>8}" for step in steps)
        lines.append(f"{one.label.value:18}{numbers}  {'from the site' if one.is_inherited else 'its own'}")
    return "\n".join(lines)


def _find_version(session: "Session", site: "SiteState", version: int | None) -> "PolicyLine":
    from commentsvc.store.queries.history import list_policy_versions

    for line in list_policy_versions(session, site.id, limit=100_000):
        if line.version == version or (version is None and line.id == site.policy_version_id):
            return line
    raise Trouble(f"Site {site.key} has no policy version {version}." if version else f"Site {site.key} has no active policy.")


@policy.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check(file: Path) -> None:
    """Tell whether FILE (JSON) is a policy, and if not, everything that is wrong with it."""
    read_policy_file(file)
    click.echo(f"{file} is a policy.")


@policy.command()
@site_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--note", default="", help="Why; shown in the list.")
@click.option("--activate", "activate_it", is_flag=True, help="Activate it too.")
@pass_installation
def create(installation: Installation, site_key: str, file: Path, note: str, *, activate_it: bool) -> None:
    """Store FILE (JSON) as the site's next version."""
    from commentsvc.domain.commands import NewPolicyVersion
    from commentsvc.services.policies import activate_policy, create_policy_version
    from commentsvc.store.queries.sites import get_site

    document = read_policy_file(file)
    now = datetime.now(UTC)
    with installation.database() as db, db.transaction() as session:
        site = get_site(session, site_key)
        _, number = create_policy_version(session, NewPolicyVersion(site.id, None, document, note), now)
        if activate_it:
            activate_policy(session, site.id, number, None, now)
    click.echo(f"Version {number} of {site_key} is stored{' and active' if activate_it else ''}.")


@policy.command()
@site_option
@version_argument
@click.option("--without-approval", is_flag=True, help="Even where the site wants a second person; the audit log says so.")
@pass_installation
def activate(installation: Installation, site_key: str, version: int, *, without_approval: bool) -> None:
    """Have a version route from the next comment on; also the way back to an older one."""
    from commentsvc.services.policies import activate_policy
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.transaction() as session:
        activate_policy(session, get_site(session, site_key).id, version, None, datetime.now(UTC), is_forced=without_approval)
    click.echo(f"Version {version} of {site_key} is active.")


@policy.command()
@site_option
@click.option("--set", "changes", multiple=True, metavar="LABEL.THRESHOLD=VALUE", help="One change, such as toxicity.hold_at=0.7.")
@click.option(
    "--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A whole draft (JSON) in place of the active policy."
)
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back.")
@click.option("--section", help="Only this section, by its key.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@pass_installation
def simulate(
    installation: Installation,
    site_key: str,
    changes: tuple[str, ...],
    file: Path | None,
    days: int,
    section: str | None,
    *,
    as_json: bool,
) -> None:
    """Tell what a draft would have done with the site's own comments. Nothing is changed."""
    from commentsvc.domain.policy import parse_policy
    from commentsvc.services.simulation import simulate_policy
    from commentsvc.store.queries.history import Period
    from commentsvc.store.queries.sites import get_site, list_sections

    if not changes and file is None:
        raise Misuse("Say what to try: --set toxicity.hold_at=0.7, or --file DRAFT.json.")
    now = datetime.now(UTC)
    with installation.database() as db, db.reading() as session:
        site = get_site(session, site_key)
        if section is not None and section not in {one.key for one in list_sections(session, site.id)}:
            raise Misuse(f"Site {site_key} has no section {section}.")
        document = read_policy_file(file) if file else _find_version(session, site, None).document
        draft = parse_policy(with_changes(document, changes))
        found = simulate_policy(session, site.id, draft, Period(now - timedelta(days=days), now, section))
    click.echo(json.dumps(_document(found), indent=1) if as_json else _table(found, days))


def _document(found: "Simulation") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(found)


def _table(found: "Simulation", days: int) -> str:
    if not found.comments:
        return f"No comment was scored in the last {days} days."
    head = f"{found.comments:,} comments scored in the last {days} days, {found.decided:,} of them decided, {found.sampled:,} by chance"
    lines = [head, "", f"{'':24}{'now':>30}{'draft':>30}"]
    for name, now, then in zip(_NAMES, _cells(found.now), _cells(found.draft), strict=True):
        lines.append(f"{name:24}{now:>30}{then:>30}")
    lines += ["", f"{found.stricter:,} comments would be treated more strictly, {found.milder:,} more mildly."]
    return "\n".join(lines)


_NAMES = (
    "published",
    "review (visible)",
    "held",
    "rejected",
    "for moderators, a day",
    "hours a day",
    "precision (95 %)",
    "recall (95 %)",
    "wrongly held",
    "harmful, missed",
)


def _cells(figures: "Figures") -> tuple[str, ...]:
    routes = tuple(f"{figures.by_route.get(route, 0):,}" for route in ("publish", "review", "hold", "reject"))
    daily = (_told(figures.items_a_day, ",.1f"), _told(figures.hours_a_day, ",.1f"))
    missed = "not known" if figures.missed is None else _told(figures.missed, ",.0f")
    return (*routes, *daily, _share(figures.precision), _share(figures.recall), _told(figures.wrongly_held, ",.0f"), missed)


def _told(one: "Interval", form: str) -> str:
    value, low, high = (format(number, form) for number in (one.value, one.low, one.high))
    return value if low == high else f"{value} ({low} to {high})"


def _share(figure: "Figure") -> str:
    from commentsvc.domain.quality import TooLittle

    return "too little to say" if isinstance(figure, TooLittle) else _told(figure, ".1%")
