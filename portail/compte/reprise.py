"""Une session morte pendant la saisie ne perd rien : l'envoi est gardé, chiffré, puis rendu à la même personne.

Gardé une heure, retrouvé par le cookie qui l'a envoyé, rendu seulement si le compte qui se connecte
est celui à qui il appartient. Rien n'est enregistré en silence : la page revient remplie, la
personne relit et enregistre.
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

from portail.compte.modeles import SaisieSuspendue
from portail.compte.sessions import empreinte_courante, en_cours
from portail.courriel import config_url
from portail.db import ecriture, lecture
from portail.demande.acces import compte_de
from portail.horloge import maintenant
from portail.htmx import est_fragment

DUREE = timedelta(hours=1)
TAILLE_MAXIMALE = 200_000  # caractères : bien plus que la plus longue des étapes
HORS_SAISIE = {"csrf_token", "mot_de_passe", "confirmation", "actuel", "code_totp", "code_secours"}


def demander_la_connexion() -> Response:
    """La réponse à qui n'est pas (ou plus) connecté : la page de connexion, après avoir gardé sa saisie."""
    gardee = request.method == "POST" and _se_lit(request.path) and _garder()
    suite = request.path if gardee or request.method == "GET" else None
    motif = "expiree" if gardee or g.get("session_morte") is not None else "connexion"
    adresse = url_for("compte.connexion", suite=suite, motif=motif)
    if est_fragment():
        return Response("", 401, {"HX-Redirect": adresse})
    return redirect(adresse, 303)


def rendre_apres_jeton_perdu() -> Response:
    """Le jeton du formulaire ne vaut plus rien (cookie effacé, page d'avant la connexion).

    Connecté(e) : la page revient avec un jeton neuf et ce qui était écrit. Sinon : la connexion d'abord.
    """
    if not current_user.is_authenticated:
        return demander_la_connexion()
    if _se_lit(request.path) and _vient_de_chez_nous() and _garder(current_user.id):
        adresse = f"{request.path}?reprise=1"
    else:
        adresse = url_for("demande.tableau")
    return Response("", 401, {"HX-Redirect": adresse}) if est_fragment() else redirect(adresse, 303)


def _se_lit(chemin: str) -> bool:
    """La même adresse existe-t-elle en lecture ? Sinon il n'y aurait pas de page où rendre la saisie."""
    try:
        current_app.url_map.bind("").match(chemin, method="GET")
    except HTTPException:
        return False
    return True


def _garder(proprietaire: int | None = None) -> bool:
    proprietaire = proprietaire or _proprietaire()
    contenu = {cle: valeurs for cle, valeurs in request.form.lists() if cle not in HORS_SAISIE}
    texte = json.dumps(contenu, ensure_ascii=False)
    if proprietaire is None or not contenu or len(texte) > TAILLE_MAXIMALE or not _vient_de_chez_nous():
        return False
    en_cours().a_poser = True  # le cookie a pu être perdu : c'est lui qui retrouvera la saisie
    with ecriture() as base:
        base.add(
            SaisieSuspendue(
                empreinte=empreinte_courante(),
                compte_id=proprietaire,
                chemin=request.path[:200],
                contenu=texte,
                recue_le=maintenant(),
            )
        )
    return True


def _proprietaire() -> int | None:
    """À qui appartient cet envoi : la session morte le dit, sinon la demande que vise l'adresse."""
    morte = g.get("session_morte")
    if morte is not None:
        return morte.compte_id
    demande_id = (request.view_args or {}).get("demande_id")
    if demande_id is None:
        return None
    with lecture() as base:
        return compte_de(base, demande_id)


def _vient_de_chez_nous() -> bool:
    """Le jeton du formulaire est parti avec le cookie : l'origine annoncée par le navigateur en tient lieu."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or request.headers.get("Origin") in {
        config_url(),
        request.host_url.rstrip("/"),
    }


def empreinte_avant_connexion() -> str:
    return empreinte_courante()


def reprendre(base: Session, empreinte: str, compte_id: int) -> str:
    """Après la connexion : rattache la saisie gardée à la nouvelle session. Rend l'adresse où la retrouver, ou ""."""
    saisie = base.scalar(
        sa.select(SaisieSuspendue)
        .where(
            SaisieSuspendue.empreinte == empreinte,
            SaisieSuspendue.compte_id == compte_id,
            SaisieSuspendue.recue_le > maintenant() - DUREE,
        )
        .order_by(SaisieSuspendue.recue_le.desc(), SaisieSuspendue.id.desc())
        .limit(1)
    )
    if saisie is None:
        return ""
    saisie.empreinte = empreinte_courante()
    return f"{saisie.chemin}?reprise=1"


def saisie_rendue(base: Session) -> MultiDict[str, str] | None:
    """Ce qui avait été écrit sur cette page avant que la session ne se ferme, si la page le demande."""
    if "reprise" not in request.values:
        return None
    contenu = base.scalar(
        sa.select(SaisieSuspendue.contenu)
        .where(SaisieSuspendue.empreinte == empreinte_courante(), SaisieSuspendue.chemin == request.path)
        .order_by(SaisieSuspendue.recue_le.desc(), SaisieSuspendue.id.desc())
        .limit(1)
    )
    return MultiDict(json.loads(contenu)) if contenu else None


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
