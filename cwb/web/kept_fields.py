"""Empty fields, written once in a process.

A form is mostly the same for everybody: labels, hints, choices. What the macro `field` of `_forms.html` writes for a
field that holds nothing and was not refused rests on the facts below alone. A field with something in it is written
anew each time and never kept: what people type stays theirs.
"""

from collections.abc import Callable, Hashable
from typing import Any

from markupsafe import Markup
from wtforms import Field
from wtforms.fields import FieldList, FormField
from wtforms.fields.choices import SelectFieldBase
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, Select, TextArea, TextInput

from cwb.kernel.kept import Kept
from cwb.web.words import language

Written = Callable[..., Markup]

MOST = 4096
"""How many fields a process keeps; a field weighs a kilobyte, a list of places ten."""


def kept_field(macro: Written) -> Written:
    """The macro `field`, asked only for what it did not write before."""
    written: Kept[Markup] = Kept(MOST)

    def field(
        field: Field,
        hint: Any = None,
        optional: bool | None = None,
        prefix: str | None = None,
        suffix: str | None = None,
    ) -> Markup:
        key = _key(field, hint, (optional, prefix, suffix))
        if key is None:
            return macro(field, hint, optional, prefix, suffix)
        return written.get(key, lambda: macro(field, hint, optional, prefix, suffix))

    return field


def _key(field: Any, hint: Any, more: tuple[Hashable, ...]) -> Hashable:
    """All that the writing of this field rests on; None when it is not to be kept."""
    if field.errors or isinstance(field, (FormField, FieldList)):
        return None
    widget, held = field.widget, _held(field)
    flags = tuple(vars(field.flags).items())
    if held is None or type(widget) not in _PLAIN or any(callable(value) for _, value in flags):
        return None
    key = (
        language(), type(field), type(widget), getattr(widget, "input_type", ""), field.id, field.name,
        str(field.label.text), str(field.description if hint is None else hint), held, flags,
        tuple((field.render_kw or {}).items()), *more,
    )  # fmt: skip
    try:
        hash(key)
    except TypeError:
        return None
    return key


_PLAIN = frozenset({TextInput, DateInput, TextArea, CheckboxInput, Select, ListWidget})
"""What is written by nothing but the facts of the key."""


def _held(field: Any) -> Hashable:
    """What a field shows besides its name: its choices, whether it is ticked; None when it holds a text."""
    if isinstance(field, SelectFieldBase):
        choices = None if field.has_groups() else list(field.iter_choices())
        if choices is None or any(each.render_kw for each in choices):
            return None
        way = (type(field.option_widget), getattr(field.widget, "multiple", False))
        return (*way, *((each.value, str(each.label or ""), each.selected) for each in choices))
    if isinstance(field.widget, CheckboxInput):
        return bool(getattr(field, "checked", field.data))
    return () if not field._value() else None  # noqa: SLF001 (the library's name for what a field shows)
