"""How templates find what they share: macro files as they stand, addresses built once."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, current_app, request
from flask import url_for as _built
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context


class HouseTemplate(Template):
    """A template whose macros are made once in a process.

    The library compares all that a page knows with all that a macro file knows before it shares one, at every import.
    Ours rest on globals alone, so they are imported without context and shared.
    """

    _module: TemplateModule | None

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002 (the library's hook)
        if self._module is None:
            self._module = self.make_module()
        return self._module


def url_for(endpoint: str, **values: Any) -> str:
    """The address of a page with these values, built once in a process for as long as it is asked for.

    Takes what `flask.url_for` takes; what is no plain value, or asks for more than a path, is built anew.
    """
    if endpoint.startswith(".") or not all(
        isinstance(value, _PLAIN) and value is not True and value is not False and not name.startswith("_")
        for name, value in values.items()
    ):
        return _built(endpoint, **values)
    keep: Callable[..., str] = current_app.extensions["cwb.addresses"]
    return keep(request.script_root, endpoint, tuple(values.items()))


_PLAIN = (str, int, UUID, type(None))


def _address(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return _built(endpoint, **dict(values))


def set_up(app: Flask) -> None:
    """Give an application these templates and addresses."""
    app.extensions["cwb.addresses"] = lru_cache(maxsize=8192)(_address)
    app.jinja_env.template_class = HouseTemplate
    app.jinja_env.globals["url_for"] = url_for
