"""Inputs written by us are those the library would write."""

import pytest
from wtforms.meta import DefaultMeta

from coops.enrolment.forms import FactsForm
from coops.needs.forms import CalendarFilter, NeedForm
from cwb.sign_in.forms import PasswordSignInForm
from cwb.web.forms import many_lines, one_line
from procurement.tenders.forms import MoveForm

TYPED = {"title": "a\"b<c>&'d", "category": "cleaning", "divisible": "y", "volume": "12,5", "email": "<x>"}


def all_inputs(form):
    for field in form:
        yield field
        if hasattr(field, "option_widget"):
            yield from field


@pytest.mark.parametrize("form_class", [NeedForm, FactsForm, PasswordSignInForm, CalendarFilter, MoveForm])
def test_an_input_is_as_the_library_writes_it(app, form_class):
    with app.test_request_context("/?lang=nl", method="POST", data=TYPED):
        form = form_class()
        for field in all_inputs(form):
            for given in (
                {},
                {"class_": "a b", "aria-invalid": "true"},
                {"autofocus": True, "hidden": False},
            ):
                ours = form.meta.render_field(field, dict(given))
                assert ours == DefaultMeta.render_field(form.meta, field, dict(given))


def test_what_a_person_typed_is_escaped_and_a_password_is_not_shown(app):
    with app.test_request_context("/", method="POST", data={**TYPED, "password": "geheim"}):
        assert 'value="&lt;x&gt;"' in PasswordSignInForm().email()
        assert "geheim" not in PasswordSignInForm().password()


@pytest.mark.parametrize("clean", [one_line, many_lines])
def test_what_a_person_typed_turns_no_text_around_and_keeps_its_own_script(clean):
    assert clean("a\x00b\u202ec\u2066d\x07").replace(" ", "") == "abcd"
    assert clean("مرحبا 😀") == "مرحبا 😀"
    assert clean(None) is None


def test_lines_stay_where_there_may_be_many():
    assert many_lines("a\r\nb\tc") == "a\nb\tc"
    assert one_line("a\r\nb\tc") == "a b c"
