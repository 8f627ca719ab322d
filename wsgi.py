"""Point d'entrée des serveurs WSGI : `gunicorn wsgi:app` ou `waitress-serve wsgi:app`."""

from portail import create_app, preparation
from portail.config import lire

app = create_app(lire())
preparation.avant_de_servir(app)
