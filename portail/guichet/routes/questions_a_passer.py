"""Une question sort de sa file sans réponse : confiée à quelqu'un d'autre, ou classée."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.assistance.modeles import Fil
from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import acces, bp, questions
from portail.guichet.formulaires_questions import ConfierForm
from portail.horloge import maintenant
from portail.htmx import rendre


@bp.get("/questions/<int:fil_id>/confier")
@droit(Droit.AGENT_ACCUEIL)
def question_confier(fil_id: int) -> Response:
    fil = questions.a_lire(db.session, current_user, fil_id)
    return _page_confier(fil, ConfierForm(None, questions.a_qui_confier(db.session, current_user, fil)))


@bp.post("/questions/<int:fil_id>/confier")
@droit(Droit.AGENT_ACCUEIL)
def question_confier_envoyer(fil_id: int) -> ReponseBrute:
    fil = questions.pour_agir(db.session, current_user, fil_id)
    formulaire = ConfierForm(request.form, questions.a_qui_confier(db.session, current_user, fil))
    if not formulaire.validate():
        return _page_confier(fil, formulaire, 422)
    a_qui = formulaire.a_qui.data
    questions.confier(db.session, fil, a_qui, acces.soi(db.session, current_user))
    db.session.commit()
    return redirect(url_for(".questions", fait="collegue" if a_qui.startswith("a") else "guichet"), 303)


def _page_confier(fil: Fil, formulaire: ConfierForm, statut: int = 200) -> Response:
    titre = "Confier cette question"
    return rendre("guichet/question_confier.html", titre=titre, fil=fil, formulaire=formulaire, statut=statut)


@bp.post("/questions/<int:fil_id>/classer")
@droit(Droit.AGENT_ACCUEIL)
def question_classer(fil_id: int) -> ReponseBrute:
    fil = questions.pour_agir(db.session, current_user, fil_id)
    questions.sans_reponse(db.session, fil, acces.soi(db.session, current_user), maintenant())
    db.session.commit()
    return redirect(url_for(".questions", fait="classee"), 303)
