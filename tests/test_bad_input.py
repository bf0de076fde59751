"""Every form that links lead to, sent with what people do send by mistake: each gets a clear answer, nobody a crash.

The demo is lived in only once for all tests: whatever a request writes here is rolled back behind it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from sqlalchemy.orm import Session

from tests.conftest import RollingBack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

SCRIPTS = "Ωμέγα 東京 مرحبا \u202e🙂 <b>&"
INPUT = {
    "empty": "",
    "too long": "9" * 20_001,
    "another script": SCRIPTS,
    "negative": "-1",
    "another currency": "$ 12,50 USD",
}
"""What every field that somebody types in holds; a field for a day holds a day that does not exist."""
NO_DAY = "2026-02-30"
ANSWERS = {303, 403, 404, 409, 413, 422, 429}
TYPED = {
    "text",
    "email",
    "tel",
    "url",
    "search",
    "number",
    "date",
    "datetime-local",
    "time",
    "password",
    "textarea",
}
ELSEWHERE = ("/demo/", "/logout")
"""Forms that stand on every page."""


@dataclass
class Sent:
    """A form as a browser sends it: where, with what, and which of its fields are typed in."""

    action: str
    data: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def typed(self) -> list[str]:
        """The names of fields somebody types in."""
        return [name for name, kind in self.kinds.items() if kind in TYPED]


class Forms(HTMLParser):
    """The forms of a page that change something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Sent] = []
        self.form: Sent | None = None
        self.select = ""

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag == "form" and facts.get("method") == "post":
            self.form = Sent(facts.get("action") or "")
        if self.form is None:
            return
        name, kind = facts.get("name", ""), facts.get("type", "text")
        if tag == "input" and name and (kind not in {"radio", "checkbox"} or "checked" in facts):
            self.form.data[name], self.form.kinds[name] = facts.get("value") or "", kind
        elif tag == "textarea":
            self.form.data[name], self.form.kinds[name] = "", "textarea"
        elif tag == "select":
            self.select, self.form.data[name], self.form.kinds[name] = name, "", "select"
        elif tag == "option" and ("selected" in facts or not self.form.data[self.select]):
            self.form.data[self.select] = facts.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form" and self.form is not None:
            if not self.form.action.startswith(ELSEWHERE):
                self.found.append(self.form)
            self.form = None


def forms_on(html: str) -> list[Sent]:
    """The forms of a page, those of its header left out."""
    parser = Forms()
    parser.feed(html)
    return parser.found


@contextmanager
def forgotten(app) -> Iterator[None]:
    """Requests within write as ever, and all of it is rolled back."""
    usual = app.extensions["cwb.sessions"]
    with app.extensions["cwb.engine"].connect() as connection:
        outer = connection.begin()
        app.extensions["cwb.sessions"] = lambda: RollingBack(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        try:
            yield
        finally:
            app.extensions["cwb.sessions"] = usual
            outer.rollback()


def faults_of(answer, form: Sent, kind: str, value: str) -> Iterator[str]:
    """What is wrong with the answer to a form whose typed fields all held `value`."""
    if answer.status_code not in ANSWERS:
        yield f"answered {answer.status}"
    if answer.status_code == 303:
        if kind == "too long" and any(form.kinds[name] in {"text", "textarea"} for name in form.typed()):
            yield "took 20,001 characters"
        return
    text = answer.text
    if 'role="alert"' not in text and "cwb-alert" not in text and "Foutcode" not in text:
        yield "says nothing"
    if answer.status_code == 422 and kind == "another script":
        retyped = [name for name in form.typed() if form.kinds[name] in {"text", "email", "textarea"}]
        if retyped and forms_on(text) and "Ωμέγα 東京 مرحبا" not in text:
            yield "what was typed is gone"


@pytest.fixture(scope="module")
def everything(demo_enter, demo_walk) -> list[tuple[str, Sent, object]]:
    """Every form once: who sees it first, the form, and a browser of theirs."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for who, pages in demo_walk.items():
        browser = demo_enter(who)
        for endpoint, page in pages.items():
            for form in forms_on(page.html):
                form.action = form.action or page.address
                known = (endpoint, *sorted(form.kinds))
                if known not in seen:
                    seen.add(known)
                    found.append((f"{endpoint} as {who or 'visitor'}", form, browser))
    assert len(found) > 40, "the walk found few forms"
    return found


def test_every_form_answers_every_kind_of_bad_input(demo_app, everything):
    faults = []
    for where, form, browser in everything:
        for kind, value in INPUT.items():
            typed = {name: NO_DAY if form.kinds[name] == "date" and value else value for name in form.typed()}
            data = form.data | typed
            with forgotten(demo_app):
                try:
                    answer = browser.post(form.action, data=data)
                except Exception as crash:  # noqa: BLE001 (all of them are told at the end)
                    faults.append(f"{where}, {kind}: {crash!r}"[:300])
                    continue
            faults += [
                f"{where}, {form.action}, {kind}: {each}" for each in faults_of(answer, form, kind, value)
            ]
    assert not faults, "\n".join(faults)


def test_forged_choices_and_hidden_fields_are_no_crash_either(demo_app, everything):
    faults = []
    for where, form, browser in everything:
        for value in ("9" * 30, "٣'; --"):
            data = {name: form.data[name] if name in form.typed() else value for name in form.data}
            with forgotten(demo_app):
                try:
                    answer = browser.post(form.action, data=data)
                except Exception as crash:  # noqa: BLE001 (all of them are told at the end)
                    faults.append(f"{where}, {value!r}: {crash!r}"[:300])
                    continue
            if answer.status_code not in ANSWERS:
                faults.append(f"{where}, {form.action}, {value!r}: {answer.status}")
    assert not faults, "\n".join(faults)


def test_what_a_forgotten_request_wrote_is_gone(demo_app, demo_enter):
    browser = demo_enter("Inkoper")
    with forgotten(demo_app):
        made = browser.post("/tenders/new", data={"title": SCRIPTS})
        assert made.status_code == 303
        assert browser.get(made.location).status_code == 200
    assert browser.get(made.location).status_code == 404
    with Session(demo_app.extensions["cwb.engine"]) as session:
        assert session.connection()  # the pool gives whole connections afterwards
