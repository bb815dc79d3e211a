"""What is in the database before each revision, and what must be there after it: one entry for each revision.

`load` runs at the revision before, `check` after the upgrade. Rows are written as SQL, since models move on and revisions do not.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Final

from sqlalchemy import Connection, MetaData, Table, func, insert, select

AT: Final = "2026-03-01 12:00:00+00:00"


@dataclass(frozen=True, slots=True)
class DataTest:
    """One revision's data."""

    load: Callable[[Connection], None]
    check: Callable[[Connection], None]


def table(connection: Connection, name: str) -> Table:
    """A table as it is in the database at this moment."""
    return Table(name, MetaData(), autoload_with=connection)


def put(connection: Connection, name: str, /, **values: object) -> None:
    """Insert one row, all columns given."""
    found = table(connection, name)
    assert set(values) == set(found.columns.keys()), f"{name} has {sorted(found.columns.keys())}"
    connection.execute(insert(found).values(**values))


def nothing(connection: Connection) -> None:
    """Nothing is there before the first revision."""
    del connection


def one_of_each(connection: Connection) -> None:
    """A row in every table of revision 0001, as the first release would write it; each CHECK and key has something to say about it."""
    from datetime import datetime

    at = datetime.fromisoformat(AT)
    connected = {"site_id": "s1", "comment_id": "c1", "revision_id": "r1"}
    put(
        connection, "site", id="s1", key="gazette", name="The Gazette", language="en", origins="", jwt_secret=None, jwt_public_key=None,
        guests_allowed=True, max_body_chars=5000, max_depth=20, edit_window_s=600, policy_version_id="p1", created_at=at,
    )  # fmt: skip
    put(
        connection, "account", id="m1", email="mo@example.org", name="Mo", password_hash=None, must_change_password=False, is_active=True,
        created_at=at,
    )  # fmt: skip
    put(connection, "account_role", account_id="m1", site_id="*", role="moderator")
    put(connection, "token", id="t1", account_id="m1", name="scripts", token_hash="h", created_at=at, expires_at=None, revoked_at=None)
    put(connection, "session", id="x1", account_id="m1", cookie_hash="h", created_at=at, expires_at=at)
    put(connection, "section", id="e1", site_id="s1", key="sport", name="Sport")
    put(
        connection, "article", id="a1", site_id="s1", section_id="e1", key="tram", url=None, title="Süß", is_closed=False, closes_at=None,
        root_count=1, published_count=0, version=1, created_at=at,
    )  # fmt: skip
    put(
        connection, "author", id="u1", site_id="s1", subject="sso:ann", name="Ann", is_guest=False, is_staff=False, email_hash=None,
        standing="normal", standing_until=None, comment_count=1, published_count=0, rejected_count=0, created_at=at,
    )  # fmt: skip
    put(
        connection, "policy_version", id="p1", site_id="s1", version=1, document={"bands": {}}, note="", account_id="m1", created_at=at,
        activated_at=at,
    )  # fmt: skip
    put(
        connection, "scorer_version", id="v1", version="fake@1", name="fake", engine="fake", digest="d", preparation="p1",
        labels=["toxicity"], languages=["en"], created_at=at,
    )  # fmt: skip
    put(
        connection, "comment", id="c1", site_id="s1", article_id="a1", author_id="u1", parent_id=None, path="00001", depth=0, reply_no=1,
        reply_count=0, shown_reply_count=0, status="held", is_shown=False, current_revision_id="r1", published_revision_id=None,
        revision_count=1, up_count=0, down_count=0, best_score=0.0, report_count=1, edit_until=at, address_hash=None, created_at=at,
        edited_at=None, published_at=None,
    )  # fmt: skip
    put(
        connection, "revision", id="r1", comment_id="c1", site_id="s1", no=1, body="Hello ☺", body_html="<p>Hello ☺</p>", text_hash="h",
        language="en", status="held", created_at=at,
    )  # fmt: skip
    labels = dict.fromkeys(["severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit"])
    put(connection, "score_set", id="z1", revision_id="r1", scorer_version_id="v1", toxicity=0.75, created_at=at, **labels)
    put(
        connection, "routing", id="g1", **connected, score_set_id="z1", policy_version_id="p1", section_key="sport", route="hold",
        rule_route="publish", reasons=[{"kind": "band"}], sample_probability=1.0, is_sampled=False, is_in_force=True, created_at=at,
    )  # fmt: skip
    put(
        connection, "review_item", id="i1", **connected, section_id="e1", queue="held", is_open=True, urgency=1.5, leased_by="m1",
        leased_until=at, created_at=at, closed_at=None,
    )  # fmt: skip
    put(
        connection, "decision", id="d1", **connected, item_id="i1", account_id="m1", verdict="escalate", reason_code=None, note="",
        queue="held", status_before="held", status_after="held", seconds=1.0, created_at=at, undone_at=None, undone_by=None,
        is_in_force=False,
    )  # fmt: skip
    put(connection, "vote", comment_id="c1", voter="sso:bob", value=-1, created_at=at)
    put(connection, "report", id="q1", comment_id="c1", revision_id="r1", reporter="sso:bob", reason="spam", note="", created_at=at)
    put(connection, "audit_chain", name="s1", length=1, hash="h")
    put(
        connection, "audit_entry", chain="s1", no=1, actor="system", action="tested", subject="site:s1", before=None, after={"a": 1}, at=at,
        hash="h",
    )  # fmt: skip
    put(
        connection, "job", id="j1", kind="score", subject_id="r1", state="waiting", attempts=0, run_at=at, lease_token=None,
        leased_until=None, last_error=None, created_at=at,
    )  # fmt: skip
    put(connection, "outbox", id="o1", site_id="s1", topic="comment.held", payload={"comment": "c1"}, created_at=at, delivered_at=None)
    put(connection, "idempotency_key", scope="s1", key="k1", request_hash="h", subject_id="c1", created_at=at)


