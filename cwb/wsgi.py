"""The application for a WSGI server: `gunicorn cwb.wsgi:app`."""

from cwb.app import create_app

app = create_app()
