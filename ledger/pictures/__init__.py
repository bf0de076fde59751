"""The pictures of an export: charts that state what they find, each with its table."""
