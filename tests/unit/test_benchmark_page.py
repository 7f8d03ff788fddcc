"""The page of figures: what was not measured this time stays as it was."""

from __future__ import annotations

from benchmarks.page import page

BEFORE = page(["## A\n\n1", "## B, 10 rows\n\n2\n\n### Below\n\n3"]) + "\n## To reach\n\nAims.\n"


def test_what_is_measured_again_takes_the_place_of_what_was() -> None:
    after = page(["## A\n\n9"], BEFORE)
    assert after.index("## A\n\n9\n") < after.index("## B, 10 rows\n\n2\n\n### Below\n\n3\n")
    assert "\n1\n" not in after
    assert after.endswith("## To reach\n\nAims.\n")
    assert after.count("## The machine") == 1


def test_what_is_new_stands_behind_the_rest_and_before_the_aims() -> None:
    after = page(["## C\n\n7"], BEFORE)
    places = [after.index(title) for title in ("## A", "## B", "## C", "## To reach")]
    assert places == sorted(places)


def test_the_first_page_has_no_aims() -> None:
    assert page(["## A\n\n1"]).endswith("## A\n\n1\n")
