"""Proof that an unsafe request with a session cookie was sent by our own page.

Two independent checks: what the browser says of the request's origin, and a token that only our pages know. Requests with a bearer token
need neither, because no browser adds one by itself.
"""

import base64
import hashlib
import hmac

from flask import request

from commentsvc.web.context import get_web_config, own_origin
from commentsvc.web.refusals import CsrfRefusedError

FORM_FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def csrf_token(session_raw: str) -> str:
    """Make the token for pages of the session whose raw credential is given; the same for the whole session."""
    digest = hmac.new(get_web_config().secret, b"csrf:" + session_raw.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def protect(session_raw: str) -> None:
    """Return when the running request is safe, or proves that our page sent it; raises CsrfRefusedError.

    `auth.current_principal` calls it for every account that comes by cookie.
    """
    if request.method in _SAFE_METHODS:
        return
    check_origin()
    given = request.headers.get(HEADER) or request.form.get(FORM_FIELD, "")
    if not hmac.compare_digest(given.encode(), csrf_token(session_raw).encode()):
        raise CsrfRefusedError("The page is too old or was not ours: reload it and try again.")


def check_origin() -> None:
    """Return when the browser says that the request comes from our own origin, or says nothing; raises CsrfRefusedError.

    Alone it guards forms that have no session yet, such as sign-in.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise CsrfRefusedError("The request was sent by another site's page.")
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != own_origin():
        raise CsrfRefusedError("The request was sent by another site's page.")
