"""« Écrire un mail » : ouvert à tous, sans compte ni fil à suivre."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins, idempotence
from portail.assistance import bp, mail
from portail.assistance.formulaires import MailForm
from portail.db import db
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.referentiels import recherche

PERSONNE = (
    "Sur ce site, personne ne répond par mail pour cette commune. Appelez, ou cherchez le guichet à la page "
    "«\u00a0Guichets\u00a0»."
)


@bp.get("/aide/mail", endpoint="mail")
@droit(Droit.PUBLIC)
def ouvrir() -> Response:
    if not current_user.is_authenticated:
        return _page(MailForm(None))
    nom = f"{current_user.prenoms} {current_user.nom_usage or current_user.nom_naissance}"
    return _page(MailForm(None, data={"nom": nom, "courriel": current_user.courriel}))


@bp.post("/aide/mail")
@droit(Droit.PUBLIC)
def mail_envoyer() -> ReponseBrute:
    formulaire = MailForm(request.form)
    lieu = recherche.lieu(str(formulaire.commune.data)) if formulaire.validate() else None
    if lieu is None:
        return _page(formulaire, 422)
    adresse = formulaire.courriel.data
    try:
        freins.essayer(freins.MAIL_PAR_RESEAU, freins.reseau())
        freins.essayer(freins.MAIL_PAR_ADRESSE, adresse)
    except freins.TropDEssais as trop:
        formulaire.texte.errors = [str(trop)]
        return trop.annoncer(_page(formulaire, 429))
    a_qui = mail.destinataire(db.session, lieu.code)
    if a_qui is None:
        formulaire.commune.errors = [PERSONNE]
        return _page(formulaire, 422)
    prouvee = current_user.is_authenticated and current_user.courriel == adresse
    question = mail.Question(lieu, formulaire.nom.data or "", adresse, formulaire.texte.data, prouvee)
    mail.envoyer(db.session, request.form.get("cle", "")[:36], question, a_qui)
    db.session.commit()
    return redirect(url_for(".mail_envoye"), 303)


@bp.get("/aide/mail/envoye")
@droit(Droit.PUBLIC)
def mail_envoye() -> Response:
    return rendre("assistance/mail_envoye.html", titre="Votre message est envoyé")


def _page(formulaire: MailForm, statut: int = 200) -> Response:
    cle = request.form.get("cle") or idempotence.nouvelle_cle()
    return rendre("assistance/mail.html", titre="Écrire un mail", formulaire=formulaire, cle=cle, statut=statut)
