"""The parts an installation is made of, put together in one place, and the use cases that need several transactions."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from commentsvc.domain.commands import EditComment, SubmitComment
from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Policy
from commentsvc.domain.ports import Chance, Clock, Scorer, ScorerUnavailableError, ScorerVersion, ScoreSet, Waker
from commentsvc.domain.routing import WORD_RULES, Routing, RoutingFacts, route
from commentsvc.integrations.celery_waker import CeleryWaker
from commentsvc.integrations.key_sets import KeySets
from commentsvc.integrations.mailer import Mailer, MailServer
from commentsvc.integrations.metrics import Metrics
from commentsvc.integrations.openid import Client, OpenIdProvider
from commentsvc.integrations.outward import Outward
from commentsvc.integrations.proof_of_work import ProofOfWork
from commentsvc.integrations.sealing import Purpose, seal
from commentsvc.integrations.streams import Streams
from commentsvc.integrations.system import SystemChance, SystemClock, ThreadWaker
from commentsvc.integrations.turnstile import Turnstile
from commentsvc.scoring.batching import BatchingScorer, ScoringEvent
from commentsvc.scoring.language import detect_language
from commentsvc.scoring.later import LaterScorer
from commentsvc.scoring.likeness import likeness
from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.registry import build_configured_scorer, build_scorer
from commentsvc.services.commenting import Submitted, check_admission, submit_comment
from commentsvc.services.editing import Edited, edit_comment
from commentsvc.services.judging import Assessment, Beside, Judge, Text
from commentsvc.services.laboratory import Laboratory
from commentsvc.services.policies import PolicyBook
from commentsvc.services.policy_shadow import list_running
from commentsvc.services.rendering import Renderer, text_hash
from commentsvc.services.scoring import ensure_scorer_version
from commentsvc.services.shadow import begin_shadow
from commentsvc.services.webhooks import NewWebhook, create_webhook, new_webhook_secret
from commentsvc.settings import Settings, SettingsError, load_secret_key
from commentsvc.store.engine import Database, DatabaseOptions, SerializationError
from commentsvc.store.queries.sites import SiteState

T = TypeVar("T")
_TRIES: Final = 5
KEY_SET_WITHIN_S: Final = 3.0
"""A reader waits for a site's key set, once in a while, but not for long."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it would look, and what its scores would make of it (None when the scorer did not answer in time)."""

    html: str
    scores: dict[Label, float] | None
    routing: Routing | None


@dataclass(frozen=True, slots=True)
class Admitted:
    """A submission that nothing spoke against when it came, with the policy that was active then."""

    site: SiteState
    command: SubmitComment
    policy: Policy
    policy_version_id: str
    shadows: tuple[Beside, ...] = ()


