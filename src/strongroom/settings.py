"""Settings: one frozen section per stage, read from TOML; unknown keys are all listed, none is ignored."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from strongroom.errors import UsageError
from strongroom.model.plan import RobotsPolicy, Scope

STATED_ELEMENTS = (
    "Source-Organization",
    "Organization-Address",
    "Contact-Name",
    "Contact-Email",
    "External-Description",
    "Bagging-Date",
    "External-Identifier",
    "Bag-Size",
    "Payload-Oxum",
    "Bag-Group-Identifier",
    "Internal-Sender-Identifier",
    "Bag-Software-Agent",
    "BagIt-Profile-Identifier",
)
"""The elements of bag-info.txt that have a setting of their own or are computed, in the order they are written."""

_LABEL = re.compile(r"[^\s:\x00-\x1f\x7f-\x9f](?:[^:\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\s:\x00-\x1f\x7f-\x9f])?")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class PlanSettings(_Section):
    """[plan]: which URLs belong to a capture."""

    scope: Scope = Scope.LINKED
    """page, linked, host, prefix or domain."""
    depth: Annotated[int, Field(ge=0, le=1000)] | None = None
    """How many links from a seed a page may lie; absent: 1 for `linked`, no bound for host, prefix, domain."""
    include: tuple[str, ...] = ()
    """Regular expressions; with any, a linked page must match one."""
    exclude: tuple[str, ...] = ()
    """Regular expressions; what matches one is refused with the reason `excluded`."""
    max_urls: Annotated[int, Field(ge=1)] = 100_000
    """URLs asked for at most in one capture."""
    max_bytes: Annotated[int, Field(ge=1)] = 100 * 10**9
    """Bytes of response blocks at most in one capture."""
    max_seconds: Annotated[float, Field(gt=0)] = 7 * 24 * 3600.0
    """Seconds at most for one capture, over all its runs."""
    robots: RobotsPolicy = RobotsPolicy.OBEY
    """obey: RFC 9309 decides; record: robots.txt is kept but does not decide, and that is written down."""


class CaptureSettings(_Section):
    """[capture]: how hosts are asked."""

    user_agent: str = ""
    """Sent in brackets behind `strongroom/VERSION`, as `(+user_agent)`; put a contact address here."""
    operator: str = ""
    """Who runs the capture; into warcinfo."""
    connections_per_host: Annotated[int, Field(ge=1, le=64)] = 4
    """Connections to one host at a time."""
    connections: Annotated[int, Field(ge=1, le=1024)] = 32
    """Connections to all hosts at a time."""
    delay_seconds: Annotated[float, Field(ge=0)] = 0.5
    """Between the starts of two page fetches on one host."""
    connect_seconds: Annotated[float, Field(gt=0)] = 20.0
    """For name resolution and for each address tried."""
    tls_seconds: Annotated[float, Field(gt=0)] = 20.0
    """For the TLS handshake."""
    first_byte_seconds: Annotated[float, Field(gt=0)] = 60.0
    """From the end of the request to the first byte of an answer."""
    idle_seconds: Annotated[float, Field(gt=0)] = 60.0
    """Between two pieces of an answer."""
    total_seconds: Annotated[float, Field(gt=0)] = 3600.0
    """For one exchange as a whole."""
    max_body_bytes: Annotated[int, Field(ge=1)] = 20 * 10**9
    """Of one response; what is longer is cut and marked."""
    max_redirects: Annotated[int, Field(ge=0)] = 20
    """In one chain."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    """For what may pass: transport failures, 429, 5xx."""
    backoff_seconds: Annotated[float, Field(ge=0)] = 2.0
    """Before the second attempt; doubled for each further one. Retry-After is honoured where it is longer."""
    max_retry_after_seconds: Annotated[float, Field(ge=0)] = 600.0
    """A longer Retry-After ends the attempts."""
    allow_private: bool = False
    """Lifts the address guard, for intranets; recorded in warcinfo."""
    certificate_authorities: Path | None = None
    """A PEM file of further trusted roots; never travels in the package."""
    warc_bytes: Annotated[int, Field(ge=1)] = 10**9
    """A new WARC file begins after so many bytes."""


class DescribeSettings(_Section):
    """[describe]: an institution's defaults; a page's own statements go before `defaults`, `values` go before all."""

    defaults: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Qualified term to values, used where the page states none: "dcterms:language" = ["en"]."""
    values: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Qualified term to values, marked typed; `--set dcterms:title=…` adds to these."""
    collector: str = ""
    """The institution that collects; dcterms:provenance, never the publisher."""
    collection: str = ""
    """Title of the collection; dcterms:isPartOf."""
    rights: str = ""
    """A statement of access rights; dcterms:accessRights."""


class PackSettings(_Section):
    """[pack]: the elements of bag-info.txt that an institution states."""

    source_organization: str = ""
    """Source-Organization."""
    organization_address: str = ""
    """Organization-Address."""
    contact_name: str = ""
    """Contact-Name."""
    contact_email: str = ""
    """Contact-Email."""
    group_identifier: str = ""
    """Bag-Group-Identifier: the fonds or collection."""
    sender_identifier: str = ""
    """Internal-Sender-Identifier; absent: the seed URL."""
    info: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Further elements of bag-info.txt, label to values."""

    @field_validator("info")
    @classmethod
    def _check_labels(cls, info: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        stated = {label.lower() for label in STATED_ELEMENTS}
        faults = [f"{label!r} cannot be a label" for label in info if not _LABEL.fullmatch(label)]
        faults += [
            f"{label} has a setting of its own, or is computed; leave it out"
            for label in info
            if label.lower() in stated
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return info


class VerifySettings(_Section):
    """[verify]: limits on what strangers' bags may ask of the machine."""

    max_files: Annotated[int, Field(ge=1)] = 5_000_000
    """Files in one bag."""
    max_tag_file_bytes: Annotated[int, Field(ge=1)] = 64 * 2**20
    """Of one tag file other than a manifest."""
    max_manifest_bytes: Annotated[int, Field(ge=1)] = 4 * 2**30
    """Of one manifest."""
    max_xml_bytes: Annotated[int, Field(ge=1)] = 2 * 2**30
    """Of one XML document."""
    max_hole_bytes: Annotated[int, Field(ge=0)] = 16 * 2**30
    """Of all files together: what sparse files claim to hold but do not occupy on the disk."""


class IngestSettings(_Section):
    """[ingest]: on what conditions a bag is taken in, and what happens then."""

    portable_names: Literal["refuse", "warn"] = "warn"
    """Names alike but for case or normalisation, or that some system cannot hold: refuse the bag, or say so."""
    max_bytes: Annotated[int, Field(ge=1)] = 10 * 2**40
    """Of one bag; a larger one is refused."""
    free_bytes: Annotated[int, Field(ge=0)] = 2**30
    """That must be left on the disk beside the bag itself, in the archive and in each replica."""
    scanner: tuple[str, ...] = ()
    """A virus scanner's command and arguments; the bag's folder is added. Status 0: clean, 1: infected."""
    scanner_seconds: Annotated[float, Field(gt=0)] = 3600.0
    """For one bag."""
    on_receipt: tuple[str, ...] = ()
    """A command that is told of each receipt; the path of the receipt is added."""
    settle_seconds: Annotated[float, Field(ge=0)] = 10.0
    """A bag in an incoming folder without a `.ready` marker must not have changed for so long."""
    operator: str = ""
    """Who runs the repository; into the inventory of each version."""


class ArchiveSettings(_Section):
    """[archive]: the copies of it, and how they are kept."""

    replicas: tuple[Path, ...] = ()
    """Folders of further copies, best on other disks; `--replica` adds to these."""
    catalogue: str = ""
    """`postgresql://…` for a catalogue shared by several machines; absent: SQLite in the archive's `state` folder."""
    jobs: str = ""
    """`postgresql://…` for jobs shared by several machines; absent: SQLite in the archive's `state` folder."""
    audit_days: Annotated[float, Field(gt=0)] = 90.0
    """Every file of every copy is read again within so many days; `audit --due` reads what is due."""
    purge_days: Annotated[float, Field(ge=0)] = 30.0
    """Between a confirmed withdrawal and the earliest purge."""


class Settings(_Section):
    """All sections; what is absent from a file has the default written here."""

    plan: PlanSettings = PlanSettings()
    capture: CaptureSettings = CaptureSettings()
    describe: DescribeSettings = DescribeSettings()
    pack: PackSettings = PackSettings()
    verify: VerifySettings = VerifySettings()
    ingest: IngestSettings = IngestSettings()
    archive: ArchiveSettings = ArchiveSettings()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a TOML file; raises `UsageError` that lists every fault of it."""
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"cannot read the settings file {path}: {_why(error)}; check the path") from error
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{path} is not TOML: {error}; correct that line") from error
        return cls.of(document, str(path))

    @classmethod
    def of(cls, document: Mapping[str, Any], name: str) -> Self:
        """Make settings from nested mappings; `name` is for the sentence that lists the faults."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            faults = "; ".join(_fault(one["loc"], one["msg"], one["type"]) for one in error.errors())
            raise UsageError(f"{name}: {faults}") from error


def _fault(place: tuple[int | str, ...], message: str, kind: str) -> str:
    key = ".".join(str(part) for part in place)
    if kind == "extra_forbidden":
        return f"{key} is not a setting"
    return f"{key}: {message.removeprefix('Value error, ').replace('Input should be', 'it should be')}"


def _why(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
