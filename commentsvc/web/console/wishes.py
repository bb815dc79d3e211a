"""Filters as the console's forms and addresses write them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.filters import ItemFilter, check_filter
from commentsvc.domain.labels import Label
from commentsvc.domain.status import Standing
from commentsvc.web.fields import is_id

WISH_FIELDS: Final = {
    "section": 100,
    "label": 20,
    "score_from": 8,
    "score_below": 8,
    "language": 8,
    "standing": 20,
    "author": 36,
    "waits_at_least_h": 8,
    "waits_at_most_h": 8,
    "author_days_below": 8,
}
"""The fields of a filter, with how long each may be."""
_SCORES: Final = ("score_from", "score_below")
_WHOLE: Final = ("waits_at_least_h", "waits_at_most_h", "author_days_below")


def read_wish(given: Mapping[str, str]) -> ItemFilter:
    """Read a filter from fields of a form or a query; what is empty asks for nothing. Raises InvalidError with what does not fit."""
    texts = {name: given.get(name, "").strip() for name in WISH_FIELDS}
    problems: list[FieldProblem] = []
    wish = ItemFilter(section=texts["section"][:100] or None, language=texts["language"].lower()[:8] or None)
    if texts["label"] in set(Label):
        wish = replace(wish, label=Label(texts["label"]))
    if texts["standing"] in set(Standing):
        wish = replace(wish, standing=Standing(texts["standing"]))
    if is_id(texts["author"]):
        wish = replace(wish, author_id=texts["author"])
    for name, shape in [*((name, float) for name in _SCORES), *((name, int) for name in _WHOLE)]:
        if not texts[name]:
            continue
        try:
            wish = replace(wish, **{name: shape(texts[name])})
        except ValueError:
            problems.append(FieldProblem(f"/{name}", "Must be a number."))
    if problems:
        raise InvalidError("The filter does not fit.", fields=tuple(problems))
    return check_filter(wish)


def written_wish(wish: ItemFilter) -> dict[str, str]:
    """The same filter as fields, those that ask for something."""
    document = wish.as_document()
    found = {("author" if name == "author_id" else name): str(value) for name, value in document.items()}
    return {name: text.removesuffix(".0") for name, text in found.items()}
