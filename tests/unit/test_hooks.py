"""What is done before and after a request: in order, and of a program's only what concerns it."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from core.hooks import After, Before, after, before


def _noting(done: list[str], word: str, answer: str | None = None) -> Before:
    def hook() -> str | None:
        done.append(word)
        return answer

    return hook


def _noting_after(done: list[str], word: str) -> After:
    def hook(response: Response) -> Response:
        done.append(word)
        return response

    return hook


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def app(done: list[str]) -> Flask:
    app = Flask("hooked")
    app.add_url_rule("/<path:any>", view_func=lambda any: "ok", endpoint="any")
    before(app, _noting(done, "first"))
    before(app, _noting(done, "pages"), pages_only=True)
    before(app, _noting(done, "last"))
    after(app, _noting_after(done, "outermost"))
    after(app, _noting_after(done, "pages after"), pages_only=True)
    after(app, _noting_after(done, "innermost"))
    return app


@pytest.mark.parametrize("path", ["/somewhere", "/api/v1/docs", "/apiary"])
def test_a_page_gets_all_in_order_and_what_came_last_is_done_first_after_it(
    app: Flask, done: list[str], path: str
) -> None:
    assert app.test_client().get(path).status_code == 200
    assert done == ["first", "pages", "last", "innermost", "pages after", "outermost"]


@pytest.mark.parametrize("path", ["/api/v1/find", "/hsds/services"])
def test_a_program_gets_what_is_not_for_pages_alone(app: Flask, done: list[str], path: str) -> None:
    assert app.test_client().get(path).status_code == 200
    assert done == ["first", "last", "innermost", "outermost"]


def test_the_first_answer_is_the_answer(app: Flask, done: list[str]) -> None:
    before(app, _noting(done, "stop", "no further"))
    before(app, _noting(done, "never"))
    answer = app.test_client().get("/somewhere")
    assert answer.text == "no further"
    assert "never" not in done
    assert done[-3:] == ["innermost", "pages after", "outermost"], "headers come to every answer"
