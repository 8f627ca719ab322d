"""« Échanges de fichiers » : recevoir des évènements d'un bailleur, donner des demandes et des évènements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, Response, current_app, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from portail.champs.nombres import en_milliers
from portail.db import db
from portail.demande.catalogue_evenements import liste
from portail.droits import Droit, droit
from portail.guichet import acces, bp
from portail.guichet.echanges import application, demandes, dictionnaire, export, transport
from portail.guichet.echanges.application import CompteRendu
from portail.guichet.echanges.cellules import en_csv
from portail.guichet.echanges.controle import GENRES
from portail.guichet.echanges.forme import COLONNES, LIGNES_MAX, OBLIGATOIRES, TAILLE_MAX, TYPES, FichierRefuse
from portail.guichet.echanges.lecture import lire
from portail.guichet.formulaires_echanges import ExportForm, Forme, Quoi
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, RoleAgent
from portail.horloge import maintenant
from portail.htmx import rendre

SANS_FICHIER = "Choisissez d’abord un fichier sur votre ordinateur."


@bp.get("/echanges")
@droit(Droit.AGENT_INSTRUCTEUR)
def echanges() -> Response:
    return _page()


def _page(*, phrase: str = "", formulaire: ExportForm | None = None, statut: int = 200) -> Response:
    propose = MultiDict({"quoi": "demandes", "forme": "csv", "lesquelles": "les-notres", "avec_radiees": "non"})
    return rendre(
        "guichet/echanges.html",
        titre="Échanges de fichiers",
        phrase=phrase,
        formulaire=formulaire or ExportForm(propose),
        exporte=current_user.peut(RoleAgent.RESPONSABLE),
        lignes_max=en_milliers(LIGNES_MAX),
        taille_max=TAILLE_MAX,
        statut=statut,
    )


@bp.post("/echanges/evenements")
@droit(Droit.AGENT_INSTRUCTEUR)
def echanges_recevoir() -> Response:
    """Un fichier choisi s'essaie ; le fichier essayé (« contenu ») s'applique."""
    depose = request.files.get("fichier")
    try:
        if "contenu" in request.form:
            octets = transport.rapporter(request.form["contenu"])
        elif depose is None or not depose.filename:
            raise FichierRefuse(SANS_FICHIER)
        else:
            octets = depose.stream.read(TAILLE_MAX + 1)
        entrees = lire(octets)
    except FichierRefuse as refus:
        return _page(phrase=str(refus), statut=422)
    if "contenu" in request.form:
        rendu = application.appliquer(db.session, acces.soi(db.session, current_user), entrees, maintenant())
    else:
        rendu = application.essayer(current_user, entrees, maintenant())
    return _compte_rendu(rendu, octets)


def _compte_rendu(rendu: CompteRendu, octets: bytes) -> Response:
    return rendre(
        "guichet/compte_rendu.html",
        titre="Fichier appliqué" if rendu.applique else "Essai du fichier",
        rendu=rendu,
        contenu=transport.emporter(octets) if rendu.prets and not rendu.refuses else "",
        statut=422 if rendu.refuses else 200,
    )


@bp.post("/echanges/exporter")
@droit(Droit.AGENT_RESPONSABLE)
def echanges_exporter() -> Response:
    formulaire = ExportForm(request.form)
    if not formulaire.validate():
        return _page(formulaire=formulaire, statut=422)
    agent, filtre, raison = current_user._get_current_object(), formulaire.filtre, formulaire.raison.data
    inscrire(db.session, ActeJournal.EXPORT, agent=agent, objet=str(filtre), raison=raison)
    db.session.commit()
    forme, quoi = formulaire.forme.data, formulaire.quoi.data
    source: Any = demandes if quoi is Quoi.DEMANDES else export
    ecrire = source.en_tableau if forme is Forme.CSV else source.en_json
    instant = maintenant()
    return _fichier(ecrire(agent, filtre, raison, instant), f"{quoi.code}-{instant:%Y%m%d}.{forme.code}", forme.code)


@bp.get("/echanges/colonnes.csv")
@droit(Droit.AGENT_INSTRUCTEUR, fichier=True)
def echanges_colonnes() -> Response:
    """Toutes les colonnes et tous les codes des fichiers échangés."""
    return _fichier(dictionnaire.en_tableau(), "colonnes.csv", "csv")


@bp.get("/echanges/modele.csv")
@droit(Droit.AGENT_INSTRUCTEUR, fichier=True)
def echanges_modele() -> Response:
    """Un fichier d'évènements vide : sa première ligne."""
    return _fichier(en_csv(COLONNES, []), "evenements.csv", "csv")


@bp.get("/echanges/aide")
@droit(Droit.AGENT_INSTRUCTEUR)
def echanges_aide() -> Response:
    return rendre(
        "guichet/echanges_aide.html",
        titre="Préparer un fichier d’évènements",
        genres=[(genre, liste(genre.fiche.liste)) for genre in GENRES.values()],
        obligatoires=OBLIGATOIRES,
        lignes_max=en_milliers(LIGNES_MAX),
        taille_max=TAILLE_MAX,
    )


def _fichier(morceaux: Iterable[str], nom: str, forme: str) -> Response:
    """Un fichier à télécharger, donné au fur et à mesure."""
    application_flask = current_app._get_current_object()  # type: ignore[attr-defined]
    reponse = Response(_au_fur_et_a_mesure(application_flask, iter(morceaux)), content_type=TYPES[forme])
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


def _au_fur_et_a_mesure(app: Flask, morceaux: Iterator[str]) -> Iterator[str]:
    """Le contexte de l'application ne s'ouvre que le temps de composer un morceau : rien n'est tenu pendant l'envoi."""
    while True:
        with app.app_context():
            morceau = next(morceaux, None)
        if morceau is None:
            return
        yield morceau
