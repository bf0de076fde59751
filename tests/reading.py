"""The browser of the tests: it takes no page whose parts cannot be told apart."""

import re
from collections import Counter
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_ID = re.compile(r'\sid="([^"]+)"')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_HIDDEN = re.compile(r'<input(?=[^>]*\stype="hidden")[^>]*\sname="([^"]+)"')
_MARKUP = re.compile(r'\s(?:aria-label|title|alt|placeholder|value|href|content)="[^"]*<[a-z/][^"]*"')


def faults(page: str) -> list[str]:
    """What a reader or a browser would mistake: ids that two parts share, a hidden value given twice, cut attributes.

    Of two fields of one id a label names the first, whichever it stands at; of two values the first is taken.
    """
    twice = [f"id {name} {count} times" for name, count in Counter(_ID.findall(page)).items() if count > 1]
    for form in _FORM.findall(page):
        names = Counter(_HIDDEN.findall(form))
        twice += [f"hidden {name} {count} times" for name, count in names.items() if count > 1]
    return twice + [f"markup in {each.strip()}" for each in _MARKUP.findall(page)]


class Reader(FlaskClient):
    """A visitor's browser that reads each page it gets.

    Raises:
        AssertionError: a page with `faults`.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """The answer, looked at."""
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html" and (found := faults(answer.text)):
            raise AssertionError(f"{answer.request.path}: {', '.join(found)}")
        return answer
