"""Each import contract is broken once on a copy of the packages: exactly that one must speak up.

A contract that lets its own violation through is worse than none. A case names a file of the copy, what is added
to it, and the contract that must break; a new file is one that the contracts must find no place for. To lint is dear,
so each case has a file of its own, and all are looked at in one go: a broken contract names who broke it.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from cwb import paths

pytestmark = pytest.mark.xdist_group("contracts")

ROOT = paths.templates().parent
PACKAGES = ("cwb", "ledger", "coops", "procurement")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NAMES = {each["name"]: each["id"] for each in SETTINGS["tool"]["importlinter"]["contracts"]}

LINTER = """
import importlib, sys
from importlinter.cli import lint_imports
for _ in sys.stdin:
    importlib.invalidate_caches()
    lint_imports(config_filename="pyproject.toml", cache_dir=".cache")
    print("done", flush=True)
"""

CIRCLE = {"no-circles"}
"""An arrow upwards closes a circle wherever an arrow goes down already; that it does so is no fault of a case."""

CASES = [
    # one staircase, one way
    ("staircase", "cwb/cli.py", "import ledger.books.rules"),
    ("staircase", "cwb/home/views.py", "from ledger.books import services"),
    ("staircase", "ledger/invoicing/forms.py", "from coops.needs import services"),
    ("staircase", "coops/needs/services.py", "from procurement.tenders import queries"),
    ("staircase", "ledger/feature.py", "import procurement.feature"),
    # inside cwb
    ("ground", "cwb/web/guards.py", "from cwb.privacy import views"),
    ("ground", "cwb/audit/services.py", "from cwb.identity import queries"),
    ("ground", "cwb/kernel/period.py", "from cwb.audit import rules"),
    ("ground", "cwb/helpers.py", "x = 1"),
    # the order of subjects inside a storey
    ("procurement-subjects", "procurement/tenders/services.py", "from procurement.bids import queries"),
    ("procurement-subjects", "procurement/common/__init__.py", '"""A stray subject."""'),
    ("coops-subjects", "coops/register/services.py", "from coops.needs import rules"),
    ("ledger-subjects", "ledger/books/services.py", "from ledger.invoicing import rules"),
    ("ledger-subjects", "ledger/books/rules.py", "from ledger.share import rules"),
    # the rooms of a subject
    ("rooms", "ledger/books/utils.py", "x = 1"),
    ("rooms", "procurement/tenders/helpers.py", "x = 1"),
    ("rooms", "ledger/books/errors.py", "from ledger.books import rules"),
    ("rooms", "ledger/agreements/policy.py", "from ledger.agreements import services"),
    ("rooms rooms-across-models", "cwb/identity/models.py", "from cwb.identity import queries"),
    ("rooms rooms-across-queries", "coops/needs/queries.py", "from coops.needs import services"),
    ("rooms rooms-across-rules", "procurement/tenders/rules.py", "from procurement.tenders import models"),
    ("rooms rooms-across-services", "cwb/sign_in/services.py", "from cwb.sign_in import forms"),
    # the same between subjects: a room reaches for no higher room of another subject
    ("rooms-across-rules", "ledger/approval/rules.py", "from ledger.invoicing import models"),
    ("rooms-across-rules", "procurement/bids/rules.py", "from coops.register import queries"),
    ("rooms-across-models", "ledger/approval/models.py", "from ledger.invoicing import queries"),
    ("rooms-across-queries", "procurement/bids/queries.py", "from procurement.tenders import services"),
    ("rooms-across-services", "procurement/bids/services.py", "from ledger.proof import commands"),
    ("rooms-across-services", "cwb/people/services.py", "from cwb.places import views"),
    # the books' door
    ("books-door", "ledger/invoicing/services.py", "from ledger.books import models"),
    ("books-door", "procurement/contracts/queries.py", "from ledger.books.models import Transfer"),
    # Flask and WTForms stay in the pages
    ("flask", "ledger/payments/services.py", "import flask"),
    ("flask", "coops/register/queries.py", "from wtforms import Form"),
    ("flask", "procurement/awards/services.py", "from cwb.web.i18n import _"),
    ("flask", "cwb/kernel/transaction.py", "from flask import g"),
    ("flask", "procurement/tenders/errors.py", "from flask_babel import gettext"),
    # rules know no database
    ("pure", "ledger/payments/rules.py", "import sqlalchemy"),
    ("pure", "cwb/identity/rules.py", "from sqlalchemy.orm import Session"),
    ("pure", "cwb/kernel/money.py", "import psycopg"),
    ("pure", "procurement/tenders/events.py", "import sqlalchemy"),
    # the queue's door
    ("queue-door", "ledger/numbering/services.py", "import procrastinate"),
    ("queue-door", "procurement/contracts/services.py", "import smtplib"),
    # the payment provider's door
    ("payment-door", "ledger/checkout/services.py", "import stripe"),
    # no circles
    ("no-circles", "cwb/kernel/text.py", "from cwb.kernel import money"),
    ("no-circles", "cwb/web/request.py", "from cwb.web import forms"),
    # an empty __init__
    ("empty-init", "cwb/__init__.py", "from cwb import config"),
    ("empty-init", "ledger/__init__.py", "import cwb.config"),
    ("empty-init", "procurement/bids/__init__.py", "from procurement.bids import rules"),
    ("empty-init", "cwb/kernel/__init__.py", "from cwb.kernel import money"),
]  # fmt: skip


Case = tuple[str, str, str]
Found = dict[str, set[str]]
"""Id of a broken contract → the modules it names as who broke it; of a circle, the package it goes round in."""


def module_of(name: str) -> str:
    """The module of a file."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def together(cases: list[Case]) -> list[list[Case]]:
    """The cases in heaps that are looked at in one go; circles stand apart."""
    circles = [case for case in cases if set(case[0].split()) & CIRCLE]
    return [[case for case in cases if case not in circles], circles]


