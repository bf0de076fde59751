"""The shape of the house: what the import contracts cannot see."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

from cwb import paths
from cwb.kernel import feature

ROOT = paths.templates().parent
PACKAGES = ("cwb", "ledger", "coops", "procurement")
FEATURES = PACKAGES[1:]
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
COMMITS = re.compile(r"\.commit\(|COMMIT;")
ENDPOINT = re.compile(r"""url_for\(\s*["']([\w.]+)["']""")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*folders: str, ends: str = ".py") -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob(f"*{ends}")
        if not {"vendor", "node_modules", "__pycache__", "_static"} & set(path.parts)
    )


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in files(*folders):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


# Rules on one file, as plain functions, so that each is seen to find what it is for.


def long_functions(tree: ast.Module) -> list[str]:
    return [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, Function) and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]


def inner_imports(tree: ast.Module) -> list[str]:
    return [
        f"{function.name}, line {node.lineno}"
        for function in ast.walk(tree)
        if isinstance(function, Function)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]


def undocumented(tree: ast.Module) -> list[str]:
    missing = [] if ast.get_docstring(tree) else ["the module"]

    def look(body: list[ast.stmt], inside: str) -> None:
        for node in body:
            if not isinstance(node, (*Function.__args__, ast.ClassDef)):
                continue
            if node.name.startswith("_"):
                if isinstance(node, ast.ClassDef):  # its public methods are read by others of the file
                    look(node.body, f"{inside}{node.name}.")
                continue
            setter = any(
                isinstance(mark, ast.Attribute) and mark.attr == "setter" for mark in node.decorator_list
            )
            overload = any(
                isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list
            )
            if not (ast.get_docstring(node) or setter or overload or node.name == "Meta"):
                missing.append(inside + node.name)
            if isinstance(node, ast.ClassDef) and node.name != "Meta":
                look(node.body, f"{inside}{node.name}.")

    look(tree.body, "")
    return missing


def is_only_a_docstring(tree: ast.Module) -> bool:
    return len(tree.body) == 1 and ast.get_docstring(tree) is not None


BAD = (
    """
class Open:
    def act(self):
        import os
"""
    + "        x = 1\n" * LONGEST_FUNCTION
)


def test_the_rules_find_what_they_are_for():
    tree = ast.parse(BAD)
    assert long_functions(tree) == ["act: 62 lines"]
    assert inner_imports(tree) == ["act, line 4"]
    assert undocumented(tree) == ["the module", "Open", "Open.act"]
    assert undocumented(ast.parse(BAD.replace("Open", "_Hidden"))) == ["the module", "_Hidden.act"]
    assert not is_only_a_docstring(ast.parse('"""One."""\nx = 1'))
    assert COMMITS.search("session.commit()")
    assert MARKS.search("# " + "TO" + "DO: later")


def test_no_file_is_too_long():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files(*PACKAGES, "tests", "migrations", "benchmarks")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_too_long():
    found = {
        name: long for name, tree in trees(*PACKAGES, "tests", "benchmarks") if (long := long_functions(tree))
    }
    assert found == {}  # migrations are left out: their SQL reads better whole


def test_nothing_is_imported_inside_functions():
    assert {
        name: inner for name, tree in trees(*PACKAGES, "benchmarks") if (inner := inner_imports(tree))
    } == {}


def test_every_public_thing_says_what_for():
    assert {name: bare for name, tree in trees(*PACKAGES, "benchmarks") if (bare := undocumented(tree))} == {}


def test_an_init_holds_a_docstring_only():
    found = [
        name
        for name, tree in trees(*PACKAGES)
        if name.endswith("__init__.py") and not is_only_a_docstring(tree)
    ]
    assert found == []


def test_every_package_has_its_init():
    assert [str(path) for path in files(*PACKAGES) if not (path.parent / "__init__.py").exists()] == []


