"""The signature of Standard Webhooks, and when a message is sent again."""

import base64
from datetime import UTC, datetime, timedelta

from commentsvc.domain.webhooks import retry_delivery_at, signed_headers

NOW = datetime(2021, 2, 25, 14, 50, tzinfo=UTC)


def test_the_signature_is_that_of_the_standard_s_example():
    """The values of the specification's own example: secret, id, time and payload give this signature."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_another_body_time_or_id_gives_another_signature():
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    signatures = {
        signed_headers(secret, message, at, body)["webhook-signature"]
        for message in ("a", "b")
        for at in (NOW, NOW + timedelta(seconds=1))
        for body in (b"{}", b"[]")
    }
    assert len(signatures) == 8


def test_waits_grow_and_end_after_some_three_days():
    at, waits = NOW, []
    for attempts in range(1, 20):
        again = retry_delivery_at(attempts, at)
        if again is None:
            break
        waits.append(again - at)
        at = again
    assert waits == sorted(waits)
    assert timedelta(days=3) < at - NOW < timedelta(days=4)