@contextmanager
def spoilt(path: Path, line: str) -> Iterator[None]:
    """A file with a line more; afterwards it is as it was."""
    made = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            path.unlink()
            for folder in made:
                folder.rmdir()
        else:
            path.write_text(before, encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and their contracts, to be spoilt."""
    folder = tmp_path_factory.mktemp("contracts")
    shutil.copy2(ROOT / "pyproject.toml", folder)
    for name in PACKAGES:
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "areas", "*.po", "*.mo")
        )
        (folder / "cwb" / "areas").mkdir(exist_ok=True)
    shutil.copy2(ROOT / "cwb" / "areas" / "__init__.py", folder / "cwb" / "areas")
    return folder


@pytest.fixture(scope="module")
def linter(copy: Path) -> Iterator[subprocess.Popen[str]]:
    """One process that lints the copy whenever it is asked: starting it anew costs more than linting."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "200"}
    with subprocess.Popen(
        [sys.executable, "-c", LINTER], cwd=copy, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield process
        process.stdin.close()


@pytest.fixture(scope="module")
def broken(linter: subprocess.Popen[str]) -> Callable[[], Found]:
    """Tells which contracts the copy breaks now, and by whom."""

    def ask() -> Found:
        linter.stdin.write("again\n")
        linter.stdin.flush()
        said = "".join(iter(linter.stdout.readline, "done\n"))
        verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", said, re.MULTILINE))
        assert set(verdicts) == set(NAMES), said
        told: Found = {NAMES[name]: set() for name, verdict in verdicts.items() if verdict == "BROKEN"}
        about = ""
        for line in said.splitlines():
            about = NAMES.get(line, about)  # the heading of its reasons
            if named := re.match(r"(?:- +|No cycles are allowed in )([\w.]*\w)", line):
                told[about].add(named[1])
        return told

    return ask


@pytest.fixture(scope="module")
def found(copy: Path, broken: Callable[[], Found]) -> Callable[[Case], Found]:
    """What is broken by a case and those it is looked at with."""
    heaps, known = together(CASES), {}

    def ask(case: Case) -> Found:
        place = next(number for number, heap in enumerate(heaps) if case in heap)
        if place not in known:
            with ExitStack() as stack:
                for _, name, line in heaps[place]:
                    stack.enter_context(spoilt(copy / name, line))
                known[place] = broken()
        return known[place]

    return ask


def test_the_house_keeps_its_contracts(broken):
    assert broken() == {}


@pytest.mark.parametrize("case", CASES, ids=[f"{c}:{n}" for c, n, _ in CASES])
def test_a_violation_breaks_exactly_its_contract(found, case):
    contract, name, _ = case
    if contract in CIRCLE:
        assert set(found(case)) == CIRCLE
        assert module_of(name).rpartition(".")[0] in found(case)[contract]
        return
    who = module_of(name)
    assert {each for each, by in found(case).items() if who in by} - CIRCLE == set(contract.split())


def test_no_contract_is_broken_by_anybody_else(found):
    for heap in together(CASES):
        wanted = {(each, module_of(name)) for contracts, name, _ in heap for each in contracts.split()}
        told = {(each, who) for each, by in found(heap[0]).items() if each not in CIRCLE for who in by}
        assert told == {pair for pair in wanted if pair[0] not in CIRCLE}


def test_every_contract_was_tried_each_time_in_another_file():
    assert len({name for _, name, _ in CASES}) == len(CASES)
    assert set(NAMES.values()) == {name for contracts, _, _ in CASES for name in contracts.split()}