def takes_one_of_each(connection: Connection) -> None:
    """The schema of 0001 keeps what the first release writes."""
    one_of_each(connection)
    revision = table(connection, "revision")
    assert connection.execute(select(revision.c.body)).scalar_one() == "Hello ☺"
    reasons = connection.execute(select(table(connection, "routing").c.reasons)).scalar_one()
    assert (json.loads(reasons) if isinstance(reasons, str) else reasons) == [{"kind": "band"}]


def count_rows(connection: Connection, name: str) -> int:
    return connection.execute(select(func.count()).select_from(table(connection, name))).scalar_one()


def keeps_scorers_and_takes_a_rescoring(connection: Connection) -> None:
    """A scorer on record stays what it was, with nothing known of what is new; a rescoring names it."""
    from datetime import datetime

    scorer = table(connection, "scorer_version")
    row = connection.execute(select(scorer)).one()
    assert (row.version, row.calibration, row.shadow_since, row.shadow_cursor) == ("fake@1", None, None, None)
    put(
        connection, "rescoring", id="y1", site_id="s1", scorer_version_id="v1", account_id="m1", since=None, most=None, total=1, scored=0,
        failed=0, reached_at=None, reached_id=None, changes=None, created_at=datetime.fromisoformat(AT), finished_at=None,
    )  # fmt: skip
    assert count_rows(connection, "score_set") == 1


EDGES: Final = {"toxicity": 1.0, "severe_toxicity": 0.0, "obscene": 5e-324, "threat": 0.1, "insult": 2.5e-310, "identity_attack": None}
"""Scores at the ends of what a double can be."""


def keeps_routings_without_packed_scores(connection: Connection) -> None:
    """What was routed before has nothing packed."""
    assert connection.execute(select(table(connection, "routing").c.packed)).scalars().all() == [None]


