"""The web kit: guards, forms, translations, errors, headers."""
