"""Templates compiled once in a process of tests: a new application for each test would compile its pages anew."""

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

from cwb.web.templates import HouseEnvironment


class KeptTemplates(BytecodeCache):
    """Compiled code by what it rests on: the language that is written into it, the template's name and its text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str | None, str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket if the template was compiled before."""
        bucket.code = self._kept.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        assert bucket.code is not None
        self._kept[self._key(bucket)] = bucket.code

    @staticmethod
    def _key(bucket: Bucket) -> tuple[str | None, str, str]:
        assert isinstance(bucket.environment, HouseEnvironment)
        return bucket.environment.code, bucket.key, bucket.checksum


TEMPLATES = KeptTemplates()
"""Of all applications that the fixtures of this process make."""
