"""The mapped tables, one aggregate a module. Only services and queries import them."""

from commentsvc.store.models.accounts import Account, AccountRole, RecoveryCode, Session, Token
from commentsvc.store.models.comments import Comment, ImportRecord, Report, Revision, Vote
from commentsvc.store.models.mail import Follow, Notice, Subscription
from commentsvc.store.models.moderation import Appeal, AuthorNote, Decision, ReviewItem, Routing, ScoreSet
from commentsvc.store.models.operation import AuditChain, AuditEntry, IdempotencyKey, Job, Outbox, SpentProof, Webhook, WebhookDelivery
from commentsvc.store.models.policies import PolicyVersion, Rescoring, ScorerVersion
from commentsvc.store.models.sites import Article, Author, Section, Site
from commentsvc.store.models.statements import Statement
from commentsvc.store.models.suggestions import PhaseRouting, Suggestion

__all__ = [
    "Account",
    "AccountRole",
    "Appeal",
    "Article",
    "AuditChain",
    "AuditEntry",
    "Author",
    "AuthorNote",
    "Comment",
    "Decision",
    "Follow",
    "IdempotencyKey",
    "ImportRecord",
    "Job",
    "Notice",
    "Outbox",
    "PhaseRouting",
    "PolicyVersion",
    "RecoveryCode",
    "Report",
    "Rescoring",
    "ReviewItem",
    "Revision",
    "Routing",
    "ScoreSet",
    "ScorerVersion",
    "Section",
    "Session",
    "Site",
    "SpentProof",
    "Statement",
    "Subscription",
    "Suggestion",
    "Token",
    "Vote",
    "Webhook",
    "WebhookDelivery",
]
