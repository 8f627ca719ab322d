"""« Appeler ou écrire » : les personnes que le courriel n'atteint pas. Leur écrire en lot, noter que c'est fait."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.datastructures import MultiDict

from portail.db import db, lecture
from portail.demande.actions import lire_numero
from portail.documents.matiere import nom_du_portail
from portail.droits import Droit, droit
from portail.guichet import acces, bp, lettres
from portail.guichet import injoignables as liste
from portail.guichet.formulaires_lettres import LettresForm
from portail.horloge import a_paris, aujourd_hui, maintenant
from portail.htmx import rediriger, rendre
from portail.requete import numero

PERSONNE = "Cochez d’abord au moins une personne."
SANS_ADRESSE = "Aucune des personnes cochées n’a d’adresse postale\u00a0: appelez-les."


@bp.get("/appeler-ou-ecrire")
@droit(Droit.AGENT_ACCUEIL)
def injoignables() -> Response:
    return _page(LettresForm(MultiDict({"lettre": "selon"}), aujourd_hui()), request.args.get("fait", 0, type=numero))


def _page(formulaire: LettresForm, fait: int = 0, *, phrase: str = "", statut: int = 200) -> Response:
    with lecture() as session:
        page = liste.lire(session, current_user, request.args.get("apres", 0, type=numero))
    cochees = _cochees() if request.method == "POST" else None
    return rendre(
        "guichet/injoignables.html",
        titre="Appeler ou écrire",
        page=page,
        personnes=[
            (personne, lettres.adresse_postale(personne.coordonnees), cochees is None or personne.demande.id in cochees)
            for personne in page.personnes
        ],
        formulaire=formulaire,
        fait=fait,
        phrase=phrase,
        statut=statut,
    )


@bp.post("/appeler-ou-ecrire")
@droit(Droit.AGENT_ACCUEIL)
def injoignables_noter() -> ReponseBrute:
    """Noter que les personnes cochées sont prévenues : toutes le sont d'avance, leur liste se relit d'abord."""
    if request.form.get("relu") != "oui":
        with lecture() as session:
            personnes = liste.parmi(session, current_user, _cochees())
        if personnes:
            return rendre("guichet/prevenues.html", titre="Noter les personnes prévenues", personnes=personnes)
    agent = acces.soi(db.session, current_user)
    nombre = liste.noter(db.session, agent, _cochees(), maintenant())
    db.session.commit()
    if not nombre:
        formulaire = LettresForm(MultiDict({"lettre": "selon"}), aujourd_hui())
        return _page(formulaire, phrase=PERSONNE, statut=422)
    return rediriger(f"/guichet/appeler-ou-ecrire?fait={nombre}")


@bp.post("/appeler-ou-ecrire/lettres.pdf")
@droit(Droit.AGENT_ACCUEIL)
def injoignables_ecrire() -> ReponseBrute:
    """Les lettres des personnes cochées, en un PDF à imprimer."""
    formulaire = LettresForm(request.form, aujourd_hui())
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    instant = maintenant()
    with lecture() as session:
        personnes = liste.parmi(session, current_user, _cochees())
        joignables = [personne for personne in personnes if lettres.adresse_postale(personne.coordonnees)]
        if not joignables:
            return _page(formulaire, phrase=SANS_ADRESSE if personnes else PERSONNE, statut=422)
        courriers = [
            lettres.rediger(personne, current_user.guichet, instant, formulaire.convocation) for personne in joignables
        ]
    liste.noter_les_lettres(db.session, current_user, joignables, formulaire.lettre.data.code)
    db.session.commit()
    from portail.documents.courriers import composer

    octets = composer(courriers, nom_du_portail(), a_paris(instant))
    reponse = Response(octets, mimetype="application/pdf")
    reponse.headers["Content-Disposition"] = f'attachment; filename="lettres-{a_paris(instant):%Y%m%d}.pdf"'
    return reponse


def _cochees() -> set[int]:
    """Les demandes cochées sur la page."""
    return {lire_numero(numero) for numero in request.form.getlist("demande")} - {0}
