"""The options that say what to capture and how, and the settings that come of them: flags, then file, then defaults."""

import argparse
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from strongroom.cli.parser import positive_int, seconds, size, whole
from strongroom.errors import UsageError
from strongroom.model.plan import RobotsPolicy, Scope

if TYPE_CHECKING:
    from strongroom.settings import Settings

# Flag (as argparse names it) to section and key.
_PLACES: Mapping[str, tuple[str, str]] = {
    "scope": ("plan", "scope"),
    "depth": ("plan", "depth"),
    "include": ("plan", "include"),
    "exclude": ("plan", "exclude"),
    "max_urls": ("plan", "max_urls"),
    "max_bytes": ("plan", "max_bytes"),
    "max_seconds": ("plan", "max_seconds"),
    "robots": ("plan", "robots"),
    "delay": ("capture", "delay_seconds"),
    "allow_private": ("capture", "allow_private"),
    "ca": ("capture", "certificate_authorities"),
    "user_agent": ("capture", "user_agent"),
}


def add_plan_options(parser: argparse.ArgumentParser) -> None:
    """What belongs to the capture."""
    absent = argparse.SUPPRESS
    plan = parser.add_argument_group("what belongs to the capture")
    plan.add_argument(
        "--scope",
        choices=[scope.value for scope in Scope],
        default=absent,
        help="page: the page and what it needs to render; linked (default): also the pages it links to; "
        "host, prefix, domain: all pages there",
    )
    plan.add_argument(
        "--depth", type=whole, metavar="N", default=absent, help="how many links from a seed a page may lie"
    )
    plan.add_argument(
        "--include", action="append", metavar="REGEX", default=absent, help="linked pages must match one; repeatable"
    )
    plan.add_argument(
        "--exclude", action="append", metavar="REGEX", default=absent, help="what matches is refused; repeatable"
    )
    plan.add_argument("--max-urls", type=positive_int, metavar="N", default=absent, help="ask for at most N URLs")
    plan.add_argument(
        "--max-bytes", type=size, metavar="SIZE", default=absent, help="receive at most SIZE, such as 2GB"
    )
    plan.add_argument("--max-seconds", type=seconds, metavar="S", default=absent, help="capture for at most S seconds")
    plan.add_argument(
        "--robots",
        choices=[policy.value for policy in RobotsPolicy],
        default=absent,
        help="obey robots.txt (default), or only record it, which is written down",
    )


def add_capture_options(parser: argparse.ArgumentParser) -> None:
    """What belongs to the capture, and how hosts are asked."""
    add_plan_options(parser)
    absent = argparse.SUPPRESS
    ask = parser.add_argument_group("how hosts are asked")
    ask.add_argument(
        "--delay", type=seconds, metavar="SECONDS", default=absent, help="between pages of one host (default 0.5)"
    )
    ask.add_argument(
        "--allow-private", action="store_true", default=absent, help="also ask addresses of intranets and this machine"
    )
    ask.add_argument(
        "--ca", metavar="FILE", default=absent, help="PEM file of certificate authorities to trust as well"
    )
    ask.add_argument(
        "--user-agent", metavar="TEXT", default=absent, help="sent with the version; put a contact address here"
    )


def add_set_option(parser: argparse.ArgumentParser) -> None:
    """What a person knows better than the page."""
    group = parser.add_argument_group("description")
    group.add_argument(
        "--set",
        action="append",
        metavar="TERM=VALUE",
        default=argparse.SUPPRESS,
        help="a value that goes before what the page says, such as dcterms:title='…'; repeatable",
    )


def settings_of(arguments: argparse.Namespace) -> "Settings":
    """Make the settings of a run; raises `UsageError` that lists what is wrong."""
    from strongroom.settings import Settings

    path = getattr(arguments, "config", None)
    settings = Settings.load(path) if path is not None else Settings()
    document = settings.model_dump(exclude_unset=True)
    for flag, (section, key) in _PLACES.items():
        if hasattr(arguments, flag):
            document.setdefault(section, {})[key] = getattr(arguments, flag)
    _set_values(document, getattr(arguments, "set", ()))
    settings = Settings.of(document, "the command line")
    _check(settings)
    return settings


def _set_values(document: dict[str, Any], typed: Iterable[str]) -> None:
    values: dict[str, list[str]] = {}
    for one in typed:
        term, equals, value = one.partition("=")
        term, value = term.strip(), value.strip()
        if not equals or not value or not re.fullmatch(r"(dc|dcterms):[A-Za-z]+", term):
            raise UsageError(
                f"--set {one!r} is not TERM=VALUE with a Dublin Core term; write it as --set 'dcterms:title=The title'"
            )
        values.setdefault(term, []).append(value)
    if values:
        section = document.setdefault("describe", {})
        section["values"] = {**section.get("values", {}), **values}


def _check(settings: "Settings") -> None:
    faults = []
    for key, patterns in (("include", settings.plan.include), ("exclude", settings.plan.exclude)):
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                faults.append(f"plan.{key}: {pattern!r} is not a regular expression: {error}")
    authorities = settings.capture.certificate_authorities
    if authorities is not None and not authorities.is_file():
        faults.append(f"capture.certificate_authorities: {authorities} is not a file; check the path")
    if faults:
        raise UsageError("; ".join(faults))
