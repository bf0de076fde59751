"""The register of "was the local option examined?" over every new contract, order and contract made elsewhere."""
