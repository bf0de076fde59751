"""How pages are written: templates compiled once per language, macros shared, addresses built once."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, current_app, request
from flask import url_for as _built
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from cwb.web import words


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


class _Spoken(NodeTransformer):
    """Writes the texts of a language into a template while it is compiled: `_("…")` costs a page nothing then."""

    def __init__(self, code: str) -> None:
        self._code = code

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (the library's name)
        """A call of `_` with a plain text becomes the text, filled in with its facts if it has some."""
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name == "_" and len(node.args) == 1):
            return node
        message = node.args[0]
        if (
            node.dyn_args
            or node.dyn_kwargs
            or not isinstance(message, nodes.Const)
            or not isinstance(message.value, str)
        ):
            return node
        at = node.lineno
        if not node.kwargs:
            return nodes.Const(words.plain(self._code, message.value), lineno=at)
        facts = [nodes.Pair(nodes.Const(each.key, lineno=at), each.value, lineno=at) for each in node.kwargs]
        text = nodes.Const(words.with_facts(self._code, message.value), lineno=at)
        return nodes.Mod(text, nodes.Dict(facts, lineno=at), lineno=at)


class HouseEnvironment(Environment):
    """The environment of the application; each language has its own compiled templates."""

    code: str | None = None

    def speaking(self, code: str) -> "HouseEnvironment":
        """The environment of a language, which shares globals and filters with this one."""
        known: dict[str, HouseEnvironment] = self.__dict__.setdefault("_speaking", {})
        if code not in known:
            made = self.overlay()
            made.code = code
            known[code] = made
        return known[code]

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002
        """A template in the reader's language."""
        if self.code is None:
            return self.speaking(words.language()).get_template(name, parent, globals)
        return super().get_template(name, parent, globals)

    def select_template(self, names: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002
        """The first of these templates that is there, in the reader's language."""
        if self.code is None:
            return self.speaking(words.language()).select_template(names, parent, globals)
        return super().select_template(names, parent, globals)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        if self.code is not None:
            _Spoken(self.code).visit(parsed)
        return parsed


class House(Flask):
    """A Flask application that writes its pages so."""

    jinja_environment = HouseEnvironment


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
