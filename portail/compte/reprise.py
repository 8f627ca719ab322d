"""Une session morte pendant la saisie ne perd rien : l'envoi est gardé, chiffré, puis rendu à la même personne.

Gardé une heure, retrouvé par le cookie qui l'a envoyé, rendu seulement si le compte qui se connecte est celui à qui il
appartient. Rien n'est enregistré en silence : l'étape revient remplie, la personne relit et enregistre ; tout autre
envoi l'attend sous un bouton, à l'adresse /compte/reprise.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app, g, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug import Response
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from portail import freins
from portail.compte.modeles import SaisieSuspendue
from portail.compte.sessions import empreinte_courante, en_cours
from portail.courriel import config_url
from portail.db import ecriture, lecture
from portail.demande.acces import qui_y_ecrit
from portail.horloge import maintenant
from portail.htmx import est_fragment

DUREE = timedelta(hours=1)
SE_REMPLISSENT = {"demande.etape"}
TAILLE_MAXIMALE = 200_000  # caractères : bien plus que la plus longue des étapes
HORS_SAISIE = {
    "csrf_token", "mot_de_passe", "confirmation", "actuel", "code_recu", "code_totp", "code_secours", "cle_reponse",
}  # fmt: skip


def demander_la_connexion() -> Response:
    """La réponse à qui n'est pas (ou plus) connecté : la page de connexion, après avoir gardé sa saisie."""
    suite, motif = None, "fermee" if g.get("session_morte") is not None else "connexion"
    if request.method == "GET":
        suite = request.path
    elif request.method == "POST" and vient_de_chez_nous():
        if garder():
            suite, motif = request.path, "expiree"
        elif any(fichier.filename for fichier in request.files.values()) and se_lit():
            suite, motif = request.path, "fichier"
    adresse = url_for("compte.connexion", suite=suite, motif=motif)
    if est_fragment():
        return Response("", 401, {"HX-Redirect": adresse})
    return redirect(adresse, 303)


def rendre_apres_jeton_perdu() -> Response | None:
    """Le jeton de l'étape ne vaut plus rien, mais la personne est connectée : l'étape revient remplie, jeton neuf.

    None quand la page ne sait pas se remplir ainsi : l'envoi se propose alors tel quel, sous un bouton.
    """
    if not current_user.is_authenticated or not _se_remplit(request.path) or not vient_de_chez_nous():
        return None
    if not garder(current_user.id):
        return None
    adresse = f"{request.path}?reprise=1"
    return Response("", 401, {"HX-Redirect": adresse}) if est_fragment() else redirect(adresse, 303)


def _lecture_de(chemin: str) -> str:
    """Le nom de la page qui se lit à cette adresse, ou une chaîne vide."""
    try:
        return current_app.url_map.bind("").match(chemin, method="GET")[0]
    except HTTPException:
        return ""


def se_lit() -> bool:
    """Une page se lit à l'adresse de cet envoi : on peut y revenir."""
    return bool(_lecture_de(request.path))


def _se_remplit(chemin: str) -> bool:
    """La page de cette adresse sait-elle se montrer avec ce qui avait été écrit ?"""
    return _lecture_de(chemin) in SE_REMPLISSENT


def garder(proprietaire: int | None = None) -> bool:
    """Garde l'envoi, s'il y a de quoi et à qui. Le dernier envoi d'une page remplace le précédent."""
    contenu = {cle: valeurs for cle, valeurs in request.form.lists() if cle not in HORS_SAISIE}
    texte = json.dumps(contenu, ensure_ascii=False)
    proprietaires = [proprietaire] if proprietaire else _proprietaires()
    # Des fichiers ne se gardent pas ici : seule une étape, avec ses réponses, vaut d'être rendue sans eux.
    perdrait_ses_fichiers = request.files and not _se_remplit(request.path)
    if not proprietaires or not contenu or len(texte) > TAILLE_MAXIMALE or perdrait_ses_fichiers:
        return False
    try:
        freins.essayer(
            freins.SAISIE_PAR_RESEAU, freins.reseau()
        )  # qui n'est pas connecté ne doit pas remplir le disque
    except freins.TropDEssais:
        return False
    en_cours().a_poser = True  # le cookie a pu être perdu : c'est lui qui retrouvera la saisie
    empreinte, chemin = empreinte_courante(), request.path[:200]
    ancienne = sa.delete(SaisieSuspendue).where(
        SaisieSuspendue.empreinte == empreinte,
        SaisieSuspendue.compte_id.in_(proprietaires),
        SaisieSuspendue.chemin == chemin,
    )
    with ecriture() as base:
        base.execute(ancienne)
        base.add_all(
            SaisieSuspendue(empreinte=empreinte, compte_id=qui, chemin=chemin, contenu=texte, recue_le=maintenant())
            for qui in proprietaires
        )
    return True


