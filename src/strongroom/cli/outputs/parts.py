"""What the documents of several commands have in common."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from strongroom.model.finding import Severity


class Part(BaseModel):
    """A piece of a document; frozen, and text in it is such as JSON can carry."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _carried(cls, fields: Any) -> Any:
        return {name: carried(value) for name, value in fields.items()} if isinstance(fields, dict) else fields

    @classmethod
    def of(cls, value: object) -> Self:
        """Say a value that has the same names."""
        return cls.model_validate({name: getattr(value, name) for name in cls.model_fields})


def carried(value: object) -> object:
    """Text that JSON can carry: undecodable bytes of file names become escapes; all else as it is."""
    if isinstance(value, tuple):
        return tuple(map(carried, value))
    return value.encode("utf-8", "backslashreplace").decode() if type(value) is str else value


class ErrorPart(Part):
    """Why the work could not be done."""

    kind: Literal["bug", "usage", "refused", "nothing-captured", "storage", "schema-missing", "interrupted"]
    """The class of the error; `exit` follows from it."""
    message: str
    """A sentence that says what to do next."""


class FindingPart(Part):
    """One fault at one place."""

    code: str
    """`strongroom explain CODE` says more."""
    severity: Severity
    """Only an error refuses."""
    where: str
    """The path relative to the bag, with `#…` for a place inside."""
    expected: str
    """What the clause asks for."""
    found: str
    """What is there instead."""
    clause: str
    """Of the standard."""
    remedy: str
    """What to do about it."""


class Outcomes(Part):
    """URLs seen, by what became of them; every URL is counted once."""

    captured: int = 0
    """The answer is in the package."""
    duplicate: int = 0
    """The answer has the bytes of another one, to which its record points."""
    blocked: int = 0
    """A refusal or a challenge came instead; it is kept as such."""
    empty: int = 0
    """A page without content came; it is kept as such."""
    refused: int = 0
    """Seen, but not asked for."""
    failed: int = 0
    """No answer, a broken one, or an error status."""


class Output(Part):
    """What every document has."""

    kind: str
    """The name of the schema that describes the document."""
    exit: Annotated[int, Field(ge=0, le=130)]
    """The exit status of the process: docs/exit-codes.md."""
    error: ErrorPart | None = None
    """Null when the work was done, whatever its findings are."""


class TextOutput(Output):
    """The text of `--help` or `--version`."""

    kind: Literal["text"] = "text"
    text: str = ""
    """What stdout would be without `--json`."""


class FailureOutput(Output):
    """An error before any command was known."""

    kind: Literal["failure"] = "failure"