def more_routings(connection: Connection) -> None:
    """A routing from scores at the ends of their range, and one without scores, both followed by another one since."""
    from datetime import datetime

    at = datetime.fromisoformat(AT)
    put(
        connection, "scorer_version", id="v2", version="fake@2", name="fake", engine="fake", digest="d", preparation="p1",
        labels=[], languages=[], calibration=None, shadow_since=None, shadow_cursor=None, created_at=at,
    )  # fmt: skip
    put(connection, "score_set", id="z2", revision_id="r1", scorer_version_id="v2", sexual_explicit=0.7, created_at=at, **EDGES)
    for routing_id, score_set_id in (("g2", "z2"), ("g3", None)):
        put(
            connection, "routing", id=routing_id, site_id="s1", comment_id="c1", revision_id="r1", score_set_id=score_set_id,
            policy_version_id="p1", section_key=None, route="reject", rule_route="review", packed=None, reasons=[], sample_probability=1.0,
            is_sampled=False, is_in_force=False, created_at=at,
        )  # fmt: skip


def packs_what_was_scored(connection: Connection) -> None:
    """Each scored routing holds its routes and scores, to the last bit; nothing else has changed."""
    routing = table(connection, "routing")
    packed = {row.id: row.packed for row in connection.execute(select(routing.c.id, routing.c.packed))}
    assert packed.keys() == {"g1", "g2", "g3"}
    kind, toxicity, *rest = struct.unpack(">8d", packed["g1"])
    assert (kind, toxicity) == (8.0, 0.75)
    assert all(isnan(score) for score in rest)
    assert struct.unpack(">5d", packed["g2"][:40]) == (13.0, 1.0, 0.0, 5e-324, 0.1)
    insult, identity_attack, sexual_explicit = struct.unpack(">3d", packed["g2"][40:])
    assert (insult, sexual_explicit) == (2.5e-310, 0.7)
    assert isnan(identity_attack)
    assert packed["g3"] is None


def keeps_comments(connection: Connection) -> None:
    """An index takes nothing away."""
    assert count_rows(connection, "comment") == 1


def keeps_accounts_without_a_second_factor(connection: Connection) -> None:
    """Who signed in with a password alone still does, and stays signed in."""
    account, session = table(connection, "account"), table(connection, "session")
    assert connection.execute(select(account.c.factor_sealed, account.c.factor_step)).all() == [(None, None)]
    assert connection.execute(select(session.c.agent)).scalars().all() == [None]
    put(connection, "recovery_code", account_id="m1", code_hash="h")


def keeps_rejections_that_may_be_appealed(connection: Connection) -> None:
    """What was there has no appeal and no nudge, and a comment may be appealed once."""
    from datetime import datetime

    item, comment, site = (table(connection, name) for name in ("review_item", "comment", "site"))
    assert set(connection.execute(select(item.c.kept_from)).scalars()) == {None}
    assert connection.execute(select(comment.c.nudged)).scalars().all() == [None]
    assert connection.execute(select(site.c.close_after_days)).scalars().all() == [None]
    put(
        connection, "appeal", id="a1", site_id="s1", comment_id="c1", revision_id="r1", item_id="i1", body="Read it again.",
        created_at=datetime.fromisoformat(AT), outcome=None, decided_at=None,
    )  # fmt: skip


def takes_a_webhook_and_a_message(connection: Connection) -> None:
    """What was announced before there were webhooks stays as it is."""
    from datetime import datetime

    at = datetime.fromisoformat(AT)
    put(
        connection, "webhook", id="w1", site_id="s1", url="https://example.org/hook", topics="", secret_sealed="x", is_active=True,
        created_at=at,
    )  # fmt: skip
    put(
        connection, "webhook_delivery", id="d1", webhook_id="w1", topic="comment.published", body="{}", attempts=0, last_status=None,
        last_error=None, created_at=at, delivered_at=None, given_up_at=None,
    )  # fmt: skip
    assert count_rows(connection, "outbox") == 1
    assert connection.execute(select(table(connection, "site").c.jwks_url)).scalars().all() == [None]


