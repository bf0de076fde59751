"""Founding initiatives: from one sentence to an enterprise that breaks even, each step dated with evidence."""