def _proprietaires() -> list[int]:
    """À qui appartient cet envoi : la session morte le dit. Sinon, rien ne dit qui du titulaire ou d'un co-demandeur
    vient d'écrire : il se garde pour chacun, et se rend à celui qui se connecte de ce navigateur."""
    morte = g.get("session_morte")
    if morte is not None:
        return [morte.compte_id]
    demande_id = (request.view_args or {}).get("demande_id")
    if demande_id is None:
        return []
    with lecture() as base:
        return qui_y_ecrit(base, demande_id)


def vient_de_chez_nous() -> bool:
    """Le jeton du formulaire est parti avec le cookie : l'origine annoncée par le navigateur en tient lieu."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or request.headers.get("Origin") in {
        config_url(),
        request.host_url.rstrip("/"),
    }


def empreinte_avant_connexion() -> str:
    return empreinte_courante()


def reprendre(base: Session, empreinte: str, compte_id: int) -> str:
    """Après la connexion : rattache les saisies gardées à la nouvelle session. Rend l'adresse de la dernière, ou ""."""
    saisies = base.scalars(
        sa.select(SaisieSuspendue)
        .where(
            SaisieSuspendue.empreinte == empreinte,
            SaisieSuspendue.compte_id == compte_id,
            SaisieSuspendue.recue_le > maintenant() - DUREE,
        )
        .order_by(SaisieSuspendue.recue_le.desc(), SaisieSuspendue.id.desc())
    ).all()
    for saisie in saisies:  # deux onglets : chacun retrouve la sienne
        saisie.empreinte = empreinte_courante()
    if not saisies:
        return ""
    return f"{saisies[0].chemin}?reprise=1" if _se_remplit(saisies[0].chemin) else url_for("compte.reprendre")


def saisie_rendue(base: Session) -> MultiDict[str, str] | None:
    """Ce qui avait été écrit sur cette page avant que la session ne se ferme, si la page le demande."""
    if "reprise" not in request.values:
        return None
    saisie = base.scalar(_de_cette_session().where(SaisieSuspendue.chemin == request.path))
    return MultiDict(json.loads(saisie.contenu)) if saisie else None


def derniere(base: Session) -> tuple[str, MultiDict[str, str]] | None:
    """L'adresse et le contenu du dernier envoi gardé de cette session, pour une page qui ne sait pas se remplir."""
    saisie = base.scalar(_de_cette_session())
    return (saisie.chemin, MultiDict(json.loads(saisie.contenu))) if saisie else None


def _de_cette_session() -> sa.Select[SaisieSuspendue]:
    return (
        sa.select(SaisieSuspendue)
        .where(
            SaisieSuspendue.empreinte == empreinte_courante(),
            SaisieSuspendue.compte_id == current_user.id,
            SaisieSuspendue.recue_le > maintenant() - DUREE,
        )
        .order_by(SaisieSuspendue.recue_le.desc(), SaisieSuspendue.id.desc())
        .limit(1)
    )


def oublier(base: Session) -> None:
    """La page reprise vient d'être enregistrée."""
    if "reprise" in request.form:
        base.execute(
            sa.delete(SaisieSuspendue).where(
                SaisieSuspendue.empreinte == empreinte_courante(), SaisieSuspendue.chemin == request.path
            )
        )


def purger(base: Session, instant: datetime) -> None:
    base.execute(sa.delete(SaisieSuspendue).where(SaisieSuspendue.recue_le < instant - DUREE))
