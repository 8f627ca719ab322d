"""« Mon compte » : mes informations, mes appareils connectés, changer mon mot de passe."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins, nir
from portail.cles_acces import ceremonie
from portail.compte import bp, inscription, mots_de_passe, sessions
from portail.compte.acces import compte_courant
from portail.compte.formulaires import ChangerMotDePasseForm
from portail.db import db
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.referentiels import recherche
from portail.regles.calendrier import date_en_lettres
from portail.surete import Fait, noter

FAITS = {
    "mot-de-passe": "Votre mot de passe est changé. Vos autres appareils sont déconnectés.",
    "adresse": "Nous avons écrit à votre nouvelle adresse : ouvrez le lien reçu pour la confirmer. "
    "L’adresse actuelle sert jusque-là ; elle est prévenue aussi.",
    "appareil": "Cet appareil est déconnecté.",
    "appareils": "Vos autres appareils sont déconnectés.",
}


@bp.get("")
@droit(Droit.COMPTE)
def mon_compte() -> Response:
    return rendre(
        "compte/mon_compte.html",
        titre="Mon compte",
        informations=_informations(),
        cles_possibles=ceremonie.possible(),
        appareils=sessions.appareils(db.session, current_user.id),
        fait=FAITS.get(request.args.get("fait", ""), ""),
    )


def _informations() -> list[tuple[str, str]]:
    """Ce que le compte sait de la personne, prêt à lire."""
    lieu = recherche.lieu(current_user.lieu_naissance)
    lignes = [
        ("Adresse mail", current_user.courriel),
        ("Nom de naissance", current_user.nom_naissance),
        ("Nom d’usage", current_user.nom_usage or ""),
        ("Prénom(s)", current_user.prenoms),
        ("Date de naissance", date_en_lettres(current_user.date_naissance)),
        ("Lieu de naissance", lieu.libelle if lieu else ""),
        ("Numéro de sécurité sociale", nir.masquer(current_user.nir) if current_user.nir else "pas encore indiqué"),
    ]
    return [(question, reponse) for question, reponse in lignes if reponse]


@bp.post("/appareils/<int:session_id>/deconnecter")
@droit(Droit.COMPTE)
def deconnecter_appareil(session_id: int) -> ReponseBrute:
    sessions.fermer_une(db.session, current_user.id, session_id)
    db.session.commit()
    noter(Fait.APPAREIL_DECONNECTE, current_user.id)
    return redirect(url_for(".mon_compte", fait="appareil"), 303)


@bp.post("/appareils/deconnecter")
@droit(Droit.COMPTE)
def deconnecter_les_autres() -> ReponseBrute:
    sessions.fermer_toutes(db.session, current_user.id, sauf_courante=True)
    db.session.commit()
    noter(Fait.APPAREIL_DECONNECTE, current_user.id)
    return redirect(url_for(".mon_compte", fait="appareils"), 303)


@bp.get("/mot-de-passe")
@droit(Droit.COMPTE)
def changer() -> Response:
    return _changer(ChangerMotDePasseForm(None, []))


@bp.post("/mot-de-passe")
@droit(Droit.COMPTE)
def changer_envoyer() -> ReponseBrute:
    formulaire = ChangerMotDePasseForm(request.form, inscription.contexte_du_mot_de_passe(current_user))
    if not formulaire.validate():
        return _changer(formulaire, statut=422)
    try:
        freins.essayer(freins.CHANGEMENT_PAR_COMPTE, str(current_user.id))
    except freins.TropDEssais as trop:
        formulaire.actuel.errors = [str(trop)]
        return trop.annoncer(_changer(formulaire, statut=429))
    if not mots_de_passe.verifier(current_user.mot_de_passe, formulaire.actuel.data):
        noter(Fait.MOT_DE_PASSE_ACTUEL_FAUX, current_user.id)
        formulaire.actuel.errors = ["Ce n’est pas votre mot de passe actuel."]
        return _changer(formulaire, statut=422)
    hache = mots_de_passe.hacher(formulaire.mot_de_passe.data)
    inscription.changer_le_mot_de_passe(db.session, compte_courant(db.session), hache, garder_la_session=True)
    db.session.commit()
    noter(Fait.MOT_DE_PASSE_CHANGE, current_user.id)
    return redirect(url_for(".mon_compte", fait="mot-de-passe"), 303)


def _changer(formulaire: ChangerMotDePasseForm, statut: int = 200) -> Response:
    return rendre(
        "compte/changer_mot_de_passe.html",
        titre="Changer mon mot de passe",
        formulaire=formulaire,
        a_un_mot_de_passe=current_user.mot_de_passe is not None,
        statut=statut,
    )
