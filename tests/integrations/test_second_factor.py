"""One-time codes, recovery codes, and the sealing of secrets."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.integrations.sealing import Purpose, seal, unseal
from commentsvc.integrations.second_factor import (
    enrolment_address,
    enrolment_picture,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_hash,
)

NOW = datetime(2026, 3, 1, 12, 0, 15, tzinfo=UTC)
# RFC 6238, appendix B, in base 32: the secret of its test vectors.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_codes_are_those_of_the_standard():
    assert matching_step(RFC_SECRET, "287082", datetime.fromtimestamp(59, UTC)) == 1
    assert matching_step(RFC_SECRET, "081804", datetime.fromtimestamp(1_111_111_109, UTC)) == 1_111_111_109 // 30


@pytest.mark.parametrize(("away", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_step(away, fits):
    secret = new_secret()
    code = pyotp.TOTP(secret).at(int((NOW + timedelta(seconds=30 * away)).timestamp()))
    assert (matching_step(secret, f" {code[:3]} {code[3:]} ", NOW) is not None) is fits


@given(st.text(max_size=12))
def test_anything_may_be_typed(code):
    found = matching_step(RFC_SECRET, code, NOW)
    assert found is None or "".join(code.split()).isdigit()


def test_recovery_codes_differ_and_are_read_kindly():
    codes = new_recovery_codes()
    assert len(set(codes)) == 8
    assert recovery_hash(f" {codes[0][:5].upper()}-{codes[0][5:]} ") == recovery_hash(codes[0])
    assert recovery_hash(codes[0]) != recovery_hash(codes[1])


def test_a_sealed_secret_opens_under_its_key_alone():
    sealed = seal(b"k" * 32, RFC_SECRET, Purpose.SECOND_FACTOR)
    assert RFC_SECRET not in sealed
    assert len(sealed) <= 255
    assert unseal(b"k" * 32, sealed, Purpose.SECOND_FACTOR) == RFC_SECRET
    assert unseal(b"k" * 32, sealed, Purpose.WEBHOOK) is None
    assert unseal(b"l" * 32, sealed, Purpose.SECOND_FACTOR) is None
    assert unseal(b"k" * 32, "süß", Purpose.SECOND_FACTOR) is None


def test_the_phone_is_told_for_whom_and_for_what():
    address = enrolment_address(RFC_SECRET, "mo+a&b@example.org")
    assert address.startswith("otpauth://totp/commentsvc:mo%2Ba%26b%40example.org?secret=")
    picture = enrolment_picture(RFC_SECRET, 'mo"<script>@example.org')
    assert picture.startswith("<svg ")
    assert "script" not in picture
