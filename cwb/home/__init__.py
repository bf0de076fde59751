"""The front page, the dashboard and the pages about the site itself."""
