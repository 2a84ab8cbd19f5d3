"""Pages that nobody here wrote, packaged: Debian's handbook and Python's documentation, from Debian's nginx."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from preserving import Preserved, preserve
from servers.nginx import Nginx

SEEDS = ("/handbook/index.html", "/python/library/index.html", "/python/whatsnew/3.11.html")
# They link to the whole web; what is elsewhere is not asked for, so that nothing leaves this machine.
_ELSEWHERE = r"^(?!https?://127\.0\.0\.1:)"


@dataclass(frozen=True)
class Packed:
    """The package of three pages with what they link to, nginx's log of it, and how long it took."""

    preserved: Preserved
    logged: list[dict[str, object]]
    seconds: float

    def figures(self) -> Mapping[str, object]:
        """Counts, loss, sizes and time."""
        files = [path.stat().st_size for path in self.preserved.bag.rglob("*") if path.is_file()]
        return {
            "URLs": len(self.preserved.rows),
            **self.preserved.outcomes(),
            "lost": len(self.preserved.document["loss"]),
            "exchanges": len(self.logged),
            "bytes sent by nginx": sum(int(str(line["bytes_sent"])) for line in self.logged),
            "bytes of WARC": sum(warc.stat().st_size for warc in self.preserved.warcs),
            "bytes of the bag": sum(files),
            "files": len(files),
            "in": f"{self.seconds:.1f} s",
        }


def pack(nginx: Nginx, scheme: str, folder: Path) -> Packed:
    """Preserve the three pages over http or https."""
    base = getattr(nginx, scheme)
    before = nginx.logged()
    begun = time.monotonic()
    seeds = [base + seed for seed in SEEDS]
    preserved = preserve(seeds, folder, authority=nginx.authority, exclude=[_ELSEWHERE])
    seconds = time.monotonic() - begun
    asked = sum(int(row["attempts"]) for row in preserved.rows.values())
    return Packed(preserved, nginx.exchanges(at_least=before + asked)[before:], seconds)
