"""The one door to the key that locks the secrets of apps: a file outside the database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from cwb.second_factor.errors import SecretUnreadable


class Vault:
    """Locks and unlocks with a key kept in `data_dir/keys/second_factor`, made once, readable by its owner only.

    A stolen database alone gives no secret. A lost key means that everyone sets the second step again.
    """

    def __init__(self, data_dir: Path) -> None:
        folder = data_dir / "keys"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "second_factor"
        with suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(SecretBox.KEY_SIZE))
        self._box = SecretBox(path.read_bytes())

    def lock(self, secret: str) -> bytes:
        """The secret as it may stand in the database."""
        return bytes(self._box.encrypt(secret.encode()))

    def unlock(self, kept: bytes) -> str:
        """The secret again.

        Raises:
            SecretUnreadable: locked with another key, or tampered with.
        """
        try:
            return self._box.decrypt(kept).decode()
        except (CryptoError, ValueError):
            raise SecretUnreadable from None
