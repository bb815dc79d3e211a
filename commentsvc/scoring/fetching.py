"""Fetches a large file over https, going on where a connection broke off."""

import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Final
from urllib.error import HTTPError, URLError

from commentsvc.scoring.checks import ScorerFileError

TRIES: Final = 5
"""How often in all a file is asked for before its fetching is given up."""

_TIMEOUT_S: Final = 60
_CHUNK: Final = 1 << 20
_PARTIAL: Final = 206
_ADVICE: Final = "fetch it elsewhere, then use --checkpoint and --model-files"
Tell = Callable[[str], None]


def fetch(address: str, target: Path, tell: Tell, *, timeout_s: float = _TIMEOUT_S) -> None:
    """Write what `address` holds to `target`. `timeout_s` is how long the other side may say nothing.

    ScorerFileError when it cannot be had, or says how long it is and ends early `TRIES` times, or leads away from https.
    """
    tell(f"fetching {address}")
    opener = urllib.request.build_opener(_HttpsOnly)
    with target.open("wb") as file:
        for attempt in range(1, TRIES + 1):
            cause = _go_on(opener, address, file, tell, timeout_s)
            if cause is None:
                return
            if attempt < TRIES:
                tell(f"  broke off after {file.tell():,} bytes ({cause}): going on")
    raise ScorerFileError(f"{address} cannot be fetched ({cause}, {TRIES} times): try again later, or {_ADVICE}")


def _go_on(opener: urllib.request.OpenerDirector, address: str, file: IO[bytes], tell: Tell, timeout_s: float) -> str | None:
    """Ask for what `file` lacks and append it; None once it is complete, else why it broke off."""
    request = urllib.request.Request(address, headers={"Range": f"bytes={file.tell()}-"} if file.tell() else {})  # noqa: S310 - https constants
    try:
        with opener.open(request, timeout=timeout_s) as answer:
            if answer.status != _PARTIAL:
                # Whoever cannot continue begins anew.
                file.seek(0)
                file.truncate()
            length = answer.headers.get("Content-Length")
            total = file.tell() + int(length) if length else 0
            told = 10 * file.tell() // total if total else 0
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                if total and 10 * file.tell() // total > told:
                    told = 10 * file.tell() // total
                    tell(f"  {told * 10} % of {total / 1e6:,.1f} MB")
    except URLError as error:
        # It answered with an error, which is an open answer too, or no connection came about.
        if isinstance(error, HTTPError):
            error.close()
        raise ScorerFileError(f"{address} cannot be fetched ({error}): {_ADVICE}") from error
    except TimeoutError:
        return f"nothing came for {timeout_s:g} s"
    except (OSError, HTTPException) as error:
        return str(error) or type(error).__name__
    return None if file.tell() >= total else f"ended after {file.tell():,} of {total:,} bytes"


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    """Follows where a file has moved to, as releases and hub do, but never to an address that anybody on the way can answer for."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not newurl.startswith("https://"):
            fp.close()
            raise ScorerFileError(f"{req.full_url} leads to {newurl}, which is not https: {_ADVICE}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
