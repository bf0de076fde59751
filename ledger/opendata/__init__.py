"""The figure as open data: the public export and the published shares as files."""