def keeps_what_was_said_and_takes_a_subscription(connection: Connection) -> None:
    """What was there is nobody's near repeat and in no closed section; a comment can be followed."""
    from datetime import datetime

    at = datetime.fromisoformat(AT)
    site, section, comment, revision = (table(connection, name) for name in ("site", "section", "comment", "revision"))
    assert connection.execute(select(site.c.proof, site.c.jwt_secret_before)).all() == [("busy", None)]
    assert connection.execute(select(section.c.close_after_days, section.c.is_closed)).all() == [(None, False)]
    assert connection.execute(select(comment.c.is_by_article_author)).scalars().all() == [False]
    assert set(connection.execute(select(revision.c.likeness)).scalars()) == {None}
    put(
        connection, "subscription", id="b1", site_id="s1", author_id="u1", email_hash="h", email_sealed="x", language="en", pace="daily",
        asked_at=at, confirmed_at=None, sent_at=None, created_at=at,
    )  # fmt: skip
    put(connection, "follow", comment_id="c1", subscription_id="b1")
    put(connection, "notice", subscription_id="b1", comment_id="c1", created_at=at)
    put(connection, "spent_proof", challenge="a" * 64, expires_at=at)


def takes_a_record_of_an_import(connection: Connection) -> None:
    """What was there before came from nowhere else."""
    assert count_rows(connection, "import_record") == 0
    put(connection, "import_record", site_id="s1", source="disqus", source_id="5318008", comment_id="c1")


def takes_a_note_on_an_author(connection: Connection) -> None:
    """Nobody had left any."""
    from datetime import datetime

    assert count_rows(connection, "author_note") == 0
    put(connection, "author_note", id="n1", author_id="u1", account_id="m1", body="Asks twice.", created_at=datetime.fromisoformat(AT))


def takes_policies_side_by_side(connection: Connection) -> None:
    """A version of the release before is approved, planned and run in shadow; a week is counted, and an alert told."""
    from datetime import datetime

    at = datetime.fromisoformat(AT)
    put(
        connection, "policy_draft", id="w1", site_id="s1", account_id="m1", name="Elections", document={"bands": {}}, base_version=1,
        edition=1, created_at=at, changed_at=at,
    )  # fmt: skip
    put(connection, "policy_approval", version_id="p1", account_id="m1", note="", created_at=at)
    put(connection, "policy_rule", site_id="s1", needs_approval=True, off_asked_by="m1", off_asked_at=at)
    put(
        connection, "policy_schedule", id="w2", site_id="s1", version_id="p1", account_id="m1", activate_at=at, state="waiting",
        created_at=at, ended_at=None,
    )  # fmt: skip
    put(connection, "policy_shadow", id="w3", site_id="s1", version_id="p1", account_id="m1", begun_at=at, ended_at=None)
    put(connection, "shadow_routing", shadow_id="w3", routing_id="g1", active_route="hold", route="publish")
    put(connection, "watch_week", site_id="s1", starts_at=at, figures={"comments": 1}, counted_at=at)
    put(connection, "watch_rule", site_id="s1", waiting_hours=24)
    put(connection, "alert", id="w4", site_id="s1", kind="drift", subject="toxicity", detail={}, opened_at=at, closed_at=None)
    put(connection, "alert_reader", site_id="s1", account_id="m1", created_at=at)
    put(connection, "alert_letter", id="w5", alert_id="w4", account_id="m1", created_at=at)


def knows_the_language_of_routings(connection: Connection) -> None:
    """Each routing has the language of its text."""
    revision, routing = table(connection, "revision"), table(connection, "routing")
    spoken = {row.id: row.language for row in connection.execute(select(revision.c.id, revision.c.language))}
    found = connection.execute(select(routing.c.revision_id, routing.c.language)).all()
    assert "en" in spoken.values()
    assert {row.language for row in found} == {spoken[row.revision_id] for row in found}


