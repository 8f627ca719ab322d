"""L'accès d'un co-demandeur à la demande : le donner, le laisser écrire, le retirer. Le titulaire en décide.

En lecture, il voit ce que `lisible_par` permet : ni les coordonnées, ni les motifs, ni le logement actuel, ni la
santé, ni le travail et les revenus d'un autre (fiche sûreté, T1b : il peut être celui que la personne fuit). Qui peut
écrire voit tout.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail import courriel
from portail.compte.modeles import Compte
from portail.demande import foyer
from portail.demande.concordance import concorde
from portail.demande.etape import Section
from portail.demande.modeles import (
    CodeRattachement,
    Declaration,
    Demande,
    Evenement,
    GenreEvenement,
    Partage,
    Personne,
    Role,
)
from portail.demande.reperes import normaliser
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal

SUJET = "Un co-demandeur a accès à votre demande"


def existe(session: Session, demande_id: int, compte_id: int) -> bool:
    return (
        session.scalar(sa.select(Partage.id).where(Partage.demande_id == demande_id, Partage.compte_id == compte_id))
        is not None
    )


def y_ecrit(session: Session, demande: Demande, compte_id: int) -> bool:
    """Son titulaire, ou un co-demandeur à qui il l'a permis et qui l'est encore."""
    permis = sa.select(Partage.id).where(
        Partage.demande_id == demande.id, Partage.compte_id == compte_id, Partage.peut_ecrire
    )
    return demande.compte_id == compte_id or session.scalar(permis) is not None


def donner(
    session: Session, demande: Demande, compte: Compte, personne: str, adresse: str | None, instant: datetime
) -> None:
    """En lecture seule. L'adresse du dossier est prévenue."""
    if existe(session, demande.id, compte.id):
        return
    session.add(Partage(demande_id=demande.id, compte_id=compte.id, personne=personne, cree_le=instant))
    session.add(Evenement(demande_id=demande.id, genre=GenreEvenement.PARTAGE, survenu_le=instant))
    inscrire(session, ActeJournal.PARTAGE, compte_id=compte.id, demande_id=demande.id, objet="lecture donnée")
    if adresse is not None:
        lien = f"{courriel.config_url()}/demandes/{demande.id}/acces"
        cle = f"partage-{demande.id}-{compte.id}-{instant:%Y%m%d%H%M}"
        courriel.mettre_en_boite(session, cle, adresse, SUJET, "partage", lien=lien)


def de_la_demande(session: Session, demande: Demande) -> list[tuple[Partage, str]]:
    """Les accès, et comment nommer chacun."""
    lignes = session.execute(
        sa.select(Partage, Personne)
        .join(
            Personne,
            sa.and_(
                Personne.declaration_id == sa.bindparam("deposee"),
                Personne.cle == Partage.personne,
            ),
            isouter=True,
        )
        .where(Partage.demande_id == demande.id)
        .order_by(Partage.id),
        {"deposee": demande.declaration_deposee_id or 0},
    )
    return [(partage, foyer.en_titre(qui) if qui else "Co-demandeur") for partage, qui in lignes]


def changer(session: Session, demande: Demande, partage_id: int, *, peut_ecrire: bool | None) -> None:
    """Permet d'écrire (vrai), ne le permet plus (faux), ou retire l'accès (None). Sans effet s'il n'existe plus."""
    partage = session.scalar(sa.select(Partage).where(Partage.id == partage_id, Partage.demande_id == demande.id))
    if partage is None:
        return
    if peut_ecrire is None:
        objet = "accès retiré"
        a_lui = (CodeRattachement.demande_id == demande.id, CodeRattachement.compte_id == partage.compte_id)
        session.execute(sa.delete(CodeRattachement).where(*a_lui))  # un code pas encore donné le lui rendrait
        session.delete(partage)
    else:
        objet = "écriture permise" if peut_ecrire else "lecture seule"
        partage.peut_ecrire = peut_ecrire
    inscrire(session, ActeJournal.PARTAGE, compte_id=demande.compte_id, demande_id=demande.id, objet=objet)


def retirer_les_partis(session: Session, declaration: Declaration) -> None:
    """Au dépôt : qui n'est plus co-demandeur n'a plus accès ; de même si un autre a été écrit à sa place."""
    demande = declaration.demande
    restent = {personne.cle: personne for personne in foyer.codemandeurs(declaration)}
    lecteurs = sa.select(Partage, Compte).join(Compte, Compte.id == Partage.compte_id)
    for partage, compte in session.execute(lecteurs.where(Partage.demande_id == demande.id)).all():
        qui = restent.get(partage.personne)
        if qui is not None and concorde(compte, normaliser(qui.nom_naissance or ""), qui.date_naissance, None):
            continue
        session.delete(partage)
        inscrire(
            session,
            ActeJournal.PARTAGE,
            compte_id=demande.compte_id,
            demande_id=demande.id,
            objet="accès retiré, parti",
        )


def lisible_par(section: Section, cible: Any, lecteur: str) -> bool:
    """Ce qu'un lecteur voit d'une déclaration : ce qui est commun au foyer, et ce qui parle de lui.

    `lecteur` : sa clé. Une section cachée aux lecteurs le dit elle-même (`Section.pour_soi`).
    """
    if section.confidentielle or section.pour_soi:
        return False
    personne = cible if isinstance(cible, Personne) else getattr(cible, "personne", None)
    if personne is None or personne.cle == lecteur:
        return True
    return isinstance(cible, Personne) and personne.role in {Role.A_CHARGE, Role.AUTRE_ENFANT}
