"""Run by the Python of the judge's own environment: `ocfl_judge.py STORE…`; says what ocfl-py finds wrong, else nothing.

Many storage roots may be given, since to start the judge takes longer than to judge a small one. Its own verdict on a
root leaves the objects out.
"""

import sys

from ocfl.storage_root import StorageRoot


def main() -> None:
    for store in sys.argv[1:]:
        root = StorageRoot(root=store)
        valid = root.validate(check_digests=True, log_warnings=True)
        if not valid or root.errors or root.good_objects != root.num_objects:
            print(f"{store}: {root.good_objects} of {root.num_objects} objects are good: {root.errors} {root.log}")


main()
