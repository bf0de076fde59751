"""A page that says what went wrong must not break itself."""

import pytest


def _breaks():
    raise RuntimeError


@pytest.fixture
def as_served(app, monkeypatch):
    """The application as it runs, not as it is tested: what breaks is answered with a page."""
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return app.test_client()


def test_what_breaks_while_it_is_found_out_who_asks_is_told_on_a_page(app, as_served, monkeypatch):
    monkeypatch.setitem(app.extensions, "cwb.actor", _breaks)
    answer = as_served.get("/wallet")
    assert answer.status_code == 500
    assert "Dit is onze fout" in answer.text
    assert "Naar de startpagina" in answer.text
