"""The application as it will be some days from now: `gunicorn tests.browser.later:app` with CWB_TEST_AHEAD=21."""

import os
from datetime import timedelta

from cwb.kernel import clock
from cwb.wsgi import app

__all__ = ["app"]

_wall, _ahead = clock.now, timedelta(days=int(os.environ["CWB_TEST_AHEAD"]))
clock.now = lambda: _wall() + _ahead
