"""Le portail grand public de la demande de logement social."""

from __future__ import annotations

from flask import Flask

from portail.config import RACINE, Config


def create_app(config: Config, **reglages: object) -> Flask:
    """Une application prête à servir. `reglages` complète `app.config` (tests : HORLOGE, moteur partagé)."""
    from portail import assemblage, gabarits

    app = Flask(
        "portail", template_folder=str(RACINE / "templates"), static_folder=None, instance_path=str(config.dossier)
    )
    app.jinja_environment = gabarits.Environnement
    assemblage.assembler(app, config, reglages)
    return app