def test_one_file_commits():
    committing = {
        str(path.relative_to(ROOT))
        for path in files(*PACKAGES)
        if COMMITS.search(re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    }
    # The gateway's is the end of the script by which `cwb restore` fills an empty database, through psql.
    assert committing == {"cwb/kernel/transaction.py", "cwb/operations/gateway.py"}


def test_nothing_is_left_to_do():
    looked_at = chain(
        files(*PACKAGES, "migrations", "benchmarks", "docs", "templates", "static", ends=""),
        (path for path in files("tests") if path != Path(__file__)),
        (path for path in ROOT.iterdir() if path.suffix in {".md", ".toml"} or path.name == "Makefile"),
    )
    readable = {".py", ".html", ".css", ".js", ".sql", ".md", ".toml", ".csv", ".po", ".mako", ""}
    found = [
        str(path.relative_to(ROOT))
        for path in looked_at
        if path.is_file() and path.suffix in readable and MARKS.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


# Each storey starts alone.

ALONE = """
import sys
from pathlib import Path
from cwb.app import create_app
from cwb.config import Config
from cwb.kernel.database import make_engine
names = tuple(filter(None, sys.argv[1].split(",")))
config = Config(data_dir=Path(sys.argv[3]), secret_key="test", testing=True)
app = create_app(config, features=names, engine=make_engine(sys.argv[2]))
answer = app.test_client().get("/")
assert answer.status_code == 200, answer.status
print(",".join(sorted({name.partition(".")[0] for name in sys.modules} & {"ledger", "coops", "procurement"})))
"""


@pytest.mark.parametrize("names", ["", "ledger", "ledger,coops", "ledger,coops,procurement"])
def test_each_storey_starts_alone(names, database_url, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE, names, database_url, str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().split(",") == sorted(names.split(","))


# What is called by name exists.


def called(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if (function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")) == name:
                yield node


def argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((each.value for each in call.keywords if each.arg == keyword), None)


def value_of(module: str, node: ast.expr | None) -> object:
    """What a literal, a name or `other.NAME` in a module stands for; None when only running tells."""
    if isinstance(node, ast.Constant):
        return node.value
    home = import_module(module)
    if isinstance(node, ast.Name):
        return getattr(home, node.id, None)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(getattr(home, node.value.id, None), node.attr, None)
    return None


def module_of(name: str) -> str:
    return name.removesuffix(".py").replace("/", ".")


def test_every_job_name_resolves():
    features = feature.load(FEATURES)
    jobs = [name for each in features for name in each.jobs]
    assert len(jobs) == len(set(jobs))
    asked = {name for each in features for name in each.timers}
    for name, tree in trees(*PACKAGES):
        found = {value_of(module_of(name), argument(call, 1, "name")) for call in called(tree, "enqueue")}
        asked |= {each for each in found if isinstance(each, str)}
    assert asked <= set(jobs)


def test_every_endpoint_exists(app: Flask):
    asked: dict[str, list[str]] = {}
    kinds = {"Task": 1, "NavigationItem": 1, "ActionCard": 2, "Figure": 2, "DataFile": 1}
    for name, tree in trees(*PACKAGES):
        for kind, position in kinds.items():
            for call in called(tree, kind):
                asked.setdefault(
                    str(value_of(module_of(name), argument(call, position, "endpoint"))), []
                ).append(name)
    for path in [*files(*PACKAGES), *files("templates", ends=".html")]:
        for endpoint in ENDPOINT.findall(path.read_text(encoding="utf-8")):
            asked.setdefault(endpoint, []).append(str(path.relative_to(ROOT)))
    asked.pop("None", None)  # a name that only running tells
    assert {name: where for name, where in asked.items() if name not in app.view_functions} == {}


def test_every_template_that_is_named_exists(app: Flask):
    named = re.compile(r"""["'](_?[\w/]+\.html)["']""")
    asked: dict[str, str] = {
        name: str(path.relative_to(ROOT))
        for path in [*files(*PACKAGES), *files("templates", ends=".html")]
        for name in named.findall(path.read_text(encoding="utf-8"))
    }
    there = set(app.jinja_env.list_templates())
    assert {name: where for name, where in asked.items() if name not in there} == {}


def test_macros_rest_on_globals_alone(app: Flask):
    """They are made once in a process: what a page knows must be handed to them."""
    sources = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in files("templates", ends=".html")
    }
    imported = {name for source in sources.values() for name in re.findall(r'import "([^"]+)" as', source)}
    missing = {}
    for name in imported:
        source = sources[f"templates/{name}"]
        own = {each for line in re.findall(r"set ([\w, ]+?) ?[=%]", source) for each in line.split(", ")}
        missing[name] = (
            meta.find_undeclared_variables(app.jinja_env.parse(source)) - set(app.jinja_env.globals) - own
        )
    assert {name: facts for name, facts in missing.items() if facts} == {}
    assert [name for name, source in sources.items() if "with context" in source] == []


def test_every_bench_resolves():
    for each in feature.load(FEATURES):
        for target in each.benches.values():
            module, _, name = target.partition(":")
            path = ROOT / Path(*module.split(".")).with_suffix(".py")
            assert f"def {name}(" in path.read_text(encoding="utf-8"), target
