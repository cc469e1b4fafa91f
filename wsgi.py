"""What gunicorn loads: `gunicorn wsgi:app`."""

from qcportal import create_app

app = create_app()
