"""Signed cookies and tokens whose keys are made once: as good as the library's own, and no better readable."""

import pytest
from flask import Flask, g
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import validate_csrf
from itsdangerous import BadSignature

from cwb.web.forms import Button
from cwb.web.signing import Sessions

PLAIN = SecureCookieSessionInterface()


def application(secret, **config):
    app = Flask("signing")
    app.secret_key = secret
    app.config.update(config)
    return app


def test_a_cookie_is_read_by_the_library_and_the_other_way_round():
    app, ours = application("a secret"), Sessions()
    for write, read in ((ours, PLAIN), (PLAIN, ours), (ours, ours)):
        text = write.get_signing_serializer(app).dumps({"lang": "nl"})
        assert read.get_signing_serializer(app).loads(text, max_age=60) == {"lang": "nl"}


def test_another_secret_or_a_changed_cookie_is_not_read():
    ours = Sessions()
    text = ours.get_signing_serializer(application("a secret")).dumps({"lang": "nl"})
    for app, cookie in (
        (application("another"), text),
        (application("a secret"), "e" + text),
        (application("a secret"), text[:-2] + ("aa" if text[-2:] != "aa" else "bb")),
    ):
        with pytest.raises(BadSignature):
            ours.get_signing_serializer(app).loads(cookie)


def test_a_secret_that_was_changed_reads_what_the_former_signed_while_it_is_named():
    ours = Sessions()
    text = ours.get_signing_serializer(application("former")).dumps({"lang": "nl"})
    named = application("latter", SECRET_KEY_FALLBACKS=["former"])
    assert ours.get_signing_serializer(named).loads(text) == {"lang": "nl"}
    again = ours.get_signing_serializer(named).dumps({})
    assert ours.get_signing_serializer(application("latter")).loads(again) == {}
    assert ours.get_signing_serializer(application(None)) is None


def test_a_request_that_was_checked_makes_a_token_only_when_its_form_is_shown_again(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    with app.test_request_context("/", method="POST", data={"once": ""}):
        g.csrf_valid = True
        form = Button()
        assert "csrf_token" not in g
        shown = form.csrf_token()
        assert "None" not in shown
        validate_csrf(form.csrf_token.current_token)
        assert form.csrf_token.current_token in shown


def test_a_request_that_was_not_checked_is_checked_by_its_form(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    with app.test_request_context("/", method="POST", data={"csrf_token": "forged", "once": ""}):
        form = Button()
        assert not form.validate()
        assert form.csrf_token.errors