@dataclass(slots=True)
class Runtime:
    """One installation's parts. Built once by `build_runtime`; tests put in their own clock, chance and scorer."""

    settings: Settings
    db: Database
    scorer: BatchingScorer
    clock: Clock
    chance: Chance
    waker: Waker
    metrics: Metrics
    secret: bytes
    policies: PolicyBook = field(default_factory=PolicyBook)
    laboratory: Laboratory = field(default_factory=Laboratory)
    renderer: Renderer = field(default_factory=Renderer)
    turnstile: Turnstile = field(default_factory=Turnstile)
    streams: Streams = field(default_factory=Streams)
    outward: Outward = field(default_factory=Outward)
    proofs: ProofOfWork = field(init=False)
    key_sets: KeySets = field(default_factory=lambda: KeySets(Outward(timeout_s=KEY_SET_WITHIN_S)))
    openid: OpenIdProvider | None = None
    shadow: LaterScorer | None = None
    _shadow_row: str | None = None
    _scorer_rows: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Derive what follows from the parts."""
        self.proofs = ProofOfWork(self.secret)

    def in_transaction(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a write transaction, again when another one was faster (at most 5 times). `work` must bear repetition.

        Raises StorageUnavailableError, SerializationError after the last try, and whatever `work` raises.
        """
        for _ in range(_TRIES - 1):
            try:
                return self.db.run(work)
            except SerializationError:
                continue
        return self.db.run(work)

    def scorer_row(self, version: ScorerVersion) -> str:
        """The id of a scorer version's row, put on record at its first use in a transaction of its own."""
        found = self._scorer_rows.get(version.id)
        if found is None:
            with self._lock:
                found = self.in_transaction(lambda session: ensure_scorer_version(session, version, self.clock.now()))
                self._scorer_rows[version.id] = found
        return found

    def open_shadow(self) -> tuple[BatchingScorer, str]:
        """The shadow scorer, loaded at its first use, and its version's row. Only where there is one.

        Raises ScorerUnavailableError, and ConflictError for a scorer that is on record with another calibration.
        """
        if self.shadow is None:
            raise ScorerUnavailableError("the settings name no shadow scorer")
        scorer = self.shadow.get()
        if self._shadow_row is None:
            self._shadow_row = self.in_transaction(lambda session: begin_shadow(session, scorer.version, self.clock.now()))
        return scorer, self._shadow_row

    def judge(self, policy: Policy, version_id: str, shadows: tuple[Beside, ...] = ()) -> Judge:
        """What a comment is judged by now."""
        version = self.scorer.version
        return Judge(policy, version_id, version, self.scorer_row(version), self.chance.uniform(), shadows)

    def shadows_of(self, session: Session, site: SiteState) -> tuple[Beside, ...]:
        """The policies that run in shadow on a site."""
        running = list_running(session, site.id)
        return tuple(Beside(shadow_id, self.policies.get(session, version_id)) for shadow_id, version_id in running)

    def make_text(self, body: str) -> Text:
        """Everything about a body that needs no database."""
        rendered = self.renderer.render(body)
        prepared = prepare(body).text
        return Text(body, rendered.html, text_hash(body), detect_language(body), rendered.link_count, prepared, likeness(prepared))

    def score_in_budget(self, body: str) -> ScoreSet | None:
        """Scores within the reader's patience, or None. Never called with a transaction open."""
        with self.turnstile.aside():
            return self.scorer.score_within(body, self.settings.scorer.budget_ms / 1000)

    def edit_token(self, comment_id: str) -> str:
        """The token with which a guest shows that a comment is theirs. Made from our key, so it is stored nowhere."""
        digest = hmac.new(self.secret, f"edit:{comment_id}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest)[:32].decode()

    @property
    def mailer(self) -> Mailer:
        """The way to the operator's mail server."""
        mail = self.settings.mail
        return Mailer(MailServer(mail.host, mail.port, mail.security, mail.username, mail.password_file, mail.sender))

    @property
    def takes_mail(self) -> bool:
        """Whether readers can be told of replies by e-mail."""
        return bool(self.settings.mail.host and self.settings.server.public_url)

    def mail_page(self, subscription_id: str) -> str:
        """The page at which a subscription is confirmed, changed and stopped. Whoever has its address may: it stands in letters alone."""
        return f"{self.settings.server.public_url.rstrip('/')}/mail/{subscription_id}.{self._mail_token(subscription_id)}"

    def subscription_of(self, token: str) -> str | None:
        """The subscription whose page has this token; None for one that is not ours."""
        subscription_id, _, proof = token.partition(".")
        return subscription_id if hmac.compare_digest(self._mail_token(subscription_id).encode(), proof.encode()) else None

    def _mail_token(self, subscription_id: str) -> str:
        digest = hmac.new(self.secret, f"mail:{subscription_id}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest)[:32].decode()

    def is_edit_token(self, comment_id: str, token: str) -> bool:
        """Whether `token` is the edit token of the comment; takes the same time either way."""
        return hmac.compare_digest(self.edit_token(comment_id).encode(), token.encode())

    def policy_of(self, session: Session, site: SiteState) -> tuple[Policy, str]:
        """The active policy of a site, and its version's id."""
        if site.policy_version_id is None:
            msg = f"site {site.id} has no active policy"
            raise RuntimeError(msg)
        return self.policies.get(session, site.policy_version_id), site.policy_version_id

    def submit(self, site: SiteState, command: SubmitComment) -> Submitted:
        """Take one comment in: admission, scoring without a transaction, then everything in one transaction.

        Raises the refusals of admission and what `submit_comment` raises.
        """
        with self.db.reading() as session:
            admitted = self.admit(session, site, command)
        return self.submit_admitted(admitted)

    def admit(self, session: Session, site: SiteState, command: SubmitComment) -> Admitted:
        """Look whether a comment would be refused, before the scorer is asked. Raises the refusals of admission."""
        policy, version_id = self.policy_of(session, site)
        check_admission(session, site, command, self.clock.now())
        return Admitted(site, command, policy, version_id, self.shadows_of(session, site))

    def submit_admitted(self, admitted: Admitted) -> Submitted:
        """What `submit` does after admission. Call it without a session open."""
        site, command = admitted.site, admitted.command
        text = self.make_text(command.body)
        scores = self.score_in_budget(command.body)
        judge = self.judge(admitted.policy, admitted.policy_version_id, admitted.shadows)
        assessed = Assessment(text, scores, judge, self.clock.now())
        submitted = self.in_transaction(lambda session: submit_comment(session, site, command, assessed))
        if not submitted.is_replay:
            self.metrics.comment_routed(submitted.routing.route.value if submitted.routing else "pending")
        return submitted

    def edit(self, site: SiteState, command: EditComment) -> Edited:
        """Take an edit in, the same way. The caller has checked whose comment it is."""
        with self.db.reading() as session:
            policy, version_id = self.policy_of(session, site)
            shadows = self.shadows_of(session, site)
        text = self.make_text(command.body)
        scores = self.score_in_budget(command.body)
        judge = self.judge(policy, version_id, shadows)
        assessed = Assessment(text, scores, judge, self.clock.now())
        edited = self.in_transaction(lambda session: edit_comment(session, site, command, assessed))
        self.metrics.comment_routed(edited.routing.route.value if edited.routing else "pending")
        return edited

    def preview(self, site: SiteState, body: str, section: str | None) -> Preview:
        """Render and score a text without storing anything."""
        with self.db.reading() as session:
            policy, _ = self.policy_of(session, site)
        text = self.make_text(body)
        scores = self.score_in_budget(body)
        if scores is None:
            return Preview(text.html, None, None)
        facts = RoutingFacts(text=body, scores=scores.values, section=section, link_count=text.link_count, prepared_text=text.prepared)
        # The nudge is about the words alone: what depends on the author or on the sample has no part in it.
        routing = route(policy, facts, chance=1.0, rules=WORD_RULES)
        return Preview(text.html, dict(scores.values), routing)

    def add_webhook(self, new: NewWebhook) -> tuple[str, str]:
        """Make a webhook, in a transaction of its own; its id, and the secret that its messages are signed with, readable only now.

        Raises InvalidError for an address that may not be called, and as `create_webhook`.
        """
        objection = self.outward.objection(new.url)
        if objection is not None:
            raise InvalidError("This address cannot be called.", fields=(FieldProblem("/url", objection),))
        secret, now = new_webhook_secret(), self.clock.now()
        sealed = seal(self.secret, secret, Purpose.WEBHOOK)
        return self.in_transaction(lambda session: create_webhook(session, new, sealed, now)), secret

    def close(self) -> None:
        """Let go of the scorer and of every connection."""
        self.scorer.close()
        if self.shadow is not None:
            self.shadow.close()
        self.db.dispose()


def build_database(settings: Settings) -> Database:
    """The database that the settings name. Makes the folder of an SQLite file."""
    url = settings.database.url
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return Database(DatabaseOptions(url, settings.database.pool_size, settings.database.sqlite_full_sync))


def build_runtime(settings: Settings, *, scorer: Scorer | None = None, clock: Clock | None = None, chance: Chance | None = None) -> Runtime:
    """Put an installation together. Nothing is opened or migrated yet; the scorer is loaded but not warm, the shadow not even loaded."""
    metrics = Metrics()
    inner = scorer or build_configured_scorer(settings.scorer)

    def observe(event: ScoringEvent, count: int, seconds: float) -> None:
        del count
        metrics.scoring_finished(inner.version.name, event.value, seconds)

    def build_shadow() -> BatchingScorer:
        chosen = settings.scorer
        return BatchingScorer(build_scorer(chosen.shadow_engine, _path(chosen.shadow_path), chosen.shadow_digest or None))

    batching = BatchingScorer(inner, max_batch=settings.scorer.batch, queue_limit=settings.scorer.queue_limit, observe=observe)
    waker: Waker = CeleryWaker(settings.redis.url) if settings.worker.waker == "celery" else ThreadWaker()
    db = build_database(settings)
    db.on_jobs(waker.wake)
    return Runtime(
        settings=settings,
        db=db,
        scorer=batching,
        clock=clock or SystemClock(),
        chance=chance or SystemChance(),
        waker=waker,
        metrics=metrics,
        secret=load_secret_key(settings),
        turnstile=Turnstile(is_open=not db.is_sqlite),
        key_sets=KeySets(Outward(allow_private=settings.outward.allow_private, timeout_s=KEY_SET_WITHIN_S)),
        outward=Outward(allow_private=settings.outward.allow_private, timeout_s=settings.outward.timeout_s),
        openid=_build_openid(settings),
        shadow=LaterScorer(build_shadow) if settings.scorer.shadow_engine else None,
    )


def _build_openid(settings: Settings) -> OpenIdProvider | None:
    """The provider, with a caller and keys of its own. Raises SettingsError for a secret that cannot be read."""
    wanted = settings.openid
    if not wanted.issuer:
        return None
    try:
        secret = Path(wanted.client_secret_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"openid.client_secret_file: {wanted.client_secret_file} cannot be read") from error
    outward = Outward(allow_private=settings.outward.allow_private, timeout_s=KEY_SET_WITHIN_S)
    return OpenIdProvider(Client(wanted.issuer, wanted.client_id, secret, wanted.name), outward, KeySets(outward))


def _path(text: str) -> Path | None:
    return Path(text) if text else None
