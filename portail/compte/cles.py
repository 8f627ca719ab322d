"""Les clés d'accès d'une personne : en ajouter, s'en servir, en retirer.

Une clé vaut le mot de passe et l'appareil connu : l'appareil a vérifié la personne, et ne signe que pour ce site. En
ajouter demande donc une preuve récente, et un avis part ; son lien, trois jours durant, met tout le compte à l'abri
(adresse.refuser_une_cle).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import NotFound

from portail import courriel
from portail.cles_acces import ceremonie, defis, service
from portail.cles_acces.ceremonie import CleNeuve, CleRefusee, Porteur
from portail.cles_acces.modeles import UsageDefi
from portail.compte import acces, jetons, sessions
from portail.compte.modeles import CleCompte, Compte, UsageJeton
from portail.db import lecture
from portail.franceconnect import lien
from portail.horloge import maintenant

MAXIMUM = 10
SUJET = "Une clé d’accès à votre compte"


class DerniereFacon(Exception):
    """Sans cette clé, la personne ne pourrait plus entrer."""


class TropDeCles(Exception):
    """Le compte a déjà toutes les clés qu'il peut avoir."""


def porteur(compte: Compte) -> Porteur:
    return ceremonie.porteur("compte", compte.id, compte.courriel)


def verifier(texte: str) -> CleNeuve:
    """La clé que ce navigateur vient de fabriquer. À faire avant d'écrire. Lève `CleRefusee`."""
    return ceremonie.verifier_l_ajout(texte, defis.prendre(UsageDefi.AJOUTER))


def du_compte(base: Session, compte_id: int) -> list[CleCompte]:
    """De la plus ancienne à la plus récente."""
    requete = sa.select(CleCompte).where(CleCompte.compte_id == compte_id)
    return list(base.scalars(requete.order_by(CleCompte.ajoutee_le, CleCompte.id)))


def la_sienne(base: Session, compte_id: int, cle_id: int) -> CleCompte:
    """404 si elle n'existe pas ou n'est pas à ce compte."""
    cle = base.scalar(sa.select(CleCompte).where(CleCompte.id == cle_id, CleCompte.compte_id == compte_id))
    if cle is None:
        raise NotFound
    return cle


def ajouter(base: Session, compte: Compte, neuve: CleNeuve, nom: str) -> CleCompte:
    """Garde une clé vérifiée. Lève `TropDeCles`, ou `CleRefusee` si elle est déjà à quelqu'un."""
    _verrouiller(base, compte)
    gardees = du_compte(base, compte.id)
    if len(gardees) >= MAXIMUM:
        raise TropDeCles
    nom = service.nom_libre(nom, gardees)
    secret, jeton = jetons.creer(base, UsageJeton.REFUSER_CLE, compte.id)
    cle = CleCompte(compte_id=compte.id, nom=nom, ajoutee_le=maintenant(), refus_id=jeton.id, **service.colonnes(neuve))
    base.add(cle)
    try:
        base.flush()
    except IntegrityError as erreur:  # cet identifiant est déjà à quelqu'un
        base.rollback()
        raise CleRefusee("clé déjà gardée") from erreur
    courriel.mettre_en_boite(
        base,
        f"cle-ajoutee-{jeton.empreinte}",
        compte.courriel,
        SUJET,
        "cle_ajoutee",
        jeton_id=jeton.id,
        nom=nom,
        lien=f"{courriel.config_url()}/compte/cles/refuser/{secret}",
    )
    return cle


def reconnaitre(usage: UsageDefi, texte: str, compte_id: int | None = None) -> CleCompte:
    """La clé qui vient de signer le défi de ce navigateur, et son compte. Lève `CleRefusee`.

    `compte_id` : seules les clés de ce compte conviennent (redire qui l'on est).
    """
    defi, reponse = defis.prendre(usage), ceremonie.lire(texte)
    requete = sa.select(CleCompte).options(joinedload(CleCompte.compte, innerjoin=True))
    with lecture() as base:
        cle = base.scalar(requete.where(CleCompte.identifiant == reponse.identifiant))
    if cle is None or (compte_id is not None and cle.compte_id != compte_id):
        raise CleRefusee("clé inconnue")
    if usage is UsageDefi.ENTRER and reponse.numero is None:
        raise CleRefusee("la clé ne dit pas à qui elle est")
    service.noter_l_usage(cle, *ceremonie.verifier_l_usage(reponse, defi, cle, porteur(cle.compte)))
    return cle


def retirer(base: Session, compte: Compte, cle_id: int) -> None:
    """Les autres appareils sont déconnectés : la clé était peut-être sur un téléphone perdu.

    Lève `DerniereFacon` si plus rien d'autre n'ouvre le compte.
    """
    _verrouiller(base, compte)
    cle = la_sienne(base, compte.id, cle_id)
    autre = (
        compte.mot_de_passe is not None
        or lien.du_compte(base, compte.id) is not None
        or len(du_compte(base, compte.id)) > 1
    )
    if not autre:
        raise DerniereFacon
    base.delete(cle)
    sessions.fermer_toutes(base, compte.id, sauf_courante=True)
    courriel.mettre_en_boite(
        base,
        f"cle-retiree-{cle.id}-{cle.ajoutee_le:%Y%m%d%H%M%S}",
        compte.courriel,
        SUJET,
        "cle_retiree",
        nom=cle.nom,
        oubli=f"{courriel.config_url()}/compte/mot-de-passe-oublie",
    )


def _verrouiller(base: Session, compte: Compte) -> None:
    """Deux gestes au même instant passent l'un après l'autre : ni clé de trop, ni dernière façon d'entrer perdue.

    404 si le compte vient d'être supprimé.
    """
    if acces.verrouiller(base, compte.id) is None:
        raise NotFound
