"""De-minimis aid: what one undertaking was granted in three years, and what still fits."""
