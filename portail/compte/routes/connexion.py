"""Se connecter, se déconnecter, prolonger sa session."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.cles_acces import ceremonie
from portail.compte import bp, codes, entree, mots_de_passe, reprise, sessions
from portail.compte.authentification import authentifier
from portail.compte.entree import adresse_interne
from portail.compte.formulaires import ConnexionForm
from portail.compte.modeles import UsageCode
from portail.db import db
from portail.droits import Droit, droit
from portail.franceconnect import passage
from portail.franceconnect.depart import adresse_de_fin
from portail.htmx import rendre
from portail.surete import Fait, noter

AILLEURS = "https://meteofrance.com/"  # une page que tout le monde ouvre
MOTIFS = {
    "confirmee": "Votre adresse mail est confirmée. Vous pouvez vous connecter.",
    "deja-confirmee": "Cette adresse mail a déjà un compte. Connectez-vous, ou choisissez un nouveau mot de passe.",
    "mot-de-passe": "Votre nouveau mot de passe est enregistré. Vous pouvez vous connecter.",
    "reliee": "FranceConnect est relié à votre compte. Vous pouvez entrer par FranceConnect.",
    "adresse": "Votre nouvelle adresse mail est confirmée. Elle sert maintenant d’identifiant.",
    "adresse-au-guichet": "Votre nouvelle adresse est confirmée. Un autre courriel y part\u00a0: son lien sert à "
    "choisir votre mot de passe.",
    "deconnecte": "Vous êtes déconnecté(e).",
    "expiree": "Par sécurité, votre session s’est fermée. Reconnectez-vous : ce que vous aviez écrit vous attend.",
    "fichier": "Par sécurité, votre session s’est fermée. Reconnectez-vous, puis choisissez de nouveau votre fichier.",
    "fermee": "Par sécurité, votre session s’est fermée. Reconnectez-vous pour continuer.",
    "code": "Ce code ne vaut plus rien. Connectez-vous de nouveau : un autre partira.",
    "connexion": "Connectez-vous pour continuer.",
}
REFUS = (
    "L’adresse mail ou le mot de passe n’est pas le bon. Vérifiez l’adresse, ou demandez un nouveau mot de passe. "
    "Pensez aussi à confirmer votre adresse : le lien est dans le courriel d’inscription."
)


@bp.get("/connexion")
@droit(Droit.ANONYME)
def connexion() -> Response:
    return page_connexion(ConnexionForm(None), suite=request.args.get("suite", ""), motif=request.args.get("motif", ""))


@bp.post("/connexion")
@droit(Droit.ANONYME)
def connexion_envoyer() -> ReponseBrute:
    formulaire = ConnexionForm(request.form)
    suite = request.form.get("suite", "")
    if not formulaire.validate():
        return page_connexion(formulaire, suite=suite, statut=422)
    try:
        compte = authentifier(formulaire.courriel.data, formulaire.mot_de_passe.data)
    except freins.TropDEssais as trop:
        formulaire.mot_de_passe.errors = [str(trop)]
        return trop.annoncer(page_connexion(formulaire, suite=suite, statut=429))
    # Les paramètres d'Argon2 ont changé depuis ? Recalculé avant de prendre le verrou.
    neuf = None
    if compte is not None and compte.mot_de_passe and mots_de_passe.a_rafraichir(compte.mot_de_passe):
        neuf = mots_de_passe.hacher(formulaire.mot_de_passe.data)
    compte = entree.encore_ouvert(db.session, compte) if compte is not None else None
    if compte is None:
        noter(Fait.CONNEXION_REFUSEE)
        formulaire.mot_de_passe.errors = [REFUS]
        return page_connexion(formulaire, suite=suite, statut=422)
    compte.mot_de_passe = neuf or compte.mot_de_passe
    suite, partage = adresse_interne(suite), "partage" in request.form
    if not entree.appareil_connu(db.session, compte):
        codes.envoyer(db.session, compte, UsageCode.APPAREIL, suite=suite, partage=partage)
        db.session.commit()
        noter(Fait.APPAREIL_INCONNU, compte.id)
        return redirect(url_for(".code"), 303)
    suite = entree.entrer(db.session, compte, partagee=partage, suite=suite)
    db.session.commit()
    noter(Fait.CONNEXION, compte.id)
    return redirect(suite, 303)


def page_connexion(
    formulaire: ConnexionForm, *, suite: str = "", motif: str = "", refus: str = "", statut: int = 200
) -> Response:
    """`refus` : ce qui n'a pas convenu hors du formulaire, une clé d'accès par exemple."""
    return rendre(
        "compte/connexion.html",
        titre="J’ai déjà un compte, je me connecte",
        statut=statut,
        formulaire=formulaire,
        suite=adresse_interne(suite),
        message=MOTIFS.get(motif, ""),
        refus=refus,
        par_cle=ceremonie.possible(),
        partage="partage" in request.form,
    )


@bp.get("/reprise")
@droit(Droit.COMPTE)
def reprendre() -> ReponseBrute:
    """Après la reconnexion : l'envoi que la session morte a interrompu, à refaire d'un bouton."""
    gardee = reprise.derniere(db.session)
    if gardee is None:
        return redirect(url_for("demande.tableau"), 303)
    chemin, saisie = gardee
    return rendre(
        "compte/reprise.html",
        titre="Votre envoi est gardé",
        chemin=chemin,
        saisie=list(saisie.items(multi=True)),
    )


@bp.post("/deconnexion")
@droit(Droit.PUBLIC)
def deconnexion() -> ReponseBrute:
    """Même si la session est déjà morte : sur un ordinateur partagé, le navigateur doit être nettoyé."""
    qui = current_user.id if current_user.is_authenticated else None
    jeton = passage.jeton_de_fin(db.session)
    sessions.fermer(db.session)
    db.session.commit()
    noter(Fait.DECONNEXION, qui)
    reponse = redirect(adresse_de_fin(jeton) or url_for(".connexion", motif="deconnecte"), 303)
    reponse.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reponse


@bp.post("/quitter")
@droit(Droit.PUBLIC)
def quitter() -> Response:
    """« Quitter vite » : la session se ferme, une page anodine prend la place, sans rien dire d'où l'on vient."""
    sessions.fermer(db.session)
    db.session.commit()
    reponse = make_response(render_template("compte/quitter.html", ailleurs=AILLEURS))
    reponse.headers["Clear-Site-Data"] = '"cache", "storage"'
    reponse.headers["Referrer-Policy"] = "no-referrer"
    return reponse


@bp.post("/prolonger")
@droit(Droit.COMPTE)
def prolonger() -> Response:
    """« Rester connecté(e) » : la requête suffit à dater l'activité."""
    return make_response("", 204)
