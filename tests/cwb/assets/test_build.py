import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cwb.assets import build
from cwb.assets.build import AssetsNotBuilt, minified, reachable

ROOT = Path(build.__file__).resolve().parents[2]


def test_only_reachable_tokens_are_kept():
    theme = ".t { --a: var(--b); --b: red; --c: blue; }"
    assert reachable(theme, "p { color: var(--a) }") == "--a:var(--b);--b:red;"


def test_minifying_leaves_strings_and_meaning():
    css = '/* note */ a > b ,\n c : hover { content: "a  :  b ; c" ; margin : 0 1px ; }\n'
    css += "@media (min-width: 1px) { :root { --x: 1 } }"
    assert (
        minified(css)
        == 'a>b,c : hover{content:"a  :  b ; c";margin:0 1px}@media (min-width: 1px){:root{--x:1}}'
    )


def test_minifying_keeps_the_blank_before_a_pseudo_class():
    assert minified("nav :focus-visible { color: red }") == "nav :focus-visible{color: red}".replace(
        ": red", ":red"
    )


def test_the_lock_file_names_every_wanted_version_and_no_registry():
    wanted = json.loads((ROOT / "cwb/assets/package.json").read_text())
    lock = json.loads((ROOT / "cwb/assets/package-lock.json").read_text())
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_nothing_is_done_when_up_to_date(tmp_path, monkeypatch):
    (tmp_path / build.STAMP).write_text(build.stamp() + "\n")
    monkeypatch.setattr(build, "_fetch", lambda *_a, **_k: pytest.fail("fetched"))
    assert build.build(tmp_path) is False


def test_a_failed_fetch_says_what_to_do_and_keeps_what_was_there(tmp_path, monkeypatch):
    folder = tmp_path / "vendor"
    folder.mkdir()
    (folder / "old.css").write_text("old")
    script = tmp_path / "npm.py"
    script.write_text("import sys; print('npm error network unreachable', file=sys.stderr); sys.exit(1)")
    monkeypatch.setattr(build, "npm_command", lambda: ([sys.executable, str(script)], dict(os.environ)))
    with pytest.raises(AssetsNotBuilt, match=r"network unreachable.*cwb assets") as caught:
        build.build(folder)
    assert "\n" not in str(caught.value)
    assert (folder / "old.css").read_text() == "old"


def test_without_npm_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(build.shutil, "which", lambda _: None)
    with pytest.raises(AssetsNotBuilt, match="npm is missing"):
        build.npm_command()


def test_build_needs_nothing_but_the_standard_library():
    code = "import sys; sys.path.insert(0, 'cwb/assets'); import build; print('flask' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_the_components_are_those_the_macros_use():
    macros = "".join(
        (ROOT / "templates" / name).read_text() for name in ("_forms.html", "_parts.html", "_layout.html")
    )
    used = set(re.findall(r"utrecht-[a-z0-9-]+", macros))
    unused = [
        name for name in build.COMPONENTS if not any(each.startswith(f"utrecht-{name}") for each in used)
    ]
    assert unused == []


def test_built_files_when_built_carry_licences_and_fonts():
    folder = build.target()
    if build.asset_state() == "missing":
        pytest.skip("assets are not built: run `cwb assets`")
    css = (folder / "components.css").read_text()
    assert "EUPL-1.2" in css[:200]
    assert css.count("{") == css.count("}")
    for font in re.findall(r"url\((fonts/[^)]+)\)", css):
        assert (folder / font).is_file()
    licences = {file.name for file in (folder / "licences").iterdir()}
    assert {
        "htmx.org.txt",
        "utrecht__component-library-css.txt",
        "fontsource-variable__noto-sans.txt",
    } <= licences


@pytest.mark.parametrize("file", sorted((ROOT / "static/css").glob("*.css")), ids=lambda f: f.name)
def test_own_css_mirrors_by_itself(file):
    css = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    side = (
        r"(?:^|[{;\s])((?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom"
        r"|width|height|(?:min|max)-(?:width|height))\s*:"
    )
    declarations = re.sub(r"@media[^{]*|@page[^}]*}", "", css)
    assert re.findall(side, declarations) == []
    assert not re.search(r"(text-align|float|clear)\s*:\s*(left|right)", css)


def test_own_css_names_colours_in_one_place():
    for name in ("parts.css", "theme.css"):
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b", (ROOT / "static/css" / name).read_text())


def test_own_script_is_small():
    assert (ROOT / "static/js/app.js").stat().st_size < 6 * 1024
