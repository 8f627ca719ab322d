"""Cette demande est-elle à cette personne ? L'identité du compte, comparée à celle du dossier (fiche sûreté, T2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portail.chiffrement import coffre
from portail.compte.modeles import Compte
from portail.demande import foyer
from portail.demande.modeles import Declaration, Demande, RoleRattache
from portail.demande.reperes import est_le_meme, normaliser


@dataclass(frozen=True)
class Place:
    """Qui le compte est dans la demande. `personne` : la clé du co-demandeur."""

    role: RoleRattache
    personne: str | None = None


def concorde(compte: Compte, nom: str | None, naissance: date | None, empreinte_nir: str | None) -> bool:
    """Nom de naissance (normalisé) et date de naissance ; et le numéro de sécurité sociale, si le dossier en a un."""
    if not nom:
        return False
    return (
        est_le_meme(compte.nom_naissance, nom)
        and compte.date_naissance == naissance
        and (empreinte_nir is None or coffre().reconnait(empreinte_nir, compte.nir or "", "nir"))
    )


def place_de(session: Session, compte: Compte, demande: Demande) -> Place | None:
    """Le titulaire, un co-demandeur de la déclaration qui compte, ou personne."""
    declaration = session.get(Declaration, demande.declaration_deposee_id) if demande.declaration_deposee_id else None
    if declaration is None:
        return None
    titulaire = foyer.demandeur(declaration)
    if concorde(compte, demande.nom_cherche, demande.date_naissance_cherchee, titulaire.nir_empreinte):
        return Place(RoleRattache.TITULAIRE)
    for personne in foyer.codemandeurs(declaration):
        nom = normaliser(personne.nom_naissance or "")
        if concorde(compte, nom, personne.date_naissance, personne.nir_empreinte):
            return Place(RoleRattache.LECTEUR, personne.cle)
    return None
