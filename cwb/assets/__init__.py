"""The built style sheets, script and fonts: fetched by npm at build time, never stored in the repository."""
