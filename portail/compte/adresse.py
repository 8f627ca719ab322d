"""Changer d'adresse mail : la nouvelle boîte confirme, l'ancienne est prévenue et peut tout arrêter pendant 72 heures.

Qui tient une session volée ne doit pas pouvoir prendre le compte : l'avis part à l'ancienne adresse dès la demande, et
de nouveau au changement. Son lien ferme toutes les sessions, rend l'ancienne adresse, efface le mot de passe et les
clés d'accès (surete.md T1). Adresse libre ou déjà prise : même page, même travail ; seul le courriel reçu à la nouvelle
diffère.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail import courriel, freins
from portail.compte import alertes, inscription, jetons, protection
from portail.compte.modeles import ChangementCourriel, Compte, Jeton, UsageJeton
from portail.franceconnect.modeles import LienFranceConnect
from portail.guichet.modeles import Guichet
from portail.horloge import maintenant

MEMOIRE = timedelta(days=90)
SUJET_NOUVELLE = "Confirmez votre adresse"
SUJET_ANCIENNE = "Votre adresse mail change"
SUJET_A_L_ABRI = "Reprendre votre compte"


def demander(base: Session, compte: Compte, nouvelle: str, guichet: Guichet | None = None) -> None:
    """Écrit aux deux adresses. Rien ne change encore.

    `guichet` : celui qui demande, pièce d'identité vue. Une fois confirmée, l'adresse reçoit un lien de mot de passe.
    """
    prise = inscription.numero_confirme(base, nouvelle) is not None
    secret, jeton = jetons.creer(base, UsageJeton.CHANGER_COURRIEL, None if prise else compte.id)
    changement = ChangementCourriel(
        compte_id=compte.id,
        ancienne=compte.courriel,
        nouvelle=nouvelle,
        demande_le=maintenant(),
        jeton_id=jeton.id,
        guichet_id=guichet.id if guichet else None,
    )
    base.add(changement)
    avis = "adresse_au_guichet" if guichet else "adresse_demandee"
    gel = _prevenir_l_ancienne(base, compte.id, compte.courriel, avis, guichet=guichet.nom if guichet else "")
    changement.gel_demande_id = gel.id
    if freins.permis_ici(base, freins.INSCRIPTION_PAR_ADRESSE, nouvelle):
        courriel.mettre_en_boite(
            base,
            f"adresse-nouvelle-{jeton.empreinte}",
            nouvelle,
            SUJET_NOUVELLE,
            "adresse_prise" if prise else "adresse_recours" if guichet else "adresse_confirmer",
            jeton_id=jeton.id,
            guichet=guichet.nom if guichet else "",
            lien=f"{courriel.config_url()}/compte/adresse/confirmer/{secret}",
        )


def confirmer(base: Session, secret: str) -> ChangementCourriel | None:
    """La nouvelle adresse devient celle du compte. None si le lien ne vaut plus rien.

    Demandée au guichet, c'est aussi là que tombent sessions, mot de passe et clés : pas avant, le guichet ne doit pas
    pouvoir fermer un compte d'un formulaire.
    """
    jeton = jetons.verrouiller(base, UsageJeton.CHANGER_COURRIEL, secret)
    if jeton is None or jeton.compte is None:
        return None
    changement = base.scalars(sa.select(ChangementCourriel).where(ChangementCourriel.jeton_id == jeton.id)).one()
    compte = jeton.compte
    if changement.gele_le is not None or compte.courriel != changement.ancienne:
        return None
    a_l_abri = compte.est_a_l_abri
    jeton.consomme_le = changement.confirme_le = maintenant()
    compte.courriel = changement.nouvelle
    compte.courriel_confirme_le = compte.courriel_confirme_le or maintenant()  # mis à l'abri sans adresse prouvée
    try:
        base.flush()
    except IntegrityError:  # un autre compte a confirmé cette adresse entre-temps
        base.rollback()
        return None
    jetons.annuler(base, compte.id, UsageJeton.MOT_DE_PASSE)  # ceux-là étaient partis à l'ancienne adresse
    gel = _prevenir_l_ancienne(base, compte.id, changement.ancienne, "adresse_changee")
    changement.gel_confirme_id = gel.id
    if changement.guichet_id is not None:
        protection.proteger(base, compte)
    elif a_l_abri:
        alertes.acces_repris(base, compte)
    return changement


def geler(base: Session, secret: str) -> Compte | None:
    """Arrête tout : sessions fermées, ancienne adresse rendue, mot de passe et clés effacés, un lien pour un autre.

    Ce changement et les suivants ne se gèlent plus ; ceux d'avant, si : la main qui a volé le compte reçoit le lien de
    gel de son propre second changement, et ne doit pas s'en servir contre la première adresse.
    """
    jeton = jetons.verrouiller(base, UsageJeton.GELER, secret)
    if jeton is None or jeton.compte is None:
        return None
    changement = base.scalars(
        sa.select(ChangementCourriel).where(
            sa.or_(ChangementCourriel.gel_demande_id == jeton.id, ChangementCourriel.gel_confirme_id == jeton.id)
        )
    ).one()
    return _defaire(base, jeton.compte, changement)


def refuser_une_cle(base: Session, secret: str) -> Compte | None:
    """« Ce n'est pas moi », par l'avis d'une clé d'accès ajoutée : le compte est mis à l'abri, ses clés retirées.

    L'adresse a pu changer depuis, de la même main : celle qui a reçu l'avis est rendue. None si le lien ne vaut plus.
    """
    jeton = jetons.verrouiller(base, UsageJeton.REFUSER_CLE, secret)
    if jeton is None or jeton.compte is None:
        return None
    jeton.consomme_le = maintenant()
    _delier_depuis(base, jeton.compte, jeton.cree_le)
    depuis = base.scalar(
        sa.select(ChangementCourriel)
        .where(
            ChangementCourriel.compte_id == jeton.compte.id,
            ChangementCourriel.confirme_le >= jeton.cree_le,
            ChangementCourriel.gele_le.is_(None),
        )
        .order_by(ChangementCourriel.id)
        .limit(1)
    )
    if depuis is not None:
        return _defaire(base, jeton.compte, depuis)
    protection.proteger(base, jeton.compte)
    return jeton.compte


def _defaire(base: Session, compte: Compte, changement: ChangementCourriel) -> Compte:
    """Rend l'adresse d'avant ce changement et met le compte à l'abri.

    Un autre compte l'a prise entre-temps : le compte n'a plus d'adresse confirmée (`courriel_confirme_le` est vide).
    Pas celle du changement : « Mot de passe oublié » rouvrirait à la même main. La suite est dans `abri`.
    """
    instant = maintenant()
    rendue = _rendre_l_adresse(base, compte, changement.ancienne, instant)
    defaits = base.scalars(
        sa.select(ChangementCourriel)
        .where(ChangementCourriel.compte_id == compte.id, ChangementCourriel.id >= changement.id)
        .order_by(ChangementCourriel.id)
    ).all()
    for suivant in defaits:
        suivant.gele_le = suivant.gele_le or instant
    liens = {numero for suivant in defaits for numero in (suivant.gel_demande_id, suivant.gel_confirme_id) if numero}
    base.execute(sa.update(Jeton).where(Jeton.id.in_(liens), Jeton.consomme_le.is_(None)).values(consomme_le=instant))
    _delier_depuis(base, compte, changement.demande_le)
    protection.proteger(base, compte)
    if not rendue:
        alertes.acces_a_rendre(base, compte, defaits)
        _dire_comment_reprendre(base, compte, changement)
        return compte
    for suivant in defaits:
        if suivant.guichet_id is not None:
            alertes.acces_conteste(base, suivant)
    return compte


def _delier_depuis(base: Session, compte: Compte, instant: datetime) -> None:
    """Une identité FranceConnect reliée depuis l'a peut-être été par la même main."""
    base.execute(
        sa.delete(LienFranceConnect).where(
            LienFranceConnect.compte_id == compte.id, LienFranceConnect.cree_le >= instant
        )
    )


