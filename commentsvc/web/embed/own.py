"""Which comments were written from this browser: their ids in a signed cookie that scripts cannot read."""

import base64
import hashlib
import hmac
import re
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from commentsvc.web.context import get_runtime, is_secure

KEPT: Final = 20
_AGE_S: Final = 30 * 86_400
_NAME: Final = "commentsvc_own"
_SHAPE: Final = re.compile(r"((?:[0-9a-f]{32}){1,20})\.([A-Za-z0-9_-]{43})")


def own_ids() -> list[str]:
    """The ids of the comments written from this browser, oldest first; empty where the cookie is absent or not ours."""
    shape = _SHAPE.fullmatch(request.cookies.get(_cookie_name(), ""))
    if shape is None or not hmac.compare_digest(_signature(shape[1]), shape[2]):
        return []
    return [_dashed(shape[1][at : at + 32]) for at in range(0, len(shape[1]), 32)]


def is_own(comment_id: str) -> bool:
    """Whether this browser wrote the comment."""
    return comment_id in own_ids()


def own_raw() -> str | None:
    """The cookie as it was sent, when it holds anything; what the forms' CSRF token is bound to."""
    return request.cookies.get(_cookie_name()) if own_ids() else None


def remember(response: Response, comment_id: str) -> None:
    """Let this browser know the comment as its own; the latest `KEPT` are kept."""
    ids = [*(known for known in own_ids() if known != comment_id), comment_id][-KEPT:]
    packed = "".join(known.replace("-", "") for known in ids)
    value = f"{packed}.{_signature(packed)}"
    response.set_cookie(_cookie_name(), value, max_age=_AGE_S, secure=is_secure(), httponly=True, samesite="Lax", path="/")


def _cookie_name() -> str:
    return f"__Host-{_NAME}" if is_secure() else _NAME


def _signature(packed: str) -> str:
    digest = hmac.new(get_runtime().secret, f"own:{packed}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
