"""Pack: a package that was accepted becomes a bag at its final place.

Nothing of the payload is read again: the digests in the manifests are those its writers returned. What was found when
the package was validated goes along as a tag file.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from strongroom import __version__
from strongroom.formats.bag import validation_report
from strongroom.formats.bag.info import tidy_elements
from strongroom.formats.bag.tag_files import (
    PROFILE_IDENTIFIER,
    check_payload_files,
    payload_oxum,
    read_again,
    readable_size,
    write_tag_files,
)
from strongroom.formats.bag.validation_report import render_report
from strongroom.model.finding import Accepted
from strongroom.model.package import Bag, Package
from strongroom.settings import STATED_ELEMENTS, PackSettings
from strongroom.storage import move_into_place, sync_tree


def pack(accepted: Accepted[Package], output: Path, settings: PackSettings, *, clock: Callable[[], datetime]) -> Bag:
    """Write the tag files of a bag, have a second reader open it, and give it its final name.

    Args:
        accepted: the package with the proof that it was validated.
        output: the folder that will hold the bag; it exists.
        settings: what the institution states in bag-info.txt.

    Returns:
        The bag at ``output / id``. Until it is returned, nothing has that name.

    Raises:
        StorageError: the disk is full, or something of that name is there already.
        StrongroomError: the second reader refuses the bag, or files are there that the package does not know of.

    After an interruption the same call goes on: every file is written anew by rename.
    """
    package = accepted.value
    payload = {f"data/{package.id}/{file.path}": file.fixity for file in package.files}
    _remove_leftovers(package.root)
    check_payload_files(package.root, payload)
    now = clock()
    info = tuple(_info(package, settings, str(payload_oxum(payload.values())), now))
    report = render_report(accepted, program_version=__version__, validated_at=now)
    write_tag_files(package.root, payload, info, {validation_report.NAME: report})
    sync_tree(package.root)
    read_again(package.root, payload, info)
    target = output / package.id
    move_into_place(package.root, target)
    oxum = payload_oxum(payload.values())
    return Bag(target, package.id, oxum.length_bytes, oxum.files, info)


def _remove_leftovers(root: Path) -> None:
    """Remove what a killed run left half written: `storage` gives such files this form of name."""
    for path in root.rglob(".*.partial"):
        path.unlink()


def _info(package: Package, settings: PackSettings, oxum: str, now: datetime) -> Iterator[tuple[str, str]]:
    """The elements of bag-info.txt, in the order RFC 8493 section 2.2.2 names them, ours after them."""
    length_bytes = sum(file.fixity.length_bytes for file in package.files)
    values = (
        settings.source_organization,
        settings.organization_address,
        settings.contact_name,
        settings.contact_email,
        package.title if package.title.strip() else package.url,
        now.date().isoformat(),
        package.object_id,
        readable_size(length_bytes),
        oxum,
        settings.group_identifier,
        settings.sender_identifier or package.url,
        f"strongroom {__version__}",
        PROFILE_IDENTIFIER,
    )
    further = ((label, value) for label, values in settings.info.items() for value in values)
    yield from tidy_elements([*zip(STATED_ELEMENTS, values, strict=True), *further])
