import re
from datetime import UTC, datetime

import pytest
from flask import flash, render_template_string
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    validators,
)  # fmt: skip
from wtforms.fields.choices import SelectChoice

AT = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
HEAD = '{% import "_forms.html" as forms %}{% import "_parts.html" as parts %}'


class Street(Form):
    street = StringField("Straat", [validators.InputRequired("Vul de straat in.")])


class Sample(Form):
    name = StringField(
        "Naam", [validators.InputRequired(lazy_gettext("Vul de naam in."))], description="Zoals op de deur."
    )
    mail = StringField("Mail", [validators.Optional()], render_kw={"autocomplete": "email"})
    kind = RadioField(
        "Soort",
        [validators.InputRequired("Kies een soort.")],
        choices=[SelectChoice("a", "A"), SelectChoice("b", "B")],
    )
    pick = SelectField("Keuze", choices=[SelectChoice("a", "A")])
    honest = BooleanField("Eerlijk", [validators.InputRequired("Zet een vinkje.")])
    home = FormField(Street)
    members = FieldList(StringField("Lid", [validators.InputRequired("Vul het lid in.")]), min_entries=2)
    once = HiddenField(default="KEPT")


@pytest.fixture
def show(macros):
    def show(source, **facts):
        with macros.test_request_context("/lijst?a=1"):
            return render_template_string(HEAD + source, **facts)

    return show


@pytest.fixture
def failed():
    form = Sample(MultiDict({"mail": "<b>Ali</b>", "pick": "a"}))
    form.validate()
    form.form_errors.append("De termijn is voorbij.")
    return form


def test_the_summary_links_each_error_to_its_field(show, failed):
    html = show("{{ forms.error_summary(form) }}", form=failed)
    assert 'role="alert"' in html
    assert 'tabindex="-1"' in html
    links = dict(re.findall(r'href="#([\w-]+)">([^<]+)</a>', html))
    assert links["name"] == "Naam: Vul de naam in."
    assert links["kind-0"] == "Soort: Kies een soort."
    assert links["home-street"] == "Straat: Vul de straat in."
    assert links["members-1"] == "Lid: Vul het lid in."
    assert links["honest"] == "Zet een vinkje."
    assert "De termijn is voorbij." in html


def test_every_summary_link_reaches_an_element(show, failed):
    html = show("{{ forms.error_summary(form) }}{{ forms.form(form) }}", form=failed)
    ids = set(re.findall(r'\bid="([\w-]+)"', html))
    assert set(re.findall(r'href="#([\w-]+)"', html)) <= ids


def test_no_errors_no_summary(show):
    assert show("{{ forms.error_summary(form) }}", form=Sample()).strip() == ""


def test_hint_and_error_are_tied_to_the_field(show, failed):
    html = show("{{ forms.field(form.name) }}", form=failed)
    assert 'aria-describedby="name-uitleg name-fout"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="name-uitleg"' in html
    assert 'id="name-fout"' in html


def test_a_lazy_message_is_not_spelled(show, failed):
    html = show("{{ forms.field(form.name) }}", form=failed)
    assert "Vul de naam in." in html


def test_what_was_typed_comes_back_escaped(show, failed):
    html = show("{{ forms.field(form.mail) }}", form=failed)
    assert "&lt;b&gt;Ali&lt;/b&gt;" in html
    assert 'autocomplete="email"' in html


def test_only_optional_fields_are_marked(show):
    form = Sample()
    assert "(niet verplicht)" in show("{{ forms.field(form.mail) }}", form=form)
    for name in ("name", "kind", "pick", "honest"):
        assert "niet verplicht" not in show("{{ forms.field(field) }}", field=form[name])
    assert "niet verplicht" not in show("{{ forms.field(form.mail, optional=False) }}", form=form)


def test_a_form_carries_its_guards_once(show):
    html = show("{{ forms.form(form) }}", form=Sample())
    assert html.count('name="csrf_token"') == 1
    assert re.findall(r'name="once"[^>]*value="(\w+)"', html) == ["KEPT"]
    assert "novalidate" in html
    html = show("{% call forms.form(form) %}x{% endcall %}", form=Street())
    assert 'name="once" value="ONCE"' in html


def test_a_form_with_a_body_renders_that_body_only(show):
    html = show("{% call forms.form(form) %}{{ forms.field(form.name) }}{% endcall %}", form=Sample())
    assert 'id="name"' in html
    assert 'id="mail"' not in html


def test_a_second_button_saves_without_checks_or_leads_back(show):
    assert 'name="later" value="1" formnovalidate' in show(
        "{{ forms.form(form, secondary='Later') }}", form=Street()
    )
    html = show("{{ forms.form(form, secondary=('Terug', '/x')) }}", form=Street())
    assert re.search(r'<a class="[^"]+" href="/x">Terug</a>', html)


def test_a_group_of_choices_is_a_fieldset(show):
    html = show("{{ forms.field(form.kind) }}", form=Sample())
    assert "<legend" in html
    assert 'for="kind-0"' in html


def test_a_one_button_form(show):
    html = show("{{ forms.post_button('Trek in', '/weg', fields={'lot': '7\"'}) }}")
    assert 'method="post" action="/weg"' in html
    assert 'name="csrf_token" value="CSRF"' in html
    assert 'name="once" value="ONCE"' in html
    assert 'name="lot" value="7&#34;"' in html


