"""« Je crée un compte », puis la confirmation de l'adresse mail."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte import bp, inscription, mots_de_passe
from portail.compte.formulaires import ConnexionForm, InscriptionForm
from portail.compte.routes.connexion import page_connexion
from portail.db import db
from portail.droits import Droit, droit
from portail.franceconnect.lien import IdentiteDejaReliee
from portail.horloge import aujourd_hui
from portail.htmx import rendre
from portail.regles import nir as regles_nir
from portail.surete import Fait, noter


@bp.get("/creer")
@droit(Droit.ANONYME)
def creer() -> Response:
    return _formulaire(InscriptionForm(None, aujourd_hui(), sans_nir=False), sans_nir=False)


@bp.post("/creer")
@droit(Droit.ANONYME)
def creer_envoyer() -> ReponseBrute:
    sans_nir = "sans_nir" in request.form
    formulaire = InscriptionForm(request.form, aujourd_hui(), sans_nir=sans_nir)
    if not formulaire.validate():
        return _formulaire(formulaire, sans_nir=sans_nir, statut=422)
    try:
        freins.essayer(freins.INSCRIPTION_PAR_RESEAU, freins.reseau())
    except freins.TropDEssais as trop:
        formulaire.mot_de_passe.errors = [str(trop)]  # les mots de passe sont à réécrire de toute façon
        return trop.annoncer(_formulaire(formulaire, sans_nir=sans_nir, statut=429))
    hache = mots_de_passe.hacher(formulaire.mot_de_passe.data)
    reponses = {nom: champ.data for nom, champ in formulaire._fields.items()}
    for hors_compte in ("mot_de_passe", "confirmation"):
        del reponses[hors_compte]
    inscription.inscrire(db.session, adresse=reponses.pop("courriel"), mot_de_passe_hache=hache, **reponses)
    db.session.commit()
    noter(Fait.INSCRIPTION)
    return redirect(url_for(".inscription_envoyee", verifier="nir" if nir_a_verifier(formulaire) else None), 303)


def nir_a_verifier(formulaire: InscriptionForm) -> bool:
    """Le numéro ne va pas avec la naissance : à relire, sans rien empêcher."""
    naissance, lieu = formulaire.date_naissance.data, formulaire.lieu_naissance.data
    return bool(formulaire.nir.data and regles_nir.ecarts(formulaire.nir.data, naissance=naissance, lieu=lieu))


def _formulaire(formulaire: InscriptionForm, *, sans_nir: bool, statut: int = 200) -> Response:
    return rendre(
        "compte/creer.html", titre="Je crée un compte", statut=statut, formulaire=formulaire, sans_nir=sans_nir
    )


@bp.get("/inscription-envoyee")
@droit(Droit.ANONYME)
def inscription_envoyee() -> Response:
    return rendre(
        "compte/inscription_envoyee.html",
        titre="Ouvrez votre boîte mail",
        nir_a_verifier=request.args.get("verifier") == "nir",
    )


@bp.get("/confirmer/<jeton>")
@droit(Droit.PUBLIC)
def confirmer(jeton: str) -> Response:
    return rendre("compte/confirmer.html", titre="Confirmer mon adresse mail", perime=False)


@bp.post("/confirmer/<jeton>")
@droit(Droit.PUBLIC)
def confirmer_envoyer(jeton: str) -> ReponseBrute:
    try:
        compte = inscription.confirmer(db.session, jeton)
    except inscription.AdresseDejaConfirmee:
        return redirect(url_for(".connexion", motif="deja-confirmee"), 303)
    except IdentiteDejaReliee:
        return redirect(url_for("franceconnect.arret", cas="deja-relie"), 303)
    if compte is None:
        return rendre("compte/confirmer.html", titre="Ce lien ne fonctionne plus", perime=True, statut=410)
    db.session.commit()
    noter(Fait.ADRESSE_CONFIRMEE, compte.id)
    if current_user.is_authenticated:  # dans ce navigateur, un autre compte est déjà ouvert
        return redirect(url_for(".connexion", motif="confirmee"), 303)
    # Sans redirection : l'adresse se lit dans la page rendue, et n'est ni dans une URL, ni gardée par le navigateur.
    return page_connexion(ConnexionForm(None, compte.courriel), motif="confirmee")
