"""« Tchat » : choisir de quoi l'on parle, poser sa première question, suivre un fil ouvert avant toute demande.

Seules les personnes connectées écrivent : le guichet sait à qui il répond, la réponse ne se lit que dans un compte, et
le frein a quelqu'un à freiner. Les autres ont le mail (`mail.py`), le téléphone et les guichets.
"""

from __future__ import annotations

from flask import Response, redirect, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import idempotence
from portail.assistance import acces, bp, fils, vue_fil
from portail.assistance.accueil import est_couvert
from portail.assistance.formulaires import QuestionForm
from portail.assistance.modeles import Fil
from portail.compte.acces import compte_courant
from portail.db import db
from portail.demande import acces as acces_demande
from portail.demande.creation import demande_active
from portail.demande.tableau import cartes
from portail.droits import Droit, droit
from portail.guichet.affectation import guichet_pour
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre
from portail.referentiels import recherche
from portail.referentiels.parametres import hors_sne, parametre
from portail.regles.territoire import nom_territoire, territoire
from portail.sondage import sondage

TITRE = "Écrire à un guichet"
AILLEURS = "Aucun guichet de ce site ne s’occupe de cette commune. Cherchez le vôtre à la page «\u00a0Guichets\u00a0»."


@bp.get("/aide/tchat")
@droit(Droit.PUBLIC)
def tchat() -> Response:
    if not current_user.is_authenticated:
        return rendre("assistance/tchat_ferme.html", titre=TITRE)
    return _choisir(QuestionForm(None))


def _choisir(formulaire: QuestionForm, statut: int = 200) -> Response:
    demandes = acces_demande.demandes(db.session)
    return rendre(
        "assistance/tchat.html",
        titre=TITRE,
        formulaire=formulaire,
        cartes=cartes(demandes, aujourd_hui(), fils.non_lus(db.session, [d.id for d in demandes])),
        fils=[(fil, nom_territoire(fil.territoire)) for fil in acces.fils_sans_demande(db.session)],
        garde=parametre("QUESTION_SANS_DEMANDE_MOIS", aujourd_hui()),
        cle=request.form.get("cle") or idempotence.nouvelle_cle(),
        statut=statut,
    )


@bp.post("/aide/tchat")
@droit(Droit.COMPTE)
def tchat_envoyer() -> ReponseBrute:
    """La première question. Une demande est déjà en cours dans ce territoire : la question rejoint son fil."""
    vue_fil.freiner()
    formulaire = QuestionForm(request.form)
    if not formulaire.validate():
        return _choisir(formulaire, 422)
    lieu = recherche.lieu(str(formulaire.commune.data))
    code = territoire(lieu.code_departement) if lieu and not hors_sne(lieu.code_departement) else ""
    if lieu is None or not est_couvert(db.session, code):
        formulaire.commune.errors = [AILLEURS]
        return _choisir(formulaire, 422)
    instant = maintenant()
    demande = demande_active(db.session, current_user.id, code)
    guichet_id = demande.guichet_id if demande else None
    guichet_id = guichet_id or guichet_pour(db.session, code, lieu.code)
    fil = fils.ouvrir(db.session, compte_courant(db.session).id, code, demande, guichet_id, instant)
    fils.ajouter(db.session, fil, formulaire.texte.data, request.form.get("cle", ""), instant)
    db.session.commit()
    return redirect(f"{fil.adresse}#ecrire", 303)


@bp.get("/aide/tchat/<int:fil_id>", endpoint="fil")
@droit(Droit.COMPTE)
def lire(fil_id: int) -> ReponseBrute:
    fil = acces.fil(db.session, fil_id)
    return redirect(fil.adresse, 303) if fil.demande_id else vue_fil.montrer(fil, fil.adresse)


@bp.post("/aide/tchat/<int:fil_id>")
@droit(Droit.COMPTE)
def fil_envoyer(fil_id: int) -> ReponseBrute:
    vue_fil.freiner()

    def verrouille() -> Fil:
        return acces.fil(db.session, fil_id, verrou=True)

    return vue_fil.envoyer(verrouille, f"/aide/tchat/{fil_id}", None, None)


@bp.get("/aide/tchat/<int:fil_id>/suite", endpoint="suite")
@droit(Droit.PUBLIC)
@sondage
def sonder(fil_id: int) -> ReponseBrute:
    """Public : une session finie s'y dit sans quitter la page. Le fil, lui, n'est rendu qu'à qui il appartient."""
    return vue_fil.sonder(fil_id)


@bp.post("/aide/tchat/<int:fil_id>/lus")
@droit(Droit.COMPTE)
def fil_lu(fil_id: int) -> ReponseBrute:
    fil = acces.fil(db.session, fil_id, verrou=True)
    fils.noter_la_lecture(db.session, fil, maintenant(), par_la_personne=True)
    db.session.commit()
    return redirect(fil.adresse, 303)
