"""Fields of HTML forms, read as strictly as JSON: bounded, each at most once, no NUL characters, nothing unknown."""

import re
from collections.abc import Container, Mapping

from flask import request

from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.web import strictjson
from commentsvc.web.csrf import FORM_FIELD
from commentsvc.web.refusals import UnsupportedMediaTypeError

_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def read_form(lengths: Mapping[str, int], *, lists: Container[str] = ()) -> dict[str, str]:
    """Read the fields that `lengths` names, each with at most so many characters; one that was not sent is an empty text.

    The CSRF field may be sent too and is left out, and so are `lists`, which `read_list` reads. Line ends become single line feeds.
    Raises UnsupportedMediaTypeError, or InvalidError with a pointer to each field that does not fit.
    """
    if request.mimetype not in _TYPES and request.content_length:
        raise UnsupportedMediaTypeError("Send the fields of the form.")
    problems: list[FieldProblem] = []
    found = dict.fromkeys(lengths, "")
    for name, values in request.form.lists():
        if name == FORM_FIELD or name in lists:
            continue
        where = strictjson.pointer(name)
        text = values[0].replace("\r\n", "\n").replace("\r", "\n")
        if name not in lengths:
            problems.append(FieldProblem(where, "Unknown field."))
        elif len(values) > 1:
            problems.append(FieldProblem(where, "Given more than once."))
        elif len(text) > lengths[name]:
            problems.append(FieldProblem(where, f"Longer than {lengths[name]} characters."))
        elif "\0" in text:
            problems.append(FieldProblem(where, "Holds the character U+0000."))
        else:
            found[name] = text
    if problems:
        raise InvalidError("Some values do not fit.", fields=tuple(problems))
    return found


def read_list(name: str, shape: re.Pattern[str], *, at_most: int) -> list[str]:
    """Read a field that may be sent many times, each value once, in the order sent; `shape` is what each must be from end to end.

    Raises InvalidError for any other value, and for more than `at_most`.
    """
    values = list(dict.fromkeys(request.form.getlist(name)))
    where = strictjson.pointer(name)
    if len(values) > at_most:
        raise InvalidError("That is too much at once.", fields=(FieldProblem(where, f"Given more than {at_most} times."),))
    if not all(shape.fullmatch(value) for value in values):
        raise InvalidError("Some values do not fit.", fields=(FieldProblem(where, "Is not what our page sends."),))
    return values
