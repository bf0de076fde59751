"""Red flags: questions that the figures of a tender ask, with the answers of its buyer."""
