"""Rendre un fichier gardé : jamais ouvert comme une page du site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from flask import Response, current_app, make_response, redirect
from werkzeug import Response as ReponseBrute

from portail.pieces import noms
from portail.pieces.controle import FichierRefuse, travailler
from portail.pieces.modeles import Fichier
from portail.pieces.paquets import emballer
from portail.stockage import FichierAbsent, StockageIndisponible, stockage

BAC_A_SABLE = "sandbox; default-src 'none'"
# Le lecteur de PDF du navigateur ne s'ouvre pas dans un bac à sable : ni script, ni lien, ni objet d'ailleurs.
LECTEUR_PDF = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


class Illisible(Exception):
    """Le contenu manque, est altéré, l'antivirus ne l'a pas admis, ou le stockage ne répond pas."""


def remettre(fichier: Fichier, *, a_l_ecran: bool = False) -> Response:
    """Le fichier, à télécharger ; ou à regarder dans le navigateur (`a_l_ecran`), sans rien laisser sur le poste.

    Lève `Illisible`.
    """
    if not fichier.est_ouvrable:
        raise Illisible
    try:
        octets = stockage().lire(fichier.cle)
    except (FichierAbsent, StockageIndisponible) as erreur:
        raise Illisible from erreur
    reponse = make_response(octets)
    reponse.headers["Content-Type"] = fichier.type_mime
    genre = "inline" if a_l_ecran else "attachment"
    reponse.headers["Content-Disposition"] = noms.nom_de_telechargement(fichier.nom, genre=genre)
    est_pdf = a_l_ecran and fichier.type_mime == "application/pdf"
    reponse.headers["Content-Security-Policy"] = LECTEUR_PDF if est_pdf else BAC_A_SABLE
    return reponse


def apercu(fichier: Fichier, travail: str) -> Response:
    """Sa première page, en image, à regarder dans une page du portail. Lève `Illisible`.

    `travail` : « apercu » ou « vignette » (portail/pieces/apercu.py).
    """
    if not fichier.est_ouvrable:
        raise Illisible
    try:
        octets, _ = travailler(stockage().lire(fichier.cle), travail, fichier.nom)
    except (FichierAbsent, StockageIndisponible, FichierRefuse) as erreur:
        raise Illisible from erreur
    reponse = make_response(octets)
    reponse.headers["Content-Type"] = "image/jpeg"
    reponse.headers["Content-Security-Policy"] = BAC_A_SABLE
    return reponse


def feuille() -> ReponseBrute:
    """Une feuille dessinée, pour la page qui ne se montre pas."""
    adresse = cast("Callable[[str], str]", current_app.jinja_env.globals["url_statique"])
    return redirect(adresse("feuille.svg"), 303)


def copie(fichiers: Sequence[Fichier], nom: str, filigrane: str) -> Response:
    """Tous les fichiers d'une pièce en un PDF, à regarder, marqué en travers de chaque page. Lève `Illisible`."""
    if not all(fichier.est_ouvrable for fichier in fichiers):
        raise Illisible
    try:
        paquet = emballer([filigrane.encode(), *(stockage().lire(fichier.cle) for fichier in fichiers)])
        octets, _ = travailler(paquet, "copier", nom)
    except (FichierAbsent, StockageIndisponible, FichierRefuse) as erreur:
        raise Illisible from erreur
    reponse = make_response(octets)
    reponse.headers["Content-Type"] = "application/pdf"
    reponse.headers["Content-Disposition"] = noms.nom_de_telechargement(nom, "pdf", genre="inline")
    reponse.headers["Content-Security-Policy"] = LECTEUR_PDF
    return reponse
