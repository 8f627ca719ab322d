"""Ce que `create_app` assemble : extensions, blueprints, pages d'erreur, contexte des gabarits."""

from __future__ import annotations

from importlib import import_module

from flask import Flask, Response, g
from flask_compress import Compress
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from portail import debit, droits, entetes, erreurs, gabarits, provenance, requete, statiques, surete
from portail.chiffrement import Coffre
from portail.config import Config
from portail.db import installer as installer_la_base
from portail.franceconnect.fournisseur import Fournisseur
from portail.frequentation import compteur
from portail.reservoir import ReservoirParRole
from portail.stockage_local import StockageLocal
from portail.stockage_s3 import StockageS3

BLUEPRINTS = (
    "accueil",
    "compte",
    "franceconnect",
    "demande",
    "pieces",
    "documents",
    "information",
    "assistance",
    "guichet",
)
TAILLE_MAXIMALE = 64 * 1024 * 1024  # octets : quatre fichiers de 15 Mo et le formulaire
COMPRESSION = {"COMPRESS_ALGORITHM": ["br", "gzip"], "COMPRESS_BR_LEVEL": 4, "COMPRESS_MIN_SIZE": 300}


class Numero(IntegerConverter):
    """Le numéro d'une ligne, dans une adresse. Plus grand, la base ne saurait pas le lire : 404."""

    def __init__(self, carte: Map) -> None:
        super().__init__(carte, max=2**31 - 1)


class Compression(Compress):
    """Flask-Compress ne comprime que les 2xx ; nos pages d'erreur rendent tout le formulaire."""

    def after_request(self, response: Response | None) -> Response:
        if response is not None and "sans_corps" in g:
            return response
        if response is None:
            return super().after_request(response)
        statut = response.status_code
        if 400 <= statut < 500:
            response.status_code = 200
        response = super().after_request(response)
        if 400 <= statut < 500:
            response.status_code = statut
        return response


def moteur(config: Config) -> dict[str, object]:
    """Une connexion par fil d'ordinaire, une seconde quand une page écrit à part (freins, dernière activité).

    Deux de plus restent ouvertes : sur SQLite, celles qui écrivent ne servent pas à lire (reservoir.py).
    """
    # PostgreSQL redémarré ferme des connexions gardées ouvertes : en reprendre une la vérifie, et la rouvre.
    sqlite = config.base.startswith("sqlite:")
    reservoir: dict[str, object] = {"poolclass": ReservoirParRole} if sqlite else {"pool_pre_ping": True}
    return {
        **reservoir,
        "url": config.base,
        "pool_size": config.fils + 2,
        "max_overflow": config.fils,
        "pool_timeout": 10,
        "hide_parameters": True,  # une erreur de la base ne recopie pas les réponses de la personne dans le journal
    }


def assembler(app: Flask, config: Config, reglages: dict[str, object]) -> None:
    import_module("portail.modeles")  # toutes les tables, avant la première requête
    app.config.update(
        SECRET_KEY=config.cle_secrete,
        SQLALCHEMY_ENGINES={"default": moteur(config)},
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # remplacé par le contrôle de Sec-Fetch-Site et d'Origin (provenance.py)
        MAX_CONTENT_LENGTH=TAILLE_MAXIMALE,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
        TRUSTED_HOSTS=[config.hote.split(":")[0]],
        **COMPRESSION,
    )
    app.config.update(reglages)
    app.url_map.converters["int"] = Numero
    requete.installer(app)
    app.extensions["portail"] = config
    app.extensions["coffre"] = Coffre(config.cles_chiffrement, config.cles_empreinte)
    app.extensions["franceconnect"] = Fournisseur(config.franceconnect) if config.franceconnect else None
    app.extensions["antivirus"] = config.antivirus
    coffre = app.extensions["coffre"]
    app.extensions["stockage"] = (
        StockageS3(config.s3, coffre) if config.s3 else StockageLocal(config.dossier / "pieces", coffre)
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    installer_la_base(app)

    from portail.compte import sessions
    from portail.conservation import numeros
    from portail.demande import fige

    Compression(app)
    sessions.installer(app)
    fige.installer()
    numeros.installer()
    entetes.installer(app)
    provenance.installer(app)
    surete.installer(app)
    droits.installer(app)
    debit.installer(app)
    CSRFProtect(app)
    compteur.installer(app)
    erreurs.installer(app)
    gabarits.installer(app)
    for nom in BLUEPRINTS:
        import_module(f"portail.{nom}.routes")  # les vues s'inscrivent sur le blueprint de leur paquet
        app.register_blueprint(import_module(f"portail.{nom}").bp)
    if config.proxys:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxys, x_proto=config.proxys)  # type: ignore[method-assign]
    statiques.installer(app, config.dossier)
