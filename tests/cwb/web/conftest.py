"""A small application with the layout's facts and no database, for the macros alone."""

from types import SimpleNamespace

import pytest
from flask import Flask, render_template, request
from flask_babel import Babel
from markupsafe import Markup

from cwb import paths
from cwb.web import i18n, static, styleguide
from cwb.web.kept_fields import kept_field


@pytest.fixture
def macros():
    app = Flask("macros", template_folder=str(paths.templates()), static_folder=None)
    app.secret_key = "test"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, default_locale="nl")
    static.set_up(app)
    app.jinja_env.globals.update(
        csrf_token=lambda: "CSRF",
        once_token=lambda: "ONCE",
        kept_field=kept_field,
        part=lambda name, **known: Markup(render_template(name, **known)),  # noqa: S704 (a template's own text)
    )
    app.jinja_env.filters.update(
        money=i18n.money, date=i18n.day, datetime=i18n.moment, number=i18n.number, percent=i18n.percent,
        until=lambda _at: "nog 3 dagen",
    )  # fmt: skip
    app.context_processor(facts)

    @app.get("/styleguide")
    def guide():
        return render_template(
            "styleguide.html", **styleguide.sample(failed="ok" not in request.args, rtl="rtl" in request.args)
        )

    return app


def facts():
    if "bare" in request.args:
        known = static.asset_url
        loose = {"asset_url": lambda name: "" if name.startswith("vendor/") else known(name)}
    else:
        loose = {}
    return {
        "locale": "nl",
        "text_direction": "rtl" if "rtl" in request.args else "ltr",
        "area_name": "West",
        "contact_phone": "020 123 4567",
        "theme_class": "cwb-theme",
        "theme_css": "",
        "actor": SimpleNamespace(name="Fatima Yılmaz", organisation_name="Schoon & Samen U.A.", roles=()),
        "languages": [
            {"code": "nl", "label": "Nederlands", "url": "?lang=nl", "current": True},
            {"code": "ar", "label": "العربية", "url": "?lang=ar", "current": False},
        ],
        "navigation": (
            {"label": "Opdrachten", "url": "#", "current": True},
            {"label": "Coöperaties", "url": "#", "current": False},
        ),
        "demo": ({"label": "Inkoper", "url": "#", "current": True}, {"label": "Bewoner", "url": "#"}),
        **loose,
    }
