"""Refusals that belong to HTTP and not to the business: the request itself does not fit."""

from commentsvc.domain.errors import DomainError, ForbiddenError


class MalformedRequestError(DomainError):
    """Path, query or a header is not well-formed text."""

    code = "malformed-request"


class MalformedJsonError(DomainError):
    """The body is not JSON as RFC 8259 and RFC 7493 (I-JSON) have it."""

    code = "malformed-json"


class UnsupportedMediaTypeError(DomainError):
    """The body is sent as something that this address does not read."""

    code = "unsupported-media-type"


class PayloadTooLargeError(DomainError):
    """The body has more bytes than this address takes."""

    code = "payload-too-large"


class PreconditionFailedError(DomainError):
    """`If-Match` names a version that is no longer the current one."""

    code = "precondition-failed"


class CsrfRefusedError(ForbiddenError):
    """An unsafe request came with a session cookie and without proof that our own page sent it."""

    code = "csrf-refused"
