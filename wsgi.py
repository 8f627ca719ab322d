"""Point d'entrée des serveurs WSGI : `gunicorn wsgi:app` ou `waitress-serve wsgi:app`."""

from portail import create_app
from portail.config import lire

app = create_app(lire())
