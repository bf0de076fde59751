"""Which process runs which test, when there are several (`pytest -n`).

A file stays in one process: what it compiles, templates and statements, is compiled once. Files that share something
dear, like the demo, name it in `pytestmark` with `xdist_group` and stay together. Those groups go first, then the files
with slow tests, then those with most, so that no process waits for another at the end.

xdist's own `--dist loadgroup` cannot do it: it writes the group into a test's name where pytest 9.2 no longer looks, so
every test went anywhere and the demo was lived twice.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

_GROUP = re.compile(r'^pytestmark = .*?xdist_group\("(\w+)"\)', re.MULTILINE | re.DOTALL)


@cache
def group_of(file: str) -> str | None:
    """The group that a test file (path from the project's folder) names in its `pytestmark`."""
    found = _GROUP.search(Path(file).read_text(encoding="utf-8"))
    return found and found[1]


@cache
def is_slow(file: str) -> bool:
    """Whether something in a test file is marked slow: few tests may be much work."""
    return "pytest.mark.slow" in Path(file).read_text(encoding="utf-8")


def together(test: str) -> str:
    """What a test (its name as pytest writes it) is handed out with: its group, else its file."""
    file = test.partition("::")[0]
    return group_of(file) or file


def rank(scope: str, tests: int) -> tuple[bool, bool, int]:
    """The place in the order of handing out of a group or file with so many tests: lowest goes first."""
    is_file = scope.endswith(".py")
    return is_file, is_file and not is_slow(scope), -tests


class Spread(LoadScopeScheduling):
    """Hands out groups and files whole."""

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)

    def _assign_work_unit(self, node: object) -> None:
        heaviest = min(self.workqueue, key=lambda scope: rank(scope, len(self.workqueue[scope])))
        self.workqueue.move_to_end(heaviest, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Spread:
    """How tests are handed out."""
    return Spread(config, log)
