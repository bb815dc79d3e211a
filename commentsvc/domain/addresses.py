"""Mail addresses, of which only a keyed hash is ever kept."""

import hashlib
import hmac


def email_hash(secret: bytes, email: str) -> str:
    """The hash by which two uses of one address are known to be the same, in hex. `secret` is the installation's."""
    return hmac.new(secret, b"email:" + email.strip().lower().encode(), hashlib.sha256).hexdigest()
