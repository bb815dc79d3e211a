"""The mapped tables, one aggregate a module. Only services and queries import them."""

from commentsvc.store.models.accounts import Account, AccountIdentity, AccountRole, Passkey, RecoveryCode, Session, Token
from commentsvc.store.models.comments import Comment, ImportRecord, Report, Revision, Vote
from commentsvc.store.models.desk import BanProposal, BulkDecision, BulkMember, QueueFilter, SecondOpinion, SitePractice
from commentsvc.store.models.mail import Follow, Notice, Subscription
from commentsvc.store.models.moderation import Appeal, AuthorNote, Decision, ReviewItem, Routing, ScoreSet
from commentsvc.store.models.operation import AuditChain, AuditEntry, IdempotencyKey, Job, Outbox, SpentProof, Webhook, WebhookDelivery
from commentsvc.store.models.policies import PolicyVersion, Rescoring, ScorerVersion
from commentsvc.store.models.sites import Article, Author, Section, Site

__all__ = [
    "Account",
    "AccountIdentity",
    "AccountRole",
    "Appeal",
    "Article",
    "AuditChain",
    "AuditEntry",
    "Author",
    "AuthorNote",
    "BanProposal",
    "BulkDecision",
    "BulkMember",
    "Comment",
    "Decision",
    "Follow",
    "IdempotencyKey",
    "ImportRecord",
    "Job",
    "Notice",
    "Outbox",
    "Passkey",
    "PolicyVersion",
    "QueueFilter",
    "RecoveryCode",
    "Report",
    "Rescoring",
    "ReviewItem",
    "Revision",
    "Routing",
    "ScoreSet",
    "ScorerVersion",
    "SecondOpinion",
    "Section",
    "Session",
    "Site",
    "SitePractice",
    "SpentProof",
    "Subscription",
    "Token",
    "Vote",
    "Webhook",
    "WebhookDelivery",
]
