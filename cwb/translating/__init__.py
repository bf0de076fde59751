"""Catalogues of translations: gathered, compiled, checked."""
