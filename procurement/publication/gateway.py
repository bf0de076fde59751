"""What publishing needs from outside the database: address and prefix of the installation, names of codes."""

import tomllib
from functools import cache
from typing import Any

from coops.needs.gateway import cpv_choices
from cwb import paths
from cwb.config import Config
from cwb.places.gateway import area_pack
from procurement.advice.gateway import law
from procurement.chronicle.rules import Setting


def setting(config: Config | None = None) -> Setting:
    """How this installation publishes."""
    config = config or Config.from_environment()
    return Setting(
        base_url=config.base_url,
        prefix=config.ocds_prefix,
        nuts=_own(config.area).get("nuts", ""),
        procedures={each.id: (each.ocds_method, each.name) for each in law(config.area).procedures},
        places={code: wijk.name for code, wijk in area_pack(config).wijken.items()},
        cpv_names={str(each.code): each.name for each in cpv_choices(config.area)},
    )


@cache
def _own(area: str) -> dict[str, Any]:
    own = paths.area(area) / "procurement.toml"
    found: dict[str, Any] = tomllib.loads(own.read_text(encoding="utf-8")) if own.is_file() else {}
    return dict(found.get("publication", {}))