def test_a_table_with_rows_carries_labels_for_phones(show):
    html = show(
        "{{ parts.table('Lijst', ['Naam', (lazy, 'num')], rows=[['<i>', 3]], stack=True) }}",
        lazy=lazy_gettext("Bedrag"),
    )
    assert 'data-label="Bedrag" data-num>3<' in html
    assert "&lt;i&gt;" in html
    assert 'role="region" aria-label="Lijst" tabindex="0"' in html


def test_facts_say_what_is_missing_and_where_to_change_it(show):
    html = show("{{ parts.facts([('Naam', 'Ali', '/n', 'Wijzig'), ('Telefoon', none)]) }}")
    assert re.search(r'href="/n">Wijzig<span class="cwb-sr-only"> Naam</span>', html)
    assert "niet ingevuld" in html
    assert "<bdi>Ali</bdi>" in html


class Pages:
    def __init__(self, number, pages):
        self.number, self.pages = number, pages

    def url(self, number):
        return f"?page={number}"


@pytest.mark.parametrize(
    ("number", "pages", "shown"), [(1, 1, []), (1, 3, [1, 2, 3]), (5, 9, [1, 4, 5, 6, 9])]
)
def test_pagination_shows_the_neighbours_and_the_ends(show, number, pages, shown):
    html = show("{{ parts.pagination(page) }}", page=Pages(number, pages))
    assert [int(n) for n in re.findall(r"</span>(\d+)</a>", html)] == shown
    assert html.count('aria-current="page"') == (1 if pages > 1 else 0)


def test_filters_keep_to_the_address_and_can_be_cleared(show):
    html = show("{{ parts.filters(form, results='lijst') }}", form=Street())
    assert 'method="get" action="/lijst"' in html
    assert 'href="/lijst"' in html
    assert "csrf_token" not in html
    assert 'hx-target="#lijst"' in html


def test_more_than_two_filters_are_folded_until_one_is_used(show, macros):
    form = Sample()
    html = show("{{ parts.filters(form) }}", form=form)
    fields, more = html.split("<details", 1)
    assert 'name="name"' in fields
    assert 'name="mail"' in more
    assert not more.startswith(' class="cwb-filters__more" open')
    with macros.test_request_context("/lijst?mail=ali"):
        assert 'cwb-filters__more" open' in render_template_string(
            HEAD + "{{ parts.filters(form) }}", form=form
        )
    assert "<details" not in show("{{ parts.filters(form) }}", form=Street())


def test_an_interval_without_figures_says_so(show):
    html = show("{{ parts.interval(none, none, none, 'Aandeel') }}")
    assert "Nog geen cijfer" in html
    assert "<svg" not in html


def test_parts_that_take_a_moment(show):
    html = show(
        "{{ parts.deadline(at) }}{{ parts.timeline([(at, 'Sluit', ''), ('2025', 'Begin', 'x')]) }}", at=AT
    )
    assert 'datetime="2026-11-27T11:00:00+00:00"' in html
    assert "vrijdag 27 november 2026" in html
    assert "nog 3 dagen" in html


@pytest.mark.parametrize("query", ["", "?ok"])
def test_the_styleguide_shows_and_obeys_the_strict_policy(macros, query):
    answer = macros.test_client().get(f"/styleguide{query}")
    html = answer.text
    assert answer.status_code == 200
    assert html.count("<main") == 1
    assert ("<title>Fout:" in html) is (not query)
    assert not re.search(r'\sstyle="|\son\w+="|<style|<script(?![^>]*\bsrc=)', html)
    assert 'href="#inhoud"' in html
    assert "/toegankelijkheid" in html


def test_ids_on_the_styleguide_are_unique(macros):
    ids = re.findall(r'\bid="([^"]+)"', macros.test_client().get("/styleguide").text)
    assert len(ids) == len(set(ids))


def test_another_theme_takes_the_place_of_ours(macros):
    macros.context_processor(
        lambda: {"theme_class": "stad-theme", "theme_css": "https://stad.example/theme.css"}
    )
    html = macros.test_client().get("/styleguide").text
    assert 'class="utrecht-document stad-theme"' in html
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)">', html)
    assert sheets[-1] == "https://stad.example/theme.css"


def test_own_assets_are_kept_for_a_year_and_others_are_not(macros):
    client = macros.test_client()
    address = re.findall(r'href="([^"]+base\.css[^"]+)"', client.get("/styleguide").text)[0]
    with client.get(address) as stamped:
        assert "max-age=31536000" in stamped.headers["Cache-Control"]
    with client.get("/static/css/base.css") as bare:
        assert bare.headers["Cache-Control"] == "no-cache"


def test_a_page_without_built_assets_names_only_what_is_there(macros, monkeypatch):
    known = macros.jinja_env.globals["asset_url"]
    macros.jinja_env.globals["asset_url"] = lambda name: "" if name.startswith("vendor/") else known(name)
    html = macros.test_client().get("/styleguide").text
    assert "vendor/" not in html
    assert "htmx-config" not in html


def test_flashes_are_shown_in_their_tone(macros):
    with macros.test_request_context("/"):
        flash("Opgeslagen.", "good")
        flash("Mis.", "error")
        html = render_template_string('{% extends "_layout.html" %}')
    assert "cwb-alert--good" in html
    assert "cwb-alert--bad" in html
    assert 'role="status"' in html


def test_class_names_stand_in_macro_files_only(macros):
    from cwb import paths  # noqa: PLC0415

    loose = [
        str(page.relative_to(paths.templates()))
        for page in paths.templates().rglob("*.html")
        if not page.name.startswith("_") and re.search(r'class="', page.read_text(encoding="utf-8"))
    ]
    assert loose == []