def _dire_comment_reprendre(base: Session, compte: Compte, changement: ChangementCourriel) -> None:
    """La page l'a dit ; elle se ferme, le courriel reste. Ni lien, ni rien qui dise quel est l'autre compte."""
    base_du_site = courriel.config_url()
    courriel.mettre_en_boite(
        base,
        f"a-l-abri-{changement.id}-{maintenant().timestamp():.0f}",
        compte.courriel,
        SUJET_A_L_ABRI,
        "compte_a_l_abri",
        connexion=f"{base_du_site}/compte/connexion",
        oubli=f"{base_du_site}/compte/mot-de-passe-oublie",
        guichets=f"{base_du_site}/guichets",
    )


def _rendre_l_adresse(base: Session, compte: Compte, adresse: str, instant: datetime) -> bool:
    """Faux si un autre compte l'a confirmée : elle reste celle où écrire à la personne, et n'ouvre plus ce compte."""
    try:
        with base.begin_nested():  # seul l'index unique voit une confirmation au même instant
            compte.courriel = adresse
            compte.courriel_confirme_le = compte.courriel_confirme_le or instant  # son lien vient de la prouver
    except IntegrityError:
        compte.courriel, compte.courriel_confirme_le = adresse, None
        compte.vu_le = compte.vu_le or instant  # il a servi : ce n'est pas une inscription à oublier
        return False
    return True


def purger(base: Session, instant: datetime) -> None:
    base.execute(sa.delete(ChangementCourriel).where(ChangementCourriel.demande_le < instant - MEMOIRE))


def _prevenir_l_ancienne(base: Session, compte_id: int, adresse: str, gabarit: str, guichet: str = "") -> Jeton:
    secret, jeton = jetons.creer(base, UsageJeton.GELER, compte_id)
    courriel.mettre_en_boite(
        base,
        f"{gabarit}-{jeton.empreinte}",
        adresse,
        SUJET_ANCIENNE,
        gabarit,
        jeton_id=jeton.id,
        lien=f"{courriel.config_url()}/compte/geler/{secret}",
        guichet=guichet,
    )
    return jeton
