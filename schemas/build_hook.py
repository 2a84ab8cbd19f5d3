"""Puts the pinned schemas and the demo site into what is built, so that an installed strongroom needs no other package.

The official XSD files are read as data out of packages that carry them; those packages are never imported. In a source
distribution the files stand in ``schemas/official``, so building from one needs no such package. Run as a script, it
fills ``src/strongroom/schemas`` of a checkout; with ``--pin`` it first writes the digests of our own schemas into
SOURCES.toml.
"""

import hashlib
import importlib.util
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = "schemas"
OFFICIAL = "schemas/official"
OWN = "strongroom"


class SchemaDriftError(Exception):
    """A schema is absent or is not the pinned one; the message says which and what to do."""


def sources(root: Path) -> list[dict[str, str]]:
    """The entries of SOURCES.toml."""
    entries: list[dict[str, str]] = tomllib.loads((root / HERE / "SOURCES.toml").read_text(encoding="utf-8"))["schema"]
    return entries


def providers(root: Path) -> list[str]:
    """The packages that must be there to build from this tree: none when it is a source distribution."""
    official = [entry for entry in sources(root) if entry["provider"] != OWN]
    if all((root / OFFICIAL / entry["file"]).is_file() for entry in official):
        return []
    return sorted({entry["provider"] for entry in official})


def locate(root: Path, entry: dict[str, str]) -> Path:
    """Find one schema and check it against its pin."""
    name, provider = entry["file"], entry["provider"]
    if provider == OWN:
        path = root / HERE / name
    elif (root / OFFICIAL / name).is_file():
        path = root / OFFICIAL / name
    else:
        path = _in_package(entry)
    if not path.is_file():
        raise SchemaDriftError(f"the schema {name} is not at {path}; install {provider} where this is built")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != entry["sha256"]:
        remedy = "run python schemas/build_hook.py --pin" if provider == OWN else f"install exactly {provider}"
        raise SchemaDriftError(
            f"the schema {name} has SHA-256 {found}, but SOURCES.toml pins {entry['sha256']}; {remedy}"
        )
    return path


def _in_package(entry: dict[str, str]) -> Path:
    package, _, inside = entry["path"].partition("/")
    # find_spec of a top-level name runs none of its code.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SchemaDriftError(
            f"the schema {entry['file']} is taken from {entry['provider']}, which is not installed here; "
            f"build in an environment of its own, or install {entry['provider']} first"
        )
    return Path(next(iter(spec.submodule_search_locations))) / inside


def contents(root: Path) -> dict[str, Path]:
    """What stands in ``strongroom/schemas/``: name to file, every schema checked."""
    files = {entry["file"]: locate(root, entry) for entry in sources(root)}
    for pattern in ("*.toml", "*.xsd", "*.xml", "*.json", "json/*.json"):
        for path in sorted((root / HERE).glob(pattern)):
            name = path.relative_to(root / HERE).as_posix()
            if path.suffix == ".xsd" and name not in files:
                raise SchemaDriftError(f"schemas/{name} is not listed in SOURCES.toml; add an entry for it")
            files.setdefault(name, path)
    return files


def fill_checkout(root: Path) -> Path:
    """Copy everything into ``src/strongroom/schemas`` for an editable install, and remove what is not of it."""
    target = root / "src" / "strongroom" / "schemas"
    wanted = contents(root)
    for path in sorted(target.rglob("*"), reverse=True) if target.is_dir() else ():
        if path.is_file() and path.relative_to(target).as_posix() not in wanted:
            path.unlink()
    for name, path in wanted.items():
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        temporary = destination.with_name(f".{destination.name}.partial")
        shutil.copyfile(path, temporary)
        temporary.replace(destination)
    return target


def pin(root: Path) -> None:
    """Write the digests of our own schemas into SOURCES.toml; those of others are never written by a program."""
    path = root / HERE / "SOURCES.toml"
    text = path.read_text(encoding="utf-8")
    for entry in sources(root):
        if entry["provider"] == OWN:
            digest = hashlib.sha256((root / HERE / entry["file"]).read_bytes()).hexdigest()
            block = re.compile(rf'(file = "{re.escape(entry["file"])}"\n(?:(?!\[\[).*\n)*?sha256 = )"[0-9a-f]*"')
            text = block.sub(rf'\g<1>"{digest}"', text)
    path.write_text(text, encoding="utf-8")


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling for the wheel, the editable wheel and the source distribution."""

    def dependencies(self) -> list[str]:
        """The packages the official schemas are taken from, unless they are here already."""
        return providers(Path(self.root))

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files; for an editable install copy them into the checkout."""
        root = Path(self.root)
        include: dict[str, str] = build_data["force_include"]
        if self.target_name == "sdist":
            for entry in sources(root):
                if entry["provider"] != OWN:
                    include[str(locate(root, entry))] = f"{OFFICIAL}/{entry['file']}"
        elif version == "editable":
            fill_checkout(root)
        else:
            for name, path in contents(root).items():
                include[str(path)] = f"strongroom/schemas/{name}"
            site = root / "tests" / "site"
            if site.is_dir():
                include[str(site)] = "strongroom/demo_site"


if __name__ == "__main__":
    checkout = Path(__file__).resolve().parent.parent
    if "--pin" in sys.argv[1:]:
        pin(checkout)
    fill_checkout(checkout)
