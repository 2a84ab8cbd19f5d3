"""The page of proofs: what writes it and what it may not touch."""

from proof_table import PAGE, ProofTable, written


def test_a_row_has_a_title_and_its_figures_in_order():
    section = written({"Killed": {"kills": 1200, "lost": 0}, "Bytes": {"in": "3.5 s"}})
    assert [line for line in section.splitlines() if line.startswith("| ")] == [
        "| What was shown | Figures |",
        "| Bytes | in 3.5 s |",
        "| Killed | kills 1,200; lost 0 |",
    ]


def test_a_proof_that_was_not_run_keeps_its_row():
    section = written({"Killed": {"kills": 2}}, written({"Killed": {"kills": 1}, "Bytes": {"in": "3.5 s"}}))
    assert section == written({"Bytes": {"in": "3.5 s"}, "Killed": {"kills": 2}})


def test_only_our_section_is_written_and_only_when_all_passed(tmp_path, monkeypatch):
    page = tmp_path / "proofs.md"
    before = "a\n<!-- proofs: begin -->\nold\n<!-- proofs: end -->\nb\n<!-- bench: begin -->\nc\n<!-- bench: end -->\n"
    page.write_text(before)
    monkeypatch.setattr("proof_table.PAGE", page)
    ProofTable().pytest_sessionfinish(1)
    assert page.read_text() == before
    ProofTable().pytest_sessionfinish(0)
    assert page.read_text() == before.replace("old\n", written({}))


def test_the_page_has_a_section_for_each_of_its_writers():
    page = PAGE.read_text(encoding="utf-8")
    marks = [f"<!-- {writer}: {end} -->" for writer in ("proofs", "bench") for end in ("begin", "end")]
    assert [page.count(mark) for mark in marks] == [1] * 4
    assert sorted(marks, key=page.index) == marks
