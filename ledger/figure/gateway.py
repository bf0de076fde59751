"""Reads a public export back."""

import json
from pathlib import Path
from typing import Any

from ledger.figure.errors import ExportUnreadable

NEEDED = ("period", "schema", "definition", "figures", "rows", "excluded", "rows_hash", "hash")
"""What every export has, of whatever version."""


def read_export(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        ExportUnreadable: no file, no UTF-8, no JSON object, or a part is missing.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise ExportUnreadable(file=path.name, fault=str(fault).splitlines()[0]) from None
    if not isinstance(found, dict):
        raise ExportUnreadable(file=path.name, fault="no JSON object")
    if missing := [name for name in NEEDED if name not in found]:
        raise ExportUnreadable(file=path.name, fault=f"without {', '.join(missing)}")
    return found
