"""The installation's own keys, as those who seal and keep drafts know them (`cwb.files.gateway`)."""

from cwb.files.gateway import HouseKeys

__all__ = ["HouseKeys"]
