"""What a kind of purchase is called and which CPV codes it holds."""

from dataclasses import dataclass

from cwb.kernel.text import search_key


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of purchase, recognised by the first digits of its CPV code; `words`: what else people call it."""

    id: str
    name: str
    name_en: str
    cpv: tuple[str, ...]
    words: tuple[str, ...] = ()

    def is_called(self, text: str) -> bool:
        """Whether each word of a search begins a word for this work, or the search is its CPV code, whole or begun."""
        if text.isdigit():
            return len(text) > 1 and any(text.startswith(p) or p.startswith(text) for p in self.cpv)
        own = {each for name in (self.name, self.name_en, *self.words) for each in search_key(name).split()}
        return bool(text) and all(
            any(word == part or (len(part) > 2 and word.startswith(part)) for word in own)
            for part in search_key(text).split()
        )
