"""Area packs: data, never code."""
