"""How references are gathered."""

from strongroom.formats.documents.references import MAX_REFERENCES, References
from strongroom.model.outcome import Reference, Relation


def test_a_document_made_to_fill_the_memory_is_cut() -> None:
    references = References("http://a.example/")
    for number in range(MAX_REFERENCES + 10):
        references.embed(f"/{number}", "img@src")
    assert references.is_cut
    assert len(references.all()) == MAX_REFERENCES
    assert references.all()[-1].url == f"http://a.example/{MAX_REFERENCES - 1}"


def test_a_document_within_has_its_own_base_and_the_same_list() -> None:
    outer = References("http://a.example/x/")
    inner = outer.within()
    inner.base = "http://b.example/"
    inner.embed("i.png", "img@src")
    outer.embed("o.png", "img@src")
    assert (
        outer.all()
        == inner.all()
        == (
            Reference("http://b.example/i.png", Relation.EMBED, "img@src"),
            Reference("http://a.example/x/o.png", Relation.EMBED, "img@src"),
        )
    )
