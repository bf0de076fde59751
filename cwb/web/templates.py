"""How pages are written: templates compiled once per language, macros shared, addresses built once."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from flask import url_for as _built
from flask.globals import request_ctx
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]  # its fast heart, without a new object
from werkzeug.routing import Rule

from cwb.web import words
from cwb.web.kept_fields import kept_field
from cwb.web.signing import Sessions


class HouseTemplate(Template):
    """A template whose macros are made once in a process.

    The library compares all that a page knows with all that a macro file knows before it shares one, at every import.
    Ours rest on globals alone, so they are imported without context and shared.
    """

    _module: TemplateModule | None

    @classmethod
    def _from_namespace(cls, environment: Any, namespace: Any, globals: Any) -> Template:  # noqa: A002
        namespace["escape"] = _escaped
        return super()._from_namespace(environment, namespace, globals)

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002 (the library's hook)
        if self._module is None:
            self._module = self.make_module()
        return self._module


def _escaped(value: Any) -> str:
    """What the library's `escape` gives, as plain text to be joined: it makes a new object of each of five hundred."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return escape_text(value) if kind is str else escape(value)


class HouseContext(Context):
    """What a page knows; it calls a macro without asking first what kind of thing that is."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """What a call in a template gives."""
        if type(called) is not Macro:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(self.eval_ctx, *args, **kwargs)


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
    context_class = HouseContext

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


class HouseRule(Rule):
    """An address whose writer is compiled when it is first asked for: a start would spend its time on them."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder
        written: list[Callable[..., tuple[str, str]]] = []

        def write(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not written:
                written.append(compiled(append_unknown))
            return written[0](rule, **values)

        return write


class House(Flask):
    """A Flask application that writes its pages so."""

    jinja_environment = HouseEnvironment
    url_rule_class = HouseRule
    session_interface = Sessions()


def url_for(endpoint: str, **values: Any) -> str:
    """The address of a page with these values, built once in a process for as long as it is asked for.

    Takes what `flask.url_for` takes; what is no plain value, or asks for more than a path, is built anew.
    """
    if not request_ctx or endpoint[0] == ".":
        return _built(endpoint, **values)
    for name, value in values.items():
        if name[0] == "_" or type(value) not in _PLAIN:
            return _built(endpoint, **values)
    asked: Any = request_ctx._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 (the proxy asks anew each time)
    keep: Callable[..., str] = asked.app.extensions["cwb.addresses"]
    return keep(asked.request.script_root, endpoint, tuple(values.items()))


_PLAIN = frozenset({str, int, UUID, type(None)})


def part(name: str, **facts: Hashable) -> Markup:
    """The text of a small template that rests on these facts and the language alone, written once in a process.

    For what stands on every page and is the same for many: the navigation, the bar of a demo.
    """
    keep: Callable[..., Markup] = current_app.extensions["cwb.parts"]
    return keep(words.language(), name, tuple(facts.items()))


def _part(_code: str, name: str, facts: tuple[tuple[str, Hashable], ...]) -> Markup:
    return Markup(current_app.jinja_env.get_template(name).render(dict(facts)))  # noqa: S704 (a template's own text)


def _address(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return _built(endpoint, **dict(values))


def set_up(app: Flask) -> None:
    """Give an application these templates and addresses."""
    app.extensions["cwb.addresses"] = lru_cache(maxsize=8192)(_address)
    app.jinja_env.template_class = HouseTemplate
    app.extensions["cwb.parts"] = lru_cache(maxsize=4096)(_part)
    app.jinja_env.globals.update(url_for=url_for, part=part, kept_field=kept_field)
