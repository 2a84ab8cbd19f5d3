"""The Merkle tree against RFC 9162, told by definition and by the values that certificate transparency publishes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.repository.checker import proof as script
from strongroom.repository.checker.curve import WrongError
from strongroom.repository.log.tree import BUNDLE, EMPTY, Tree, head_of, is_consistent, is_included, leaf_hash

# The eight entries and the heads over the first one to eight of them that certificate-transparency implementations
# of RFC 6962 are tested with.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HEADS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def defined_head(entries: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 defines it, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + defined_head(entries[:k]) + defined_head(entries[k:])).digest()


def defined_path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH as RFC 9162 section 2.1.3.1 defines it."""
    if len(entries) == 1:
        return []
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m < k:
        return [*defined_path(m, entries[:k]), defined_head(entries[k:])]
    return [*defined_path(m - k, entries[k:]), defined_head(entries[:k])]


def defined_proof(m: int, entries: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF as RFC 9162 section 2.1.4.1 defines it."""
    if m == len(entries):
        return [] if whole else [defined_head(entries)]
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m <= k:
        return [*defined_proof(m, entries[:k], whole=whole), defined_head(entries[k:])]
    return [*defined_proof(m - k, entries[k:], whole=False), defined_head(entries[:k])]


def tree_of(entries: list[bytes]) -> Tree:
    hashes = [leaf_hash(entry) for entry in entries]
    full = len(entries) // BUNDLE
    heads = [head_of(hashes[bundle * BUNDLE : (bundle + 1) * BUNDLE]) for bundle in range(full)]
    return Tree(heads, hashes[full * BUNDLE :], leaves=lambda number: hashes[number * BUNDLE : (number + 1) * BUNDLE])


def many(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def test_the_published_heads_over_the_eight_entries_come_out():
    assert [tree_of(ENTRIES[:size]).head().hex() for size in range(1, 9)] == HEADS


def test_the_head_over_nothing_is_the_hash_of_nothing():
    assert Tree((), (), leaves=lambda _: []).head() == EMPTY
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.integers(1, 400), st.data())
def test_heads_and_proofs_are_those_of_the_definitions(size: int, data: st.DataObject):
    entries = many(size)
    tree = tree_of(entries)
    index = data.draw(st.integers(0, size - 1))
    new = data.draw(st.integers(index + 1, size))
    assert tree.head(new) == defined_head(entries[:new])
    assert list(tree.inclusion(index, new)) == defined_path(index, entries[:new])
    assert list(tree.consistency(index + 1, new)) == defined_proof(index + 1, entries[:new])


@given(st.integers(1, 400), st.data())
def test_an_inclusion_holds_for_its_entry_and_no_other(size: int, data: st.DataObject):
    tree = tree_of(many(size))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1))
    path, leaf = tree.inclusion(index), leaf_hash(b"entry %d" % index)
    assert is_included(leaf, index, size, path, tree.head())
    assert is_included(leaf, other, size, path, tree.head()) is (other == index)
    assert not is_included(leaf_hash(b"another"), index, size, path, tree.head())
    assert not is_included(leaf, index, size, (*path, leaf), tree.head())
    assert not is_included(leaf, index + size, size, path, tree.head())


@given(st.integers(1, 400), st.data())
def test_a_consistency_holds_for_its_sizes_and_heads_alone(new: int, data: st.DataObject):
    tree = tree_of(many(new))
    old = data.draw(st.integers(1, new))
    path = tree.consistency(old)
    assert is_consistent(old, tree.head(old), new, tree.head(), path)
    script.check_consistency(old, tree.head(old), new, tree.head(), list(path))
    assert not is_consistent(old, leaf_hash(b"another"), new, tree.head(), path)
    assert not is_consistent(old, tree.head(old), new, leaf_hash(b"another"), path)
    assert not is_consistent(new + 1, tree.head(old), new, tree.head(), path)
    if path:
        assert not is_consistent(old, tree.head(old), new, tree.head(), path[:-1])
        assert not is_consistent(old, tree.head(old), new, tree.head(), (*path, path[-1]))


@given(st.integers(1, 300), st.data())
def test_the_script_says_of_proofs_what_the_library_says(new: int, data: st.DataObject):
    tree = tree_of(many(new))
    old, index = data.draw(st.integers(1, new)), data.draw(st.integers(0, new - 1))
    path = list(data.draw(st.sampled_from([tree.consistency(old), tree.inclusion(index), tree.inclusion(index)[:-1]])))
    heads = data.draw(st.sampled_from([(tree.head(old), tree.head()), (tree.head(), tree.head(old))]))
    assert _passes(script.check_consistency, old, heads[0], new, heads[1], path) == is_consistent(
        old, heads[0], new, heads[1], path
    )
    leaf = leaf_hash(b"entry %d" % index)
    assert _passes(script.check_inclusion, leaf, index, new, path, heads[1]) == is_included(
        leaf, index, new, path, heads[1]
    )


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 6)])
def test_there_is_no_proof_of_an_entry_that_is_not_there(index: int, size: int):
    with pytest.raises(IndexError, match="no leaf"):
        tree_of(many(5)).inclusion(index, size)


def _passes(check, *arguments) -> bool:
    try:
        check(*arguments)
    except WrongError:
        return False
    return True
