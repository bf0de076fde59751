"""The door to `benchmarks/`, which lies beside the packages and is imported by name."""

import gc
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from cwb import paths
from cwb.bench.errors import NoCheckout

Measure = Callable[[str, str], list[dict[str, Any]]]
"""`run(size, database_url)` → figures: name, unit, figure, yardstick, yardstick_name, ratio, target, reached."""


def measure(target: str) -> Measure:
    """The function that `"benchmarks.ledger:run"` names.

    Raises:
        NoCheckout: the folder is not there.
    """
    root = paths.PACKAGE.parent
    module, _, name = target.partition(":")
    if not (root / module.replace(".", "/")).with_suffix(".py").is_file():
        raise NoCheckout
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    found: Measure = getattr(import_module(module), name)
    gc.freeze()  # as `cwb serve` does once the code is loaded: its collector does not walk through all code each time
    return found
