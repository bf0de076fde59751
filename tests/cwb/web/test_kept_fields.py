from decimal import Decimal

import pytest
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields import FieldList
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import MoneyField, PlainForm
from cwb.web.i18n import _l
from cwb.web.kept_fields import kept_field


class Asked(PlainForm):
    name = StringField(_l("Naam"), [InputRequired()])
    story = TextAreaField("Verhaal")
    price = MoneyField("Prijs")
    agreed = BooleanField("Akkoord")
    kind = SelectField("Soort", choices=[SelectChoice("a", "Aap"), SelectChoice("b", "Beer")])
    many = FieldList(StringField("Deel"), min_entries=1)


@pytest.fixture
def written():
    """What the macro was asked to write anew, by name."""
    return []


@pytest.fixture
def field(written, app):
    def macro(item, hint, optional, prefix, suffix):
        written.append(item.name)
        return Markup.escape(f"{item.label.text} {hint} {optional} {prefix} {suffix} {item()}")

    with app.test_request_context():
        yield kept_field(macro)


def form(**typed):
    return Asked(MultiDict(typed) if typed else None)


def test_an_empty_field_is_written_once(field, written):
    for name in ("name", "story", "price", "agreed", "kind"):
        assert field(form()[name]) == field(form()[name])
    assert written == ["name", "story", "price", "agreed", "kind"]


@pytest.mark.parametrize("name", ["name", "story", "price"])
def test_what_somebody_typed_is_never_kept(field, written, name):
    for _ in range(2):
        assert "1234" in field(form(**{name: "1234"})[name])
    assert "1234" not in field(form()[name])
    assert written == [name] * 3


def test_a_choice_and_a_tick_are_their_own(field):
    assert field(form(kind="b")["kind"]) != field(form(kind="a")["kind"])
    assert field(form(agreed="y")["agreed"]) != field(form(name="x")["agreed"])


def test_a_refused_field_and_a_field_of_fields_are_written_anew(field, written):
    refused = form(story="x")
    refused.validate()
    for _ in range(2):
        field(refused["name"])
        field(form()["many"])
    assert written == ["name", "many"] * 2


def test_all_that_stands_around_it_counts(field):
    item = form()["name"]
    shown = {
        field(item), field(item, "Zo"), field(item, "Zo", True), field(item, None, None, "€"), field(item, None, None, None, "m2"),
    }  # fmt: skip
    assert len(shown) == 5
    item.render_kw = {"size": Decimal(4)}
    assert field(item) not in shown
    item.render_kw = {"data": ["no", "key"]}
    assert field(item) not in shown


def test_each_language_has_its_own(app, written):
    field = kept_field(lambda item, *_more: Markup.escape(str(item.label.text)))
    with app.test_request_context("/?lang=nl"):
        dutch = field(form()["name"])
    with app.test_request_context("/?lang=en"):
        assert (dutch, field(form()["name"])) == ("Naam", "Name")
