"""« Questions reçues » : la file, un fil, la réponse."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from portail import idempotence
from portail.assistance import fils, vue_fil
from portail.assistance.modeles import Fil
from portail.assistance.reponses_types import reponses_types
from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import acces, bp, questions
from portail.guichet.formulaires_questions import ReponseForm
from portail.guichet.questions import FileDeQuestions
from portail.guichet.sessions import second_facteur_donne
from portail.horloge import maintenant
from portail.htmx import est_fragment, rendre
from portail.requete import numero
from portail.sondage import Rythme, est_a_jour, rien_de_neuf, sondage
from portail.typographie import de

FAITS = {
    "collegue": "La question est confiée à la personne choisie, dans votre guichet.",
    "guichet": "La question est confiée à l’autre guichet. Elle reste dans cette liste jusqu’à sa réponse.",
    "classee": "La question est classée sans réponse. Elle est maintenant dans « Répondues ».",
}


@bp.get("/questions", endpoint="questions")
@droit(Droit.AGENT_ACCUEIL)
def file() -> Response:
    connues = {f.code: f for f in FileDeQuestions}
    laquelle = connues.get(request.args.get("file", ""), FileDeQuestions.A_REPONDRE)
    lignes, total = questions.file(db.session, current_user, laquelle)
    return rendre(
        "guichet/questions.html",
        titre="Questions reçues",
        repere=laquelle.libelle,
        files=list(FileDeQuestions),
        laquelle=laquelle,
        lignes=lignes,
        total=total,
        fait=FAITS.get(request.args.get("fait", ""), ""),
    )


@bp.get("/questions/<int:fil_id>")
@droit(Droit.AGENT_ACCUEIL)
def question(fil_id: int) -> Response:
    return _page(questions.a_lire(db.session, current_user, fil_id))


@bp.post("/questions/<int:fil_id>")
@droit(Droit.AGENT_ACCUEIL)
def question_repondre(fil_id: int) -> ReponseBrute:
    """« Insérer » met une réponse toute faite dans la case, rien ne part ; « Envoyer la réponse » répond."""
    fil = questions.pour_agir(db.session, current_user, fil_id)
    if request.form.get("action") == "inserer":
        annonce = "Réponse insérée, à relire." if request.form.get("modele") else "Choisissez d’abord une réponse."
        return _page(fil, formulaire=_inserer(), cle=request.form.get("cle"), blocs=("ecrire",), annonce=annonce)
    formulaire = ReponseForm(request.form)
    if not formulaire.validate():
        alerte = " ".join(champ.erreur for champ in formulaire.en_erreur)
        return _page(
            fil, formulaire=formulaire, cle=request.form.get("cle"), statut=422, blocs=("ecrire",), alerte=alerte
        )
    agent, cle = acces.soi(db.session, current_user), request.form.get("cle", "")
    questions.repondre(db.session, fil, formulaire.texte.data, cle, agent, maintenant())
    db.session.commit()
    if not est_fragment():
        return redirect(f"{url_for('.question', fil_id=fil_id)}#ecrire", 303)
    return _page(fil, blocs=("messages", "ecrire"), annonce="Réponse envoyée.")


def _inserer() -> ReponseForm:
    """Ce qui était déjà écrit reste, la réponse choisie suit."""
    choisie = reponses_types().get(request.form.get("modele", ""))
    morceaux = [request.form.get("texte", "").strip(), choisie.texte if choisie else ""]
    return ReponseForm(MultiDict({"texte": "\n\n".join(filter(None, morceaux)), "modele": ""}))


@bp.get("/questions/<int:fil_id>/suite", endpoint="question_suite")
@droit(Droit.PUBLIC)
@sondage
def sonder(fil_id: int) -> ReponseBrute:
    """Public : une session finie s'y dit sans quitter la page. Le fil n'est rendu qu'à un agent de son territoire."""
    if not (current_user.is_authenticated and second_facteur_donne()):
        return vue_fil.arreter()
    vue = questions.version(db.session, current_user, fil_id)
    if vue is None:
        raise NotFound
    if est_fragment() and est_a_jour(Rythme.de(*vue, maintenant())):
        return rien_de_neuf()
    if not est_fragment():
        return redirect(url_for(".question", fil_id=fil_id), 303)
    fil = questions.deja_ouvert(db.session, current_user, fil_id)
    return _page(fil, blocs=("messages",), annonce=vue_fil.nouveau(fil))


def _page(fil: Fil, *, formulaire: ReponseForm | None = None, cle: str | None = None, **fragments: Any) -> Response:
    avant = request.args.get("avant", type=numero) if request.method == "GET" else None
    nom = questions.nom_de(fil.compte)
    return rendre(
        "guichet/question.html",
        titre=f"Question {de(nom)}",
        fil=fil,
        nom=nom,
        charge=questions.en_charge(db.session, fil),
        lecture=fils.lire(db.session, fil, avant),
        ancien=avant is not None,
        rythme=Rythme.de(fil.version, fil.dernier_le, maintenant()) if avant is None else None,
        formulaire=formulaire or ReponseForm(None),
        cle=cle or idempotence.nouvelle_cle(),
        **fragments,
    )
