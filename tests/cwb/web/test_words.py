import pytest
from markupsafe import Markup

from cwb.web import words
from cwb.web.i18n import user_text


@pytest.fixture
def rendered(app):
    """Renders a text as a page would, in a language."""

    def render(source: str, lang: str = "nl", **facts: object) -> str:
        with app.test_request_context(f"/?lang={lang}"):
            return app.jinja_env.from_string(source).render(**facts)

    return render


def test_outside_a_request_the_source_is_spoken():
    assert words.language() == "nl"
    assert words.gettext("Inloggen %(x)s", x=1) == "Inloggen 1"


def test_a_name_that_ends_in_a_full_stop_closes_the_sentence(rendered):
    assert words.gettext("Gegund aan %(x)s. Klaar.", x="Werk U.A.") == "Gegund aan Werk U.A. Klaar."
    assert rendered('{{ _("Dag %(x)s.", x=x) }}', x="<B> U.A.") == "Dag &lt;B&gt; U.A."
    assert rendered('{{ _("Dag %(x)s.", x=x) }}', x="Groen") == "Dag Groen."


def test_facts_are_escaped_and_texts_are_not(rendered):
    assert rendered('{{ _("<b>%(name)s</b>", name=name) }}', name="<i>") == "<b>&lt;i&gt;</b>"
    assert rendered('{{ _("<b>%(name)s</b>", name=name) }}', name=Markup("<i>")) == "<b><i></b>"


def test_a_percent_sign_is_written_twice_in_templates(rendered):
    assert rendered('{{ _("18%% landt") }}') == "18% landt"


def test_a_number_chooses_the_form(rendered):
    source = '{{ ngettext("%(num)s dag", "%(num)s dagen", n) }}'
    assert [rendered(source, n=number) for number in (0, 1, 2)] == ["0 dagen", "1 dag", "2 dagen"]


def test_one_process_speaks_each_readers_language(app):
    client = app.test_client()
    assert 'lang="en"' in client.get("/data?lang=en").text
    assert 'lang="en"' in client.get("/data").text
    assert 'lang="nl"' in app.test_client().get("/data", headers={"Accept-Language": "pl"}).text


def test_a_lazy_text_waits_for_its_reader(app):
    label = words.lazy_gettext("Inloggen als %(who)s", who="bestuur")
    with app.test_request_context("/?lang=nl"):
        assert str(label) == "Inloggen als bestuur"


def test_each_language_has_its_own_compiled_templates(app):
    client = app.test_client()
    assert "Inloggen" in client.get("/login?lang=nl").text
    assert "Inloggen" not in client.get("/login?lang=en").text
    assert "Inloggen" in client.get("/login?lang=nl").text


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ('{{ _("Inloggen") }}', "Log in"),
        ('{% set x = _("Inloggen") %}{{ x|upper }}', "LOG IN"),
        ('{{ _("18%% landt") }}', "18% landt"),
        ('{{ _("<b>%(name)s</b>", name=name) }}', "<b>&lt;i&gt;</b>"),
        ('{{ _("Dag, %(name)s", name=_("Inloggen")) }}', "Hello, Log in"),
    ],
)
def test_a_text_written_in_at_compiling_is_as_one_looked_up(app, source, written):
    with app.test_request_context("/?lang=en"):
        compiled = app.jinja_env.speaking("en").from_string(source).render(name="<i>")
        looked_up = app.jinja_env.from_string(source).render(name="<i>")
    assert compiled == looked_up == written


@pytest.mark.parametrize(
    ("page", "text", "spoken"),
    [
        ("nl", "Wij werken", ""), ("en", "Wij werken", ' lang="nl"'), ("nl", "نعمل في النهار", ' lang="ar"'),
        ("en", "نعمل في النهار", ' lang="ar"'),
    ],
)  # fmt: skip
def test_a_voice_reads_what_was_typed_in_its_own_language(app, page, text, spoken):
    with app.test_request_context(f"/?lang={page}"):
        assert user_text(text) == f'<span dir="auto"{spoken}>{text}</span>'
