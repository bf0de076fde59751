"""Who is shown what of a quarter or year: everybody what was signed, the alliance also how it stands now."""
