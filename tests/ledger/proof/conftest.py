"""Beancount, where there is one: a program by others that adds our books up."""

import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def bean_check() -> Path:
    """`bean-check`, named by CWB_BEAN_CHECK or found on the path; a named one that is not there is a failure."""
    named = os.environ.get("CWB_BEAN_CHECK")
    if named:
        assert Path(named).is_file(), f"CWB_BEAN_CHECK names {named}, which is not there"
        return Path(named)
    found = shutil.which("bean-check")
    if found is None:
        pytest.skip("bean-check is not on the path: pipx install beancount, or name one in CWB_BEAN_CHECK")
    return Path(found)
