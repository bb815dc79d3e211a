"""What Coral tells of a comment, read as far as it is needed."""

import re
from dataclasses import dataclass
from typing import Final

from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.markup import see_text
from commentsvc.web.strictjson import loads

MOST_CHARS: Final = 50_000
_STAFF: Final = frozenset({"STAFF", "MODERATOR", "ADMIN"})
_LINK: Final = re.compile(r"<a\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhaseRequest:
    """`text` is what a reader sees of the comment's HTML."""

    text: str
    link_count: int
    is_by_staff: bool


def read_phase_request(raw: bytes) -> PhaseRequest:
    """Read a request whose signature fits; what is not needed is passed over.

    Raises MalformedJsonError, PayloadTooLargeError and InvalidError.
    """
    value = loads(raw)
    comment, author = _part(value, "comment"), _part(value, "author")
    body, role = comment.get("body"), author.get("role")
    if not isinstance(body, str) or not 1 <= len(body) <= MOST_CHARS:
        problem = FieldProblem("/comment/body", f"Must be a text of 1 to {MOST_CHARS:,} characters.")
        raise InvalidError("This is no comment.", fields=(problem,))
    return PhaseRequest(see_text(body).text.strip() or body, len(_LINK.findall(body)), role in _STAFF)


def _part(value: object, name: str) -> dict[str, object]:
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, dict):
        return found
    raise InvalidError("This is no request of a moderation phase.", fields=(FieldProblem(f"/{name}", "Must be an object."),))
