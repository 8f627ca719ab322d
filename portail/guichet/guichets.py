"""Créer un guichet, changer ce qu'il est et ce qu'il couvre. Chaque acte s'inscrit au journal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from portail import courriel
from portail.guichet import journal
from portail.guichet.modeles import (
    ActeJournal,
    Agent,
    Guichet,
    GuichetCommune,
    GuichetTerritoire,
    RoleAgent,
    TypeGuichet,
)
from portail.horloge import maintenant
from portail.referentiels import recherche
from portail.referentiels.ecriture_des_noms import a_plat
from portail.referentiels.parametres import hors_sne
from portail.regles.territoire import departements, nom_territoire, territoire

CODE = re.compile(r"[0-9A-Z]{5}")
COMMUNES_MAXIMUM = 500  # la plus grande intercommunalité en compte 158
DESCRIPTION = ("nom", "adresse", "code_postal", "ville", "telephone", "courriel", "horaires", "heures_tchat")


class GuichetRefuse(ValueError):
    """Ce que l'on demande pour ce guichet ne se peut pas. `str()` le dit à qui le demande."""


@dataclass(frozen=True)
class Perimetre:
    """Ce que couvre un guichet : des territoires (lecture, instruction) et des communes (dépôts en ligne)."""

    territoires: frozenset[str]
    communes: frozenset[str]

    def verifier(self) -> None:
        """Lève `GuichetRefuse` si un territoire n'est pas d'ici, ou si une commune n'est dans aucun d'eux."""
        if not self.territoires:
            raise GuichetRefuse("Un guichet couvre au moins un territoire.")
        if inconnus := self.territoires - {code for code, _ in territoires_possibles()}:
            raise GuichetRefuse(f"Territoire inconnu, ou servi par un autre portail : {', '.join(sorted(inconnus))}.")
        if len(self.communes) > COMMUNES_MAXIMUM:
            raise GuichetRefuse(f"Un guichet couvre au plus {COMMUNES_MAXIMUM} communes.")
        for code in sorted(self.communes):
            lieu = recherche.lieu(code)
            if lieu is None or lieu.genre not in {"commune", "arrondissement"}:
                raise GuichetRefuse(f"Commune inconnue : {code}.")
            dans = territoire(lieu.code_departement)
            if dans not in self.territoires:
                raise GuichetRefuse(f"{lieu.libelle} est dans le territoire {dans}, que ce guichet ne couvre pas.")


def territoires_possibles() -> list[tuple[str, str]]:
    """(code, nom) des territoires servis ici, dans l'ordre des noms : pas ceux qui ont leur propre portail."""
    codes = {f"{numero:03d}" for numero in range(1, 96)} | {"111", "02A", "02B"}
    codes |= {str(numero) for numero in range(971, 979)}
    trouves = []
    for code in codes:
        try:
            siens, nom = departements(code), nom_territoire(code)
        except ValueError:
            continue
        if not any(hors_sne(departement) for departement in siens):
            trouves.append((code, nom))
    return sorted(trouves, key=lambda trouve: (a_plat(trouve[1]), trouve[0]))


def creer(
    session: Session, *, code: str, type_: TypeGuichet, perimetre: Perimetre, description: dict[str, str | None]
) -> Guichet:
    """Un guichet neuf, sans agent. `description` : `DESCRIPTION`, du nom aux horaires. Lève `GuichetRefuse`."""
    if not CODE.fullmatch(code):
        raise GuichetRefuse(f"Le code fait cinq chiffres ou majuscules, comme 69266 ou GDPUB : « {code} » ne va pas.")
    if session.scalar(sa.select(Guichet.id).where(Guichet.code == code)) is not None:
        raise GuichetRefuse(f"Le code {code} est déjà celui d’un guichet.")
    perimetre.verifier()
    guichet = Guichet(code=code, type=type_, cree_le=maintenant(), **description)
    _couvrir(guichet, perimetre)
    session.add(guichet)
    session.flush()
    inscrire(session, guichet, f"créé, {_en_mots(perimetre)}", None)
    return guichet


def modifier(
    session: Session, guichet: Guichet, description: dict[str, str | None], perimetre: Perimetre, par: Agent | None
) -> None:
    """Remplace la description et le périmètre. Lève `GuichetRefuse`.

    Un territoire pris en plus ouvre la lecture de ses demandes : ses responsables et l'exploitant en sont avertis.
    """
    perimetre.verifier()
    avant = couverture(guichet)
    changes = [nom for nom, valeur in description.items() if getattr(guichet, nom) != valeur]
    for nom in changes:
        setattr(guichet, nom, description[nom])
    if not changes and avant == perimetre:
        return
    _couvrir(guichet, perimetre)
    flag_modified(guichet, "nom")  # la version change aussi quand seul le périmètre bouge
    gagnes = perimetre.territoires - avant.territoires
    if avant != perimetre:
        changes.append(_en_mots(perimetre))
    inscrire(session, guichet, f"modifié : {', '.join(changes)}", par)
    session.flush()
    if gagnes and par is not None:
        _avertir_des_territoires(session, guichet, gagnes)


def couverture(guichet: Guichet) -> Perimetre:
    return Perimetre(frozenset(guichet.codes_territoires), frozenset(commune.commune for commune in guichet.communes))


def _couvrir(guichet: Guichet, perimetre: Perimetre) -> None:
    avant = couverture(guichet)
    guichet.territoires = [ligne for ligne in guichet.territoires if ligne.territoire in perimetre.territoires]
    guichet.communes = [ligne for ligne in guichet.communes if ligne.commune in perimetre.communes]
    for code in sorted(perimetre.territoires - avant.territoires):
        guichet.territoires.append(GuichetTerritoire(territoire=code))
    for code in sorted(perimetre.communes - avant.communes):
        guichet.communes.append(GuichetCommune(commune=code))


def _avertir_des_territoires(session: Session, guichet: Guichet, gagnes: Iterable[str]) -> None:
    """Le contrôle par les voisins : qui couvre déjà le territoire voit qu'un guichet s'y est ajouté."""
    voisins = session.scalars(
        sa.select(Agent.courriel)
        .join(Guichet, Guichet.id == Agent.guichet_id)
        .join(Guichet.territoires)
        .where(
            GuichetTerritoire.territoire.in_(gagnes),
            Agent.role == RoleAgent.RESPONSABLE,
            Agent.desactive_le.is_(None),
            Agent.mot_de_passe.is_not(None),
            Guichet.id != guichet.id,
        )
        .distinct()
    )
    exploitant = current_app.extensions["portail"].identite.courriel
    for adresse in {*voisins, *([exploitant] if exploitant else [])}:
        courriel.mettre_en_boite(
            session,
            f"territoire-{guichet.id}-{guichet.version}-{adresse}"[:120],
            adresse,
            "Un guichet couvre un territoire de plus",
            "guichet_territoire",
            guichet=guichet.nom,
            code=guichet.code,
            territoires=", ".join(f"{nom_territoire(code)} ({code})" for code in sorted(gagnes)),
        )


def _en_mots(perimetre: Perimetre) -> str:
    return f"territoires {' '.join(sorted(perimetre.territoires))}, {len(perimetre.communes)} commune(s)"


def inscrire(session: Session, guichet: Guichet, quoi: str, par: Agent | None) -> None:
    journal.inscrire(session, ActeJournal.GUICHET, agent=par, guichet_code=guichet.code, objet=f"guichet {quoi}")
