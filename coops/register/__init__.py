"""The register of cooperatives: what they declare, and what was proven."""
