"""The first schema: sites, comments, judgements, accounts and what keeps them going."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False, comment="lower case"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True, comment="Argon2id; NULL when sign-in by password is off"),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "audit_chain",
        sa.Column("name", sa.String(length=36), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audit_chain")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.String(length=255), nullable=False, comment="site and author"),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False, comment="the comment that was made"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False, comment="what it is about, e.g. a revision"),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_token", sa.String(length=36), nullable=True, comment="who holds it; another value means the lease was lost"),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True, comment="a code, never anybody's text"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'leased', 'dead')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_due", "job", ["state", "run_at"], unique=False)
    op.create_index("uq_job_kind_subject", "job", ["kind", "subject_id"], unique=True)
    op.create_table(
        "scorer_version",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False, comment="name@digest+preparation"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("engine", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("preparation", sa.String(length=32), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorer_version")),
        sa.UniqueConstraint("version", name=op.f("uq_scorer_version_version")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=63), nullable=False, comment="slug that stands in addresses"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("origins", sa.Text(), nullable=False, comment="origins of the site's pages, one a line"),
        sa.Column("jwt_secret", sa.String(length=255), nullable=True, comment="HS256 secret shared with the site"),
        sa.Column("jwt_public_key", sa.Text(), nullable=True, comment="RS256 public key of the site, PEM"),
        sa.Column("guests_allowed", sa.Boolean(), nullable=False),
        sa.Column("max_body_chars", sa.Integer(), nullable=False),
        sa.Column("max_depth", sa.Integer(), nullable=False),
        sa.Column("edit_window_s", sa.Integer(), nullable=False),
        sa.Column("policy_version_id", sa.String(length=36), nullable=True, comment="the active policy; set with the site's first version"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("edit_window_s >= 0", name=op.f("ck_site_edit_window_s")),
        sa.CheckConstraint("max_body_chars BETWEEN 1 AND 50000", name=op.f("ck_site_max_body_chars")),
        sa.CheckConstraint("max_depth BETWEEN 0 AND 50", name=op.f("ck_site_max_depth")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("key", name=op.f("uq_site_key")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False, comment="a site's id or '*'"),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.CheckConstraint("role IN ('moderator', 'admin')", name=op.f("ck_account_role_role")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_role_account_id_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "site_id", name=op.f("pk_account_role")),
    )
    op.create_index("ix_account_role_site", "account_role", ["site_id"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("chain", sa.String(length=36), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False, comment="system, author:<id> or account:<id>"),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False, comment="comment:<id> and the like"),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["chain"], ["audit_chain.name"], name=op.f("fk_audit_entry_chain_audit_chain")),
        sa.PrimaryKeyConstraint("chain", "no", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject"], unique=False)
    op.create_table(
        "author",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False, comment="sso:<sub> or guest:<hash>"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=True),
        sa.Column("standing", sa.String(length=32), nullable=False),
        sa.Column("standing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("published_count", sa.Integer(), nullable=False),
        sa.Column("rejected_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("standing IN ('normal', 'trusted', 'premoderated', 'suspended', 'banned')", name=op.f("ck_author_standing")),
        sa.CheckConstraint("comment_count >= 0 AND published_count >= 0 AND rejected_count >= 0", name=op.f("ck_author_counts")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_author_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("site_id", "subject", name=op.f("uq_author_site_id_subject")),
    )
    op.create_index(
        "ix_author_standing",
        "author",
        ["site_id", "standing"],
        unique=False,
        postgresql_where=sa.text("standing <> 'normal'"),
        sqlite_where=sa.text("standing <> 'normal'"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=50), nullable=False, comment="comment.published and the like"),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_outbox_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["site_id", "id"],
        unique=False,
        postgresql_where=sa.text("delivered_at IS NULL"),
        sqlite_where=sa.text("delivered_at IS NULL"),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=True, comment="NULL when made with the site"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True, comment="when it was last activated"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_policy_version_account_id_account")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_policy_version_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("site_id", "version", name=op.f("uq_policy_version_site_id_version")),
    )
    op.create_table(
        "section",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_section_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("site_id", "key", name=op.f("uq_section_site_id_key")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("cookie_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("cookie_hash", name=op.f("uq_session_cookie_hash")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_table(
        "token",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_token_account_id_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_token_token_hash")),
    )
    op.create_index(op.f("ix_token_account_id"), "token", ["account_id"], unique=False)
    op.create_table(
        "article",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("section_id", sa.String(length=36), nullable=True),
        sa.Column("key", sa.String(length=500), nullable=False, comment="the publisher's own key"),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=True),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("root_count", sa.Integer(), nullable=False, comment="root comments ever stored; numbers the next one"),
        sa.Column("published_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows with every change that readers can see; the ETag"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("published_count >= 0", name=op.f("ck_article_published_count")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_article_section_id_section"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_article_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("site_id", "key", name=op.f("uq_article_site_id_key")),
    )
    op.create_index(op.f("ix_article_section_id"), "article", ["section_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("path", sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("reply_no", sa.Integer(), nullable=False, comment="number among its siblings, from 1"),
        sa.Column("reply_count", sa.Integer(), nullable=False, comment="replies ever stored; numbers the next one"),
        sa.Column("shown_reply_count", sa.Integer(), nullable=False, comment="direct replies that are shown"),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("current_revision_id", sa.String(length=36), nullable=False, comment="latest text; the one that decisions are about"),
        sa.Column("published_revision_id", sa.String(length=36), nullable=True, comment="the text that readers see, if any"),
        sa.Column("revision_count", sa.Integer(), nullable=False),
        sa.Column("up_count", sa.Integer(), nullable=False),
        sa.Column("down_count", sa.Integer(), nullable=False),
        sa.Column("best_score", sa.Float(), nullable=False, comment="lower end of the Wilson interval of the up-votes"),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("edit_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status <> 'published' OR published_revision_id IS NOT NULL", name=op.f("ck_comment_published_has_text")),
        sa.CheckConstraint("status = 'published' OR published_revision_id IS NULL", name=op.f("ck_comment_hidden_has_no_text")),
        sa.CheckConstraint("status IN ('pending', 'published', 'held', 'rejected', 'withdrawn', 'erased')", name=op.f("ck_comment_status")),
        sa.CheckConstraint(
            "shown_reply_count >= 0 AND up_count >= 0 AND down_count >= 0 AND report_count >= 0", name=op.f("ck_comment_counts")
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_comment_article_id_article"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_comment_author_id_author")),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id_comment")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_comment_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("article_id", "path", name=op.f("uq_comment_article_id_path")),
    )
    op.create_index("ix_comment_author", "comment", ["author_id", "created_at"], unique=False)
    op.create_index(
        "ix_comment_best",
        "comment",
        ["article_id", "best_score", "reply_no"],
        unique=False,
        postgresql_where=sa.text("is_shown AND depth = 0"),
        sqlite_where=sa.text("is_shown = 1 AND depth = 0"),
    )
    op.create_index(
        "ix_comment_replies",
        "comment",
        ["parent_id", "reply_no"],
        unique=False,
        postgresql_where=sa.text("is_shown"),
        sqlite_where=sa.text("is_shown = 1"),
    )
    op.create_index(
        "ix_comment_roots",
        "comment",
        ["article_id", "reply_no"],
        unique=False,
        postgresql_where=sa.text("is_shown AND depth = 0"),
        sqlite_where=sa.text("is_shown = 1 AND depth = 0"),
    )
    op.create_index("ix_comment_site_created", "comment", ["site_id", "created_at"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the folded text, for repeats"),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'published', 'held', 'rejected', 'withdrawn', 'erased')", name=op.f("ck_revision_status")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_revision_comment_id_comment"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_revision_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("comment_id", "no", name=op.f("uq_revision_comment_id_no")),
    )
    op.create_index("ix_revision_repeats", "revision", ["site_id", "text_hash", "created_at"], unique=False)
    op.create_table(
        "vote",
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("voter", sa.String(length=255), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value IN (-1, 1)", name=op.f("ck_vote_value")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_vote_comment_id_comment"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("comment_id", "voter", name=op.f("pk_vote")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("reporter", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('abuse', 'hate', 'threat', 'obscene', 'spam', 'off_topic', 'personal_data', 'misinformation', 'illegal', 'other')",
            name=op.f("ck_report_reason"),
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_report_comment_id_comment"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_report_revision_id_revision"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("comment_id", "reporter", name=op.f("uq_report_comment_id_reporter")),
    )
    op.create_table(
        "review_item",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("section_id", sa.String(length=36), nullable=True),
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("urgency", sa.Float(), nullable=False),
        sa.Column("leased_by", sa.String(length=36), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("queue IN ('held', 'review', 'reported', 'appeals', 'sample', 'escalated')", name=op.f("ck_review_item_queue")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_review_item_comment_id_comment"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["leased_by"], ["account.id"], name=op.f("fk_review_item_leased_by_account")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_review_item_revision_id_revision"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_review_item_section_id_section"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_review_item_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_item")),
    )
    op.create_index(
        "ix_review_item_age",
        "review_item",
        ["site_id", "queue", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
        sqlite_where=sa.text("is_open = 1"),
    )
    op.create_index(op.f("ix_review_item_comment_id"), "review_item", ["comment_id"], unique=False)
    op.create_index(
        "ix_review_item_urgency",
        "review_item",
        ["site_id", "queue", "urgency", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
        sqlite_where=sa.text("is_open = 1"),
    )
    op.create_index(
        "uq_review_item_open",
        "review_item",
        ["revision_id"],
        unique=True,
        postgresql_where=sa.text("is_open"),
        sqlite_where=sa.text("is_open = 1"),
    )
    op.create_table(
        "score_set",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("scorer_version_id", sa.String(length=36), nullable=False),
        sa.Column("toxicity", sa.Float(), nullable=True),
        sa.Column("severe_toxicity", sa.Float(), nullable=True),
        sa.Column("obscene", sa.Float(), nullable=True),
        sa.Column("threat", sa.Float(), nullable=True),
        sa.Column("insult", sa.Float(), nullable=True),
        sa.Column("identity_attack", sa.Float(), nullable=True),
        sa.Column("sexual_explicit", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(toxicity IS NULL OR toxicity BETWEEN 0 AND 1) AND (severe_toxicity IS NULL OR severe_toxicity BETWEEN 0 AND 1) AND (obscene IS NULL OR obscene BETWEEN 0 AND 1) AND (threat IS NULL OR threat BETWEEN 0 AND 1) AND (insult IS NULL OR insult BETWEEN 0 AND 1) AND (identity_attack IS NULL OR identity_attack BETWEEN 0 AND 1) AND (sexual_explicit IS NULL OR sexual_explicit BETWEEN 0 AND 1)",
            name=op.f("ck_score_set_range"),
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_score_set_revision_id_revision"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["scorer_version_id"], ["scorer_version.id"], name=op.f("fk_score_set_scorer_version_id_scorer_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_set")),
    )
    op.create_index("uq_score_set_revision_scorer", "score_set", ["revision_id", "scorer_version_id"], unique=True)
    op.create_table(
        "decision",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("reason_code", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False, comment="the queue it was decided from"),
        sa.Column("status_before", sa.String(length=32), nullable=False),
        sa.Column("status_after", sa.String(length=32), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True, comment="from lease to decision"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=36), nullable=True),
        sa.Column("is_in_force", sa.Boolean(), nullable=False, comment="a verdict that stands; escalations never are"),
        sa.CheckConstraint("NOT is_in_force OR (undone_at IS NULL AND verdict <> 'escalate')", name=op.f("ck_decision_in_force")),
        sa.CheckConstraint("queue IN ('held', 'review', 'reported', 'appeals', 'sample', 'escalated')", name=op.f("ck_decision_queue")),
        sa.CheckConstraint(
            "reason_code IS NULL OR reason_code IN ('abuse', 'hate', 'threat', 'obscene', 'spam', 'off_topic', 'personal_data', 'misinformation', 'illegal', 'other')",
            name=op.f("ck_decision_reason_code"),
        ),
        sa.CheckConstraint(
            "status_after IN ('pending', 'published', 'held', 'rejected', 'withdrawn', 'erased')", name=op.f("ck_decision_status_after")
        ),
        sa.CheckConstraint(
            "status_before IN ('pending', 'published', 'held', 'rejected', 'withdrawn', 'erased')", name=op.f("ck_decision_status_before")
        ),
        sa.CheckConstraint("verdict <> 'reject' OR reason_code IS NOT NULL", name=op.f("ck_decision_rejection_has_reason")),
        sa.CheckConstraint("verdict IN ('approve', 'reject', 'escalate')", name=op.f("ck_decision_verdict")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_decision_account_id_account")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_decision_comment_id_comment"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["review_item.id"], name=op.f("fk_decision_item_id_review_item"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_decision_revision_id_revision"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_decision_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_decision_undone_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_account_created", "decision", ["account_id", "created_at"], unique=False)
    op.create_index(op.f("ix_decision_comment_id"), "decision", ["comment_id"], unique=False)
    op.create_index(op.f("ix_decision_item_id"), "decision", ["item_id"], unique=False)
    op.create_index("ix_decision_site_created", "decision", ["site_id", "created_at"], unique=False)
    op.create_index(
        "uq_decision_in_force",
        "decision",
        ["revision_id"],
        unique=True,
        postgresql_where=sa.text("is_in_force"),
        sqlite_where=sa.text("is_in_force = 1"),
    )
    op.create_table(
        "routing",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("score_set_id", sa.String(length=36), nullable=True, comment="NULL when routed unscored"),
        sa.Column("policy_version_id", sa.String(length=36), nullable=False),
        sa.Column("section_key", sa.String(length=100), nullable=True),
        sa.Column("route", sa.String(length=32), nullable=False),
        sa.Column("rule_route", sa.String(length=32), nullable=False, comment="strictest route without the bands"),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("sample_probability", sa.Float(), nullable=False, comment="chance that a human was to look at it; 1 when flagged"),
        sa.Column("is_sampled", sa.Boolean(), nullable=False),
        sa.Column("is_in_force", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("route IN ('publish', 'review', 'hold', 'reject')", name=op.f("ck_routing_route")),
        sa.CheckConstraint("rule_route IN ('publish', 'review', 'hold', 'reject')", name=op.f("ck_routing_rule_route")),
        sa.CheckConstraint("sample_probability BETWEEN 0 AND 1", name=op.f("ck_routing_sample_probability")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_routing_comment_id_comment"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["policy_version_id"], ["policy_version.id"], name=op.f("fk_routing_policy_version_id_policy_version")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_routing_revision_id_revision"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["score_set_id"], ["score_set.id"], name=op.f("fk_routing_score_set_id_score_set")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_routing_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing")),
    )
    op.create_index(op.f("ix_routing_comment_id"), "routing", ["comment_id"], unique=False)
    op.create_index(
        "ix_routing_site_created",
        "routing",
        ["site_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("is_in_force"),
        sqlite_where=sa.text("is_in_force = 1"),
    )
    op.create_index(
        "uq_routing_in_force",
        "routing",
        ["revision_id"],
        unique=True,
        postgresql_where=sa.text("is_in_force"),
        sqlite_where=sa.text("is_in_force = 1"),
    )


def downgrade() -> None:
    """Drop every table."""
    op.drop_index(
        "uq_routing_in_force", table_name="routing", postgresql_where=sa.text("is_in_force"), sqlite_where=sa.text("is_in_force = 1")
    )
    op.drop_index(
        "ix_routing_site_created", table_name="routing", postgresql_where=sa.text("is_in_force"), sqlite_where=sa.text("is_in_force = 1")
    )
    op.drop_index(op.f("ix_routing_comment_id"), table_name="routing")
    op.drop_table("routing")
    op.drop_index(
        "uq_decision_in_force", table_name="decision", postgresql_where=sa.text("is_in_force"), sqlite_where=sa.text("is_in_force = 1")
    )
    op.drop_index("ix_decision_site_created", table_name="decision")
    op.drop_index(op.f("ix_decision_item_id"), table_name="decision")
    op.drop_index(op.f("ix_decision_comment_id"), table_name="decision")
    op.drop_index("ix_decision_account_created", table_name="decision")
    op.drop_table("decision")
    op.drop_index("uq_score_set_revision_scorer", table_name="score_set")
    op.drop_table("score_set")
    op.drop_index("uq_review_item_open", table_name="review_item", postgresql_where=sa.text("is_open"), sqlite_where=sa.text("is_open = 1"))
    op.drop_index(
        "ix_review_item_urgency", table_name="review_item", postgresql_where=sa.text("is_open"), sqlite_where=sa.text("is_open = 1")
    )
    op.drop_index(op.f("ix_review_item_comment_id"), table_name="review_item")
    op.drop_index("ix_review_item_age", table_name="review_item", postgresql_where=sa.text("is_open"), sqlite_where=sa.text("is_open = 1"))
    op.drop_table("review_item")
    op.drop_table("report")
    op.drop_table("vote")
    op.drop_index("ix_revision_repeats", table_name="revision")
    op.drop_table("revision")
    op.drop_index("ix_comment_site_created", table_name="comment")
    op.drop_index(
        "ix_comment_roots",
        table_name="comment",
        postgresql_where=sa.text("is_shown AND depth = 0"),
        sqlite_where=sa.text("is_shown = 1 AND depth = 0"),
    )
    op.drop_index("ix_comment_replies", table_name="comment", postgresql_where=sa.text("is_shown"), sqlite_where=sa.text("is_shown = 1"))
    op.drop_index(
        "ix_comment_best",
        table_name="comment",
        postgresql_where=sa.text("is_shown AND depth = 0"),
        sqlite_where=sa.text("is_shown = 1 AND depth = 0"),
    )
    op.drop_index("ix_comment_author", table_name="comment")
    op.drop_table("comment")
    op.drop_index(op.f("ix_article_section_id"), table_name="article")
    op.drop_table("article")
    op.drop_index(op.f("ix_token_account_id"), table_name="token")
    op.drop_table("token")
    op.drop_index(op.f("ix_session_expires_at"), table_name="session")
    op.drop_index(op.f("ix_session_account_id"), table_name="session")
    op.drop_table("session")
    op.drop_table("section")
    op.drop_table("policy_version")
    op.drop_index(
        "ix_outbox_waiting",
        table_name="outbox",
        postgresql_where=sa.text("delivered_at IS NULL"),
        sqlite_where=sa.text("delivered_at IS NULL"),
    )
    op.drop_table("outbox")
    op.drop_index(
        "ix_author_standing",
        table_name="author",
        postgresql_where=sa.text("standing <> 'normal'"),
        sqlite_where=sa.text("standing <> 'normal'"),
    )
    op.drop_table("author")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index("ix_account_role_site", table_name="account_role")
    op.drop_table("account_role")
    op.drop_table("site")
    op.drop_table("scorer_version")
    op.drop_index("uq_job_kind_subject", table_name="job")
    op.drop_index("ix_job_due", table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("ix_idempotency_key_created_at"), table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_table("audit_chain")
    op.drop_table("account")
