"""A small application with the layout's facts and no database, for the macros alone."""

import pytest
from flask import Flask
from flask_babel import Babel

from cwb import paths
from cwb.web import i18n, static, styleguide


@pytest.fixture
def macros():
    app = Flask("macros", template_folder=str(paths.templates()), static_folder=None)
    app.secret_key = "test"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, default_locale="nl")
    static.set_up(app)
    app.jinja_env.globals.update(csrf_token=lambda: "CSRF", once_token=lambda: "ONCE")
    app.jinja_env.filters.update(
        money=i18n.money, date=i18n.day, datetime=i18n.moment, number=i18n.number, percent=i18n.percent,
        until=lambda _at: "nog 3 dagen",
    )  # fmt: skip
    app.context_processor(
        lambda: {
            "locale": "nl",
            "text_direction": "ltr",
            "area_name": "West",
            "theme_class": "cwb-theme",
            "theme_css": "",
        }
    )

    @app.get("/styleguide")
    def guide():
        from flask import render_template, request  # noqa: PLC0415

        return render_template("styleguide.html", **styleguide.sample(failed="ok" not in request.args))

    return app
