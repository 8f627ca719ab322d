"""D'où vient la requête : un autre site n'écrit pas ici à la place d'une personne, et n'y lit rien dans son dos.

Les navigateurs le disent (Sec-Fetch-Site, sinon Origin) ; qui ne dit rien passe, et reste tenu par le jeton des
formulaires et par CORP. Suivre un lien vers une page (courriel, moteur de recherche, retour de FranceConnect) est
toujours permis. Ailleurs qu'en suivant un lien — image, cadre, script, appel de fond —, rien n'est rendu ; et un
fichier à quelqu'un ne s'ouvre pas d'un lien posé sur un autre site, seulement d'ici (ASVS 3.5.8).
"""

from __future__ import annotations

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest, Forbidden

from portail.droits import est_un_fichier
from portail.surete import Fait, noter

METHODES_SURES = {"GET", "HEAD", "OPTIONS"}
D_ICI = {"same-origin", "none"}  # « none » : l'adresse tapée, un favori, un lien d'une autre application


class FichierDemandeDAilleurs(Forbidden):
    """La personne a suivi un lien d'un autre site vers un fichier : une page lui propose de l'ouvrir d'ici."""


def installer(app: Flask) -> None:
    app.before_request(_refuser_les_autres_sites)


def _refuser_les_autres_sites() -> None:
    if request.method in METHODES_SURES:
        _lectures()
    else:
        _ecritures()


def _ecritures() -> None:
    """Une écriture demandée par un autre site est refusée avant même le contrôle du jeton."""
    origine = request.headers.get("Origin")
    connues = {None, "null", request.host_url.rstrip("/"), current_app.extensions["portail"].url}
    if not _vient_d_ici() or origine not in connues:
        noter(Fait.AUTRE_SITE)
        raise BadRequest


def _lectures() -> None:
    if _vient_d_ici():
        return
    if not _suit_un_lien():
        noter(Fait.LECTURE_D_AILLEURS)
        raise Forbidden
    if est_un_fichier(current_app, request.endpoint):
        raise FichierDemandeDAilleurs


def _vient_d_ici() -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") in D_ICI


def _suit_un_lien() -> bool:
    """Un onglet entier change de page : ni un cadre, ni un objet, ni un appel de fond."""
    entetes = request.headers
    return entetes.get("Sec-Fetch-Mode") == "navigate" and entetes.get("Sec-Fetch-Dest", "document") == "document"
