"""S'inscrire, confirmer son adresse, choisir un nouveau mot de passe : les actes, sans les pages.

Adresse connue ou inconnue : mêmes écritures, même message à l'écran ; seul le courriel reçu diffère.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail import courriel, freins
from portail.chiffrement import coffre
from portail.compte import jetons, sessions
from portail.compte.modeles import Compte, Jeton, UsageJeton
from portail.courriel import Envoi
from portail.franceconnect import lien
from portail.horloge import maintenant
from portail.referentiels import recherche

GARDE_SANS_CONFIRMATION = timedelta(days=3)


class AdresseDejaConfirmee(Exception):
    """Un autre compte a confirmé cette adresse entre-temps."""


def compte_confirme(session: Session, adresse: str) -> Compte | None:
    return session.scalar(sa.select(Compte).where(Compte.courriel == adresse, Compte.courriel_confirme_le.is_not(None)))


def numero_confirme(session: Session, adresse: str) -> int | None:
    """Le numéro de ce compte, s'il existe. Charger le compte (NIR déchiffré) se verrait au temps de réponse."""
    return session.scalar(
        sa.select(Compte.id).where(Compte.courriel == adresse, Compte.courriel_confirme_le.is_not(None))
    )


def nouveau_compte(
    session: Session,
    *,
    adresse: str,
    mot_de_passe_hache: str | None,
    nom_naissance: str,
    nom_usage: str | None,
    prenoms: str,
    date_naissance: date,
    lieu_naissance: str,
    nir: str | None,
) -> Compte:
    """Un compte qui reste à confirmer, avec son numéro."""
    instant = maintenant()
    compte = Compte(
        courriel=adresse,
        mot_de_passe=mot_de_passe_hache,
        mot_de_passe_change_le=instant,
        nom_naissance=nom_naissance,
        nom_usage=nom_usage,
        prenoms=prenoms,
        date_naissance=date_naissance,
        lieu_naissance=lieu_naissance,
        nir=nir,
        nir_empreinte=coffre().empreinte(nir, "nir") if nir else None,
        cree_le=instant,
    )
    session.add(compte)
    session.flush()  # le jeton a besoin de son numéro
    return compte


def inscrire(session: Session, *, adresse: str, **reponses: Any) -> None:
    """Prépare un compte à confirmer et le courriel qui le confirmera (ou dira qu'il existe déjà)."""
    connu = numero_confirme(session, adresse)
    compte = nouveau_compte(session, adresse=adresse, **reponses)
    secret, jeton = jetons.creer(session, UsageJeton.CONFIRMER, None if connu else compte.id)
    if freins.permis_ici(session, freins.INSCRIPTION_PAR_ADRESSE, adresse):
        courriel.mettre_en_boite(
            session,
            f"inscription-{jeton.empreinte}",
            adresse,
            "Votre inscription au portail logement",
            "compte_existant" if connu else "confirmer",
            jeton_id=jeton.id,
            lien=f"{courriel.config_url()}/compte/confirmer/{secret}",
            connexion=f"{courriel.config_url()}/compte/connexion",
        )


def confirmer(session: Session, secret: str) -> Compte | None:
    """Consomme le jeton. None s'il ne vaut plus rien.

    Lève `AdresseDejaConfirmee` si un autre compte l'a précédé, `IdentiteDejaReliee` s'il l'a fait par FranceConnect.
    """
    jeton = jetons.verrouiller(session, UsageJeton.CONFIRMER, secret)
    if jeton is None or jeton.compte is None:
        return None
    jeton.consomme_le = maintenant()
    jeton.compte.courriel_confirme_le = maintenant()
    try:
        session.flush()  # l'index unique départage deux inscriptions pour une même adresse
    except IntegrityError as erreur:
        session.rollback()
        raise AdresseDejaConfirmee from erreur
    lien.confirmer(session, jeton.compte.id)
    return jeton.compte


