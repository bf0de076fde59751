"""Where templates, static files, migrations and area packs lie, installed or in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else PACKAGE.parent / name


def templates() -> Path:
    """The templates of all packages."""
    return _folder("templates")


def static() -> Path:
    """Own and built assets."""
    return _folder("static")


def migrations() -> Path:
    """Alembic's folder."""
    return _folder("migrations")


def translations() -> Path:
    """The catalogues, one folder per language."""
    return PACKAGE / "translations"


def area(name: str) -> Path:
    """The area pack of this name."""
    return PACKAGE / "areas" / name
