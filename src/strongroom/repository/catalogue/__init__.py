"""The catalogue: a projection of the log and the store into SQL tables, which answers what is in the archive.

`catalogue.Catalogue` is the catalogue itself; `tables` says what is kept, `projecting` what each entry of the log
means, `reading` what a stored version says of itself, and `comparing` what changed between two versions.
"""

from strongroom.repository.catalogue.catalogue import Catalogue

__all__ = ["Catalogue"]