def takes_decisions_made_together(connection: Connection) -> None:
    """What was decided before was decided one by one; the sites have no queues of their own."""
    from datetime import datetime

    at = datetime.fromisoformat(AT)
    assert count_rows(connection, "bulk_decision") == 0
    put(
        connection, "bulk_decision", id="k1", account_id="m1", verdict="reject", reason_code="spam", note="", asked_count=2, created_at=at,
        undone_at=None, undone_by=None,
    )  # fmt: skip
    decision_id = connection.execute(select(table(connection, "decision").c.id)).scalars().first()
    put(connection, "bulk_member", decision_id=decision_id, bulk_id="k1")
    put(
        connection, "queue_filter", id="f1", site_id="s1", name="Threats", queue=None, wish={"label": "threat"}, account_id="m1",
        created_at=at,
    )  # fmt: skip
    put(connection, "site_practice", site_id="s1", has_public_log=True, two_for_bans=False, second_share=0.5)
    put(
        connection, "ban_proposal", id="b1", site_id="s1", author_id="u1", proposed_by="m1", reason="Again.", created_at=at, outcome=None,
        settled_by=None, settled_at=None,
    )  # fmt: skip
    item_id = connection.execute(select(table(connection, "review_item").c.id)).scalars().first()
    put(
        connection, "second_opinion", item_id=item_id, site_id="s1", first_decision_id=decision_id, decision_id=None, created_at=at,
    )  # fmt: skip


def takes_other_ways_to_sign_in(connection: Connection) -> None:
    """Nobody had one but the password."""
    from datetime import datetime

    assert count_rows(connection, "passkey") == 0
    put(
        connection, "passkey", id="k1", account_id="m1", name="Phone", credential_id="AAAA", public_key=b"\xa5", sign_count=0,
        created_at=datetime.fromisoformat(AT), used_at=None,
    )  # fmt: skip
    put(
        connection, "account_identity", issuer="https://id.example", subject="7", account_id="m1", created_at=datetime.fromisoformat(AT),
    )  # fmt: skip


def takes_a_suggestion(connection: Connection) -> None:
    """Nobody's word had been kept."""
    from datetime import datetime

    assert count_rows(connection, "suggestion") == 0
    at = datetime.fromisoformat(AT)
    put(
        connection, "suggestion", id="g1", source="coral", text_hash="h", body="You idiot.", is_rejected=True, attributes={"TOXICITY": 1.0},
        language="en", client_token="comment:c-1", times=1, created_at=at, updated_at=at, expires_at=at, scorer_version_id=None,
        scores=None, scored_at=None,
    )  # fmt: skip
    put(
        connection, "phase_routing", site_id="s1", text_hash="h", route="hold", reasons=[], policy_version_id="p1", times=1, created_at=at,
        updated_at=at, expires_at=at,
    )  # fmt: skip


def takes_a_statement(connection: Connection) -> None:
    """None had been made."""
    from datetime import datetime

    at = datetime.fromisoformat(AT)
    put(
        connection, "statement", id="t1", site_id="s1", subject="revision:r1", document={"puid": "t1"}, state="waiting", attempts=0,
        last_status=None, last_error=None, applied_at=at, created_at=at, sent_at=None,
    )  # fmt: skip
    assert count_rows(connection, "statement") == 1


DATA_TESTS: Final[dict[str, DataTest]] = {
    "0001": DataTest(load=nothing, check=takes_one_of_each),
    "0002": DataTest(load=nothing, check=keeps_scorers_and_takes_a_rescoring),
    "0003": DataTest(load=nothing, check=keeps_routings_without_packed_scores),
    "0004": DataTest(load=more_routings, check=packs_what_was_scored),
    "0005": DataTest(load=nothing, check=keeps_comments),
    "0006": DataTest(load=nothing, check=keeps_accounts_without_a_second_factor),
    "0007": DataTest(load=nothing, check=keeps_rejections_that_may_be_appealed),
    "0008": DataTest(load=nothing, check=takes_a_webhook_and_a_message),
    "0009": DataTest(load=nothing, check=keeps_what_was_said_and_takes_a_subscription),
    "0010": DataTest(load=nothing, check=takes_a_record_of_an_import),
    "0011": DataTest(load=nothing, check=takes_a_note_on_an_author),
    "0012": DataTest(load=nothing, check=knows_the_language_of_routings),
    "0013": DataTest(load=nothing, check=takes_policies_side_by_side),
    "0014": DataTest(load=nothing, check=takes_decisions_made_together),
    "0015": DataTest(load=nothing, check=takes_other_ways_to_sign_in),
    "0016": DataTest(load=nothing, check=takes_a_suggestion),
    "0017": DataTest(load=nothing, check=takes_a_statement),
}
"""By revision. A new revision's `load` is what the release before may have stored, `check` what became of it."""