def demander_un_lien(session: Session, adresse: str) -> None:
    """Mot de passe oublié : un courriel part dans tous les cas, il dit ce qu'il en est à qui lit la boîte."""
    numero, reste_a_l_abri = _a_ouvrir(session, adresse)
    secret, jeton = jetons.creer(session, UsageJeton.MOT_DE_PASSE, numero)
    if freins.permis_ici(session, freins.OUBLI_PAR_ADRESSE, adresse):
        courriel.mettre_en_boite(
            session,
            f"mot-de-passe-{jeton.empreinte}",
            adresse,
            "Votre mot de passe du portail logement",
            "mot_de_passe" if numero else "compte_absent",
            jeton_id=jeton.id,
            lien=f"{courriel.config_url()}/compte/nouveau-mot-de-passe/{secret}",
            creation=f"{courriel.config_url()}/compte/creer",
            reste_a_l_abri=reste_a_l_abri,
        )


def _a_ouvrir(session: Session, adresse: str) -> tuple[int | None, bool]:
    """Le compte que cette boîte ouvre, et s'il en reste un autre à l'abri, qui attend que l'adresse soit libre."""
    confirme = Compte.courriel_confirme_le.is_not(None)
    numeros = session.scalars(
        sa.select(Compte.id)
        .where(Compte.courriel == adresse, sa.or_(confirme, Compte.vu_le.is_not(None)))
        .order_by(confirme.desc(), Compte.id.desc())
    ).all()
    return (numeros[0], len(numeros) > 1) if numeros else (None, False)


def changer_le_mot_de_passe(session: Session, compte: Compte, nouveau_hache: str, *, garder_la_session: bool) -> None:
    """Remplace le mot de passe, ferme les autres sessions, annule les liens en route, prévient par courriel."""
    compte.mot_de_passe = nouveau_hache
    compte.mot_de_passe_change_le = maintenant()
    sessions.fermer_toutes(session, compte.id, sauf_courante=garder_la_session)
    jetons.annuler(session, compte.id, UsageJeton.MOT_DE_PASSE)
    freins.relacher(session, freins.CONNEXION_PAR_COMPTE, compte.courriel)
    courriel.mettre_en_boite(
        session,
        f"mot-de-passe-change-{compte.id}-{compte.mot_de_passe_change_le.timestamp():.0f}",
        compte.courriel,
        "Votre mot de passe a changé",
        "mot_de_passe_change",
        oubli=f"{courriel.config_url()}/compte/mot-de-passe-oublie",
    )


def contexte_du_mot_de_passe(compte: Compte) -> list[str | None]:
    """Les mots qu'un proche connaît : ils ne comptent pas dans la force du mot de passe."""
    lieu = recherche.lieu(compte.lieu_naissance)
    return [
        compte.courriel,
        compte.nom_naissance,
        compte.nom_usage,
        compte.prenoms,
        str(compte.date_naissance.year),
        lieu.libelle if lieu else None,
    ]


def purger(session: Session, instant: datetime) -> None:
    """Efface les inscriptions jamais confirmées, sauf celles dont le lien vaut encore ou attend de partir.

    Le serveur de courriel peut avoir été en panne des jours : effacé avant l'envoi, le compte rendrait le lien inutile.
    """
    lien_utile = sa.exists().where(
        Jeton.compte_id == Compte.id,
        sa.or_(
            Jeton.expire_le > instant,
            sa.exists().where(Envoi.jeton_id == Jeton.id, Envoi.prochain_essai_le.is_not(None)),
        ),
    )
    session.execute(
        sa.delete(Compte).where(
            Compte.courriel_confirme_le.is_(None),
            Compte.vu_le.is_(None),  # sinon il a servi : mis à l'abri, il attend d'être repris (abri.py)
            Compte.cree_le < instant - GARDE_SANS_CONFIRMATION,
            ~lien_utile,
        )
    )
