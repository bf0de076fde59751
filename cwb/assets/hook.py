"""The build hook: makes the assets and the catalogues when a wheel is built or the checkout is installed.

It never breaks an installation: what cannot be made is warned about, and `cwb assets` repairs it later.
"""

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its own parameter open
    """Named in pyproject under tool.hatch.build.targets.wheel.hooks.custom."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (the interface's names)
        """Build before the files are collected."""
        root = Path(self.root)
        for name, make in (("assets", self._assets), ("translations", self._catalogues)):
            try:
                make(root)
            except Exception as fault:  # noqa: BLE001 (an installation without them is repairable)
                self.app.display_warning(f"{name} not built: {fault}")

    @staticmethod
    def _assets(root: Path) -> None:
        spec = importlib.util.spec_from_file_location(
            "cwb_assets_build", root / "cwb" / "assets" / "build.py"
        )
        if spec is None or spec.loader is None:
            raise FileNotFoundError("cwb/assets/build.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        module.build(root / "static" / "vendor")

    @staticmethod
    def _catalogues(root: Path) -> None:
        # By name, so that without Babel the assets are still built.
        mofile, pofile = (importlib.import_module(f"babel.messages.{name}") for name in ("mofile", "pofile"))
        for source in sorted((root / "cwb" / "translations").glob("*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            if compiled.is_file() and compiled.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as text:
                catalogue = pofile.read_po(text)
            with compiled.open("wb") as file:
                mofile.write_mo(file, catalogue)
