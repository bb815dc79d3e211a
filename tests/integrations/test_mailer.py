"""What a letter looks like on its way."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.letters import Letterhead, Reply, write_digest
from commentsvc.integrations.mailer import Envelope, Mailer, MailError, MailServer, compose

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENVELOPE = Envelope("ann@reader.example", "https://comments.example/mail/x", "01a2")
SENDER = "Die Zeitung – Süd <comments@gazette.example>"
HEAD = Letterhead("Die Zeitung", "de", ENVELOPE.stop)


@given(
    name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=120),
    title=st.text(st.characters(codec="utf-8"), max_size=300),
    body=st.text(st.characters(codec="utf-8"), max_size=500),
)
def test_whatever_readers_write_it_has_these_headers_and_no_others(name, title, body):
    letter = write_digest(HEAD, [Reply(name, title, f"<p>{body}</p>", "https://gazette.example/#comment-1")])
    raw = compose(letter, ENVELOPE, SENDER, NOON).as_bytes()
    found = message_from_bytes(raw, policy=default)
    assert found.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    ]  # fmt: skip
    assert found["From"].addresses[0].display_name == "Die Zeitung – Süd"
    assert found["To"] == "ann@reader.example"
    assert found["Message-ID"] == "<01a2@gazette.example>"
    assert found["Date"].datetime == NOON
    assert raw.isascii()
    assert ENVELOPE.stop in str(found.get_content())


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_server_that_is_away_is_told_by_a_code_alone(security):
    mailer = Mailer(MailServer("127.0.0.1", 1, security, "", "", SENDER))
    with pytest.raises(MailError, match=r"^connection$"), mailer.open():
        pass
