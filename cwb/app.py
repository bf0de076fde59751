"""The application factory: mounts the features on the ground."""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, current_app
from flask import request as flask_request
from flask_compress import Compress
from sqlalchemy import Engine
from sqlalchemy.pool import NullPool

from cwb import paths
from cwb.config import Config
from cwb.kernel import events, feature, logs
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.feature import Feature, NavigationItem
from cwb.kernel.policy import Actor
from cwb.kernel.runtime import database_url
from cwb.web import errors, guards, i18n, kept_pages, request, security, static, templates


def create_app(
    config: Config | None = None, *, features: Sequence[str] | None = None, engine: Engine | None = None
) -> Flask:
    """The web application with these features, by default those of the configuration.

    Without `engine`, one is made for the configured database; the embedded one is started first.
    """
    logs.set_up()
    config = config or Config.from_environment()
    if features is not None:
        config = replace(config, features=tuple(features))
    app = templates.House("cwb", template_folder=str(paths.templates()), static_folder=None)
    app.config["SECRET_KEY"] = config.secret_key or kept_secret(config.data_dir)
    app.config["TESTING"] = config.testing
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    loaded = feature.load(config.features)
    engine = engine or make_engine(database_url(config), fenced=True, **_pool(config))
    app.extensions.update(
        {
            "cwb.config": config,
            "cwb.engine": engine,
            "cwb.features": loaded,
            "cwb.sessions": make_sessions(engine),
            "cwb.navigation": sorted(
                (item for each in loaded for item in each.navigation), key=lambda item: item.order
            ),
            "cwb.listeners": events.gather([each.listeners for each in loaded]),
        }
    )
    _set_up(app, config, loaded)
    return app


def kept_secret(data_dir: Path) -> str:
    """The installation's own secret key, made once, in a file only its owner reads."""
    folder = data_dir / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "secret_key"
    if not path.exists():
        draft = folder / f"secret_key.{secrets.token_hex(8)}"
        with open(draft, "x", opener=_private, encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)  # whole or not there: of workers that start at once none reads an empty key
        draft.unlink()
    return path.read_text().strip()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _pool(config: Config) -> dict[str, Any]:
    return {"poolclass": NullPool} if config.testing else {"pool_size": 4, "max_overflow": 4}


def _set_up(app: Flask, config: Config, loaded: Sequence[Feature]) -> None:
    security.set_up(app, config)
    i18n.set_up(app)
    errors.set_up(app)
    static.set_up(app)
    templates.set_up(app)
    kept_pages.set_up(app)
    # Pages are made anew each time, so they are packed lightly; assets come packed enough with it too.
    app.config.update(COMPRESS_LEVEL=3, COMPRESS_BR_LEVEL=3, COMPRESS_ZSTD_LEVEL=3)
    Compress(app)
    app.teardown_appcontext(request.close)
    app.context_processor(_layout_facts)
    for each in loaded:
        if each.set_up:
            each.set_up(app)
        for blueprint in each.blueprints:
            app.register_blueprint(blueprint)
    guards.refuse_unguarded(app)


def _layout_facts() -> dict[str, Any]:
    config: Config = current_app.extensions["cwb.config"]
    actor = request.find_actor()
    return {
        "actor": actor,
        "navigation": _navigation(actor),
        "theme_class": config.theme_class,
        "theme_css": config.theme_css,
        "contact_phone": config.contact_phone,
        "contact_email": config.contact_email,
        "now": request.now,
    }


class _Item(NamedTuple):
    """A link of the navigation as the layout writes it."""

    label: str
    url: str
    current: bool
    inside: bool


def _navigation(actor: Actor | None) -> tuple[_Item, ...]:
    endpoint = flask_request.endpoint or ""
    here = endpoint.partition(".")[0]
    items: Sequence[NavigationItem] = current_app.extensions["cwb.navigation"]
    return tuple(
        _Item(
            i18n.translated(item.label),
            templates.url_for(item.endpoint),
            item.endpoint == endpoint,
            item.endpoint.partition(".")[0] == here,
        )
        for item in items
        if (item.action.open_to(actor) if item.action else not (item.public_only and actor))
    )
