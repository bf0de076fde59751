"""The code of the analysis, as it is on this machine."""

from hashlib import sha256
from pathlib import Path

import ledger

SUBJECTS = ("allocation", "communities", "experiment", "inference", "secondhop")


def code_hash() -> str:
    """SHA-256 (hex) over the rules of the analysis, subject after subject, line ends as those of Unix."""
    found = sha256()
    for each in SUBJECTS:
        found.update((Path(ledger.__file__).parent / each / "rules.py").read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()
