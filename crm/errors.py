"""Refusals: every answer that says no, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import ClassVar, Literal

from crm.json_types import JSONObject


class Refusal(Exception):
    """A refusal that the client can act on.

    Subclasses choose a status, a code and a title. `crm.jsonapi.errors` renders them;
    nothing else in the project builds an error.
    """

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[Literal["pointer", "parameter", "header"] | None] = "pointer"
    type_link: ClassVar[str | None] = None
    """Where this kind of problem is explained, if a specification names it."""

    def __init__(
        self, problems: Mapping[str, str] | str, *, meta: JSONObject | None = None
    ) -> None:
        """Take a sentence for each place, or one sentence for the whole.

        A place is a JSON Pointer within the resource, such as /attributes/name, or the
        name of a query parameter or a header, as ``source`` says.
        """
        self.problems = {"": problems} if isinstance(problems, str) else dict(problems)
        self.meta = meta
        self.at: str | None = None
        super().__init__("; ".join(self.problems.values()))

    def moved_to(self, at: str) -> Refusal:
        """Return it with places below a JSON Pointer, wherever its resource stood."""
        self.at = at
        return self

    @property
    def headers(self) -> dict[str, str]:
        """The headers that an answer with this refusal must carry."""
        return {}


class Refused(Exception):
    """Several refusals at once, each with the place where its resource stood."""

    def __init__(self, refusals: Sequence[tuple[str, Refusal]]) -> None:
        """Take pairs of a JSON Pointer, such as /data/3, and a refusal."""
        self.refusals = list(refusals)
        super().__init__("; ".join(str(refusal) for _, refusal in self.refusals))


@contextmanager
def placed_at(place: str) -> Iterator[None]:
    """Say of refusals where in the request their resource stood, such as /data.

    Raises:
        Refused: if there is one.
    """
    try:
        yield
    except Refusal as refusal:
        raise Refused([(place, refusal)]) from refusal


class NotFound(Refusal):
    """What was named does not exist, or not for this caller."""

    status = 404
    code = "not_found"
    title = "Not found"


class MalformedDocument(Refusal):
    """The body is not the document that was asked for."""

    status = 400
    code = "malformed_document"
    title = "Malformed document"


class InvalidParameter(Refusal):
    """A query parameter has a value that cannot be used."""

    status = 400
    code = "invalid_parameter"
    title = "Invalid query parameter"
    source = "parameter"


class UnknownParameter(Refusal):
    """A query parameter is not known here."""

    status = 400
    code = "unknown_parameter"
    title = "Unknown query parameter"
    source = "parameter"


class InvalidHeader(Refusal):
    """A header has a value that cannot be used."""

    status = 400
    code = "invalid_header"
    title = "Invalid header"
    source = "header"


class NotAllowed(Refusal):
    """The key may do such things, but not this one."""

    status = 403
    code = "not_allowed"
    title = "Not allowed"


class InvalidValue(Refusal):
    """A value cannot be what it is."""

    status = 422
    code = "invalid_value"
    title = "Invalid value"


class Required(Refusal):
    """A field that must have a value has none."""

    status = 422
    code = "required"
    title = "Value required"


class UnknownField(Refusal):
    """The type has no such field."""

    status = 422
    code = "unknown_field"
    title = "Unknown field"


class TooManyRows(Refusal):
    """The request has, or means, more rows than are written at once, or none."""

    status = 422
    code = "too_many_rows"
    title = "Wrong number of rows"


class ReadOnly(Refusal):
    """The field is kept by the system."""

    status = 422
    code = "read_only"
    title = "Read-only field"


class ValueTaken(Refusal):
    """Another resource holds a value that must be unique."""

    status = 409
    code = "value_taken"
    title = "Value already taken"


class AlreadyExists(Refusal):
    """Something like what is to be made is there already."""

    status = 409
    code = "already_exists"
    title = "Already exists"


class InUse(Refusal):
    """Something cannot be deleted while something else needs it."""

    status = 409
    code = "in_use"
    title = "In use"
    source = None


class InProgress(Refusal):
    """Something that was begun before is still at work."""

    status = 409
    code = "in_progress"
    title = "In progress"


class VersionMismatch(Refusal):
    """The resource has changed since the client read it."""

    status = 412
    code = "version_mismatch"
    title = "Version mismatch"
    source = "header"


class VersionPassed(Refusal):
    """The resource has changed since the version that the document names."""

    status = 412
    code = "version_mismatch"
    title = "Version mismatch"
