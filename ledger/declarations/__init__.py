"""What a supplier declares of where its money lands, checked by a second person: landed value and subcontracts."""
