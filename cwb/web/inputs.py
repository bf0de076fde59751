"""How inputs, lists and boxes of text are written in a page."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from wtforms.widgets import CheckboxInput, DateInput, Input, RadioInput, Select, TextArea
from wtforms.widgets.core import clean_key

_TICKED: dict[Any, Callable[[Any], bool]] = {
    Input.__call__: lambda _field: False,
    DateInput.__call__: lambda _field: False,
    RadioInput.__call__: lambda field: bool(field.checked),
    CheckboxInput.__call__: lambda field: bool(getattr(field, "checked", field.data)),
}
"""How the library writes an input → whether it is ticked."""


class Written:
    """Writes inputs and boxes of text as the library would: a form has thirty of them, and the library is slow."""

    def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
        """The field, by our hand or by its widget."""
        widget = field.widget
        ticked = _TICKED.get(type(widget).__call__)
        given = {**(getattr(field, "render_kw", None) or {}), **render_kw}
        if type(widget) is TextArea:
            return _box(field, _facts(field, given))
        if type(widget) is Select and not (widget.multiple or field.has_groups()):
            return _list(field, _facts(field, given))
        special = getattr(field, "_datalist", None) is not None or field.flags.min or field.flags.max
        if ticked is None or special:
            return widget(field, **{clean_key(name): value for name, value in given.items()})
        return _input(field, _facts(field, given), ticked=ticked(field))


def _facts(field: Any, given: dict[str, Any]) -> dict[str, Any]:
    facts = {clean_key(name): value for name, value in given.items()}
    facts.setdefault("id", field.id)
    facts["name"] = field.name
    for name, value in vars(field.flags).items():
        if name in field.widget.validation_attrs and name not in facts:
            facts[name] = value() if callable(value) else value
    return facts


def _attributes(facts: dict[str, Any]) -> str:
    """Attributes in order; what is True stands alone, what is False is left out."""
    return " ".join([
        name if value is True else f'{name}="{escape(value)}"'
        for name, value in sorted(facts.items()) if value is not False
    ])  # fmt: skip


def _input(field: Any, facts: dict[str, Any], *, ticked: bool) -> Markup:
    facts.setdefault("type", field.widget.input_type)
    if ticked:
        facts["checked"] = True
    if "value" not in facts:
        facts["value"] = field._value()  # noqa: SLF001 (the library's name for what a field shows)
    return Markup(f"<input {_attributes(facts)}>")  # noqa: S704 (values are escaped, names are ours)


def _box(field: Any, facts: dict[str, Any]) -> Markup:
    text = escape(field._value())  # noqa: SLF001 (the library's name for what a field shows)
    return Markup(f"<textarea {_attributes(facts)}>\r\n{text}</textarea>")  # noqa: S704 (escaped above)


def _list(field: Any, facts: dict[str, Any]) -> Markup:
    options = [
        Select.render_option(each)
        if each.render_kw
        else _option(str(each.value), str(each.label or each.value), bool(each.selected))
        for each in field.iter_choices()
    ]
    return Markup(f"<select {_attributes(facts)}>{''.join(options)}</select>")  # noqa: S704 (escaped where they are written)


@lru_cache(maxsize=8192)
def _option(value: str, label: str, selected: bool) -> str:
    return f'<option value="{escape(value)}"{" selected" if selected else ""}>{escape(label)}</option>'
