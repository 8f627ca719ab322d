"""Envoyer la personne chez le fournisseur : pour entrer, puis pour y fermer sa session."""

from __future__ import annotations

from flask import current_app, redirect, url_for
from werkzeug import Response

from portail import freins
from portail.courriel import config_url
from portail.db import ecriture, lecture
from portail.franceconnect import passage, protocole
from portail.franceconnect.arret import Arret
from portail.franceconnect.fournisseur import fournisseur
from portail.franceconnect.modeles import UsagePassage
from portail.franceconnect.transport import Injoignable
from portail.guichet.sessions import agent_dans_ce_navigateur


def partir(usage: UsagePassage, *, suite: str = "", partage: bool = False, compte_id: int | None = None) -> Response:
    """La redirection vers le fournisseur, l'aller noté. Lève `Arret` (panne, agent) ou `TropDEssais`."""
    freins.essayer(freins.FRANCECONNECT_PAR_RESEAU, freins.reseau())
    with lecture() as base:
        if agent_dans_ce_navigateur(base):
            raise Arret("agent")
    source = fournisseur()
    assert source is not None, "le contrôle du blueprint l’assure"
    prives = protocole.nouveaux_secrets()
    try:
        adresse = protocole.adresse_de_depart(source, prives, adresse_de_retour())
    except Injoignable as panne:
        current_app.logger.warning("FranceConnect injoignable : %s", panne)
        raise Arret("panne") from None
    with ecriture() as base:
        passage.commencer(base, prives, usage, suite=suite, partage=partage, compte_id=compte_id)
    return redirect(adresse, 303)


def adresse_de_retour() -> str:
    """Déclarée d'avance au fournisseur : toujours l'adresse publique du site, jamais l'en-tête Host."""
    return f"{config_url()}{url_for('franceconnect.retour')}"


def adresse_de_fin(jeton: str) -> str:
    """Où fermer la session chez le fournisseur ; "" sans `jeton`, ou si le fournisseur ne le permet pas."""
    source = fournisseur()
    if source is None or not jeton:
        return ""
    return protocole.adresse_de_fin(source, jeton, f"{config_url()}{url_for('franceconnect.deconnecte')}")
