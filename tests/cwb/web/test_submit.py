"""A button does one thing, and a refusal is read where it leads."""

from uuid import UUID

import pytest
from flask import get_flashed_messages
from sqlalchemy.exc import InvalidRequestError

from cwb.kernel.errors import RuleBroken
from cwb.web.forms import Button
from cwb.web.submit import press, submit


@pytest.mark.parametrize("back", [None, "/back"])
def test_a_button_acts_once_and_a_refusal_is_read_on_the_next_page(app, back):
    acts = []

    def refuse(_session):
        raise RuleBroken

    with app.test_request_context("/x", method="POST", data={"once": "0199a000-0000-7000-8000-000000000001"}):
        for _time in range(2):
            done = press(lambda _session: acts.append(1), then="/there", back=back, said="Klaar.")
            assert (done.status_code, done.location) == (303, "/there")
        assert len(acts) == 1
        assert [text for tone, text in get_flashed_messages(with_categories=True) if tone == "good"] == [
            "Klaar."
        ]
    with app.test_request_context("/x", method="POST"):
        refused = press(refuse, then="/there", back=back)
        assert (refused.status_code, refused.location) == (303, back or "/there")
        assert get_flashed_messages(with_categories=True) == [("bad", "Dit kan niet.")]
    with app.test_request_context("/x", method="GET"):
        assert press(refuse, then="/there").status_code == 303


def test_the_same_form_with_something_else_in_it_is_not_called_done(app):
    acts, token = [], "0199a000-0000-7000-8000-000000000002"

    def sent(**data):
        with app.test_request_context("/x", method="POST", data={"once": token, **data}):
            done = press(lambda _session: acts.append(1), then="/there", said="Klaar.")
            return done.location, get_flashed_messages(with_categories=True)[0]

    assert sent(amount="10", csrf_token="a") == ("/there", ("good", "Klaar."))
    assert sent(amount="10", csrf_token="b")[1][0] == "info"  # a double tap
    location, (tone, words) = sent(amount="12", csrf_token="a")
    assert (location, tone) == ("/there", "bad")
    assert "niet gedaan" in words
    assert len(acts) == 1


PLACE, NUMBER = "/incoming/{}/approve", UUID("0199a000-0000-7000-8000-000000000003")
"""A page of the house with a number in its address, in whose place the tests below put a view of their own."""


def refuse(_session):
    raise RuleBroken


def test_a_page_whose_facts_went_with_the_refusal_is_made_from_its_start(app, monkeypatch):
    """As a page does that reads more of a row than the row gives by itself after a roll-back."""
    runs = []

    def view(**known):
        runs.append(known)
        first = len(runs) == 1

        def page():
            if first:
                raise InvalidRequestError("'Row.owner' is not available due to lazy='raise'")
            return " ".join(form.form_errors)

        form = Button()
        return submit(form, refuse, then=lambda _done: "/there", page=page)

    monkeypatch.setitem(app.view_functions, "incoming.approve", view)
    with app.test_request_context(PLACE.format(NUMBER), method="POST"):
        assert view(public_id=NUMBER) == ("Dit kan niet.", 422)
    assert runs == [{"public_id": NUMBER}] * 2


def test_a_page_that_cannot_be_made_at_all_is_not_tried_for_ever(app, monkeypatch):
    def page():
        raise InvalidRequestError

    def view(**_known):
        return submit(Button(), refuse, then=lambda _done: "/there", page=page)

    monkeypatch.setitem(app.view_functions, "incoming.approve", view)
    with (
        app.test_request_context(PLACE.format(NUMBER), method="POST"),
        pytest.raises(InvalidRequestError),
    ):
        view()
