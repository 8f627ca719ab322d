"""Ce que l'exploitant fait en ligne de commande : un guichet et son responsable, la liste, un accès à rouvrir."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portail.champs.textes import COURRIEL
from portail.db import ecriture, lecture
from portail.guichet import agents, guichets
from portail.guichet.guichets import DESCRIPTION, GuichetRefuse, Perimetre
from portail.guichet.modeles import Agent, Guichet, RoleAgent, TypeGuichet
from portail.referentiels import recherche
from portail.referentiels.lieux import Lieu
from portail.regles.territoire import territoire


def creer_avec_responsable(saisie: dict[str, Any]) -> tuple[str, str]:
    """Le code du guichet et le lien du responsable. Lève `GuichetRefuse` ou `agents.AdresseDejaPrise`."""
    adresse = saisie["responsable_courriel"].strip().lower()
    if not COURRIEL.fullmatch(adresse):
        raise GuichetRefuse("L’adresse mail du responsable n’est pas complète.")
    communes = [_commune(texte) for texte in saisie["communes"]]
    with ecriture() as session:
        guichet = guichets.creer(
            session,
            code=saisie["code"].strip().upper(),
            type_=TypeGuichet(saisie["type_"]),
            perimetre=_perimetre(saisie["territoires"], communes),
            description={nom: saisie.get(nom) for nom in DESCRIPTION},
        )
        lien = agents.inviter(
            session,
            guichet,
            prenom=saisie["responsable_prenom"],
            nom=saisie["responsable_nom"],
            adresse=adresse,
            role=RoleAgent.RESPONSABLE,
            par=None,
        )
        return guichet.code, lien


def relancer(adresse: str) -> str | None:
    """Le lien neuf de cet agent (réactivé s'il était désactivé), ou None si personne n'a cette adresse.

    Lève `GuichetRefuse` si son guichet est fermé.
    """
    with ecriture() as session:
        agent = session.scalar(sa.select(Agent).where(Agent.courriel == adresse.strip().lower()))
        if agent is None:
            return None
        if agent.guichet.ferme_le is not None:
            raise GuichetRefuse("Son guichet est fermé : rouvrez-le, ou qu’un autre guichet invite cet agent.")
        if agent.desactive_le is not None:
            return agents.reactiver(session, agent, None)
        return agents.remettre_a_zero(session, agent, None)


def lignes() -> Iterator[str]:
    """Une ligne par guichet, dans l'ordre des codes."""
    with lecture() as session:
        actifs = dict(
            session.execute(
                sa.select(Agent.guichet_id, sa.func.count())
                .where(Agent.desactive_le.is_(None), Agent.mot_de_passe.is_not(None))
                .group_by(Agent.guichet_id)
            ).all()
        )
        for guichet in session.scalars(
            sa.select(Guichet).options(selectinload(Guichet.communes)).order_by(Guichet.code)
        ):
            ferme = ", fermé" if guichet.ferme_le else ""
            yield (
                f"{guichet.code}  {guichet.nom} ({guichet.type}, {guichet.ville}{ferme}) ; "
                f"territoires {' '.join(guichet.codes_territoires)} ; {len(guichet.communes)} commune(s) ; "
                f"{actifs.get(guichet.id, 0)} agent(s)"
            )


def _perimetre(territoires: Iterable[str], communes: list[Lieu]) -> Perimetre:
    codes = frozenset(territoires) or frozenset(territoire(lieu.code_departement) for lieu in communes)
    return Perimetre(codes, frozenset(lieu.code for lieu in communes))


def _commune(texte: str) -> Lieu:
    """Un même nombre peut être le code Insee d'une commune et le code postal d'une autre : rien ne se devine."""
    texte = texte.strip()
    trouve, par_code = recherche.resoudre(texte), recherche.lieu(texte)
    candidats = trouve if isinstance(trouve, list) else [trouve]
    if par_code is not None and par_code not in candidats:
        candidats = [*candidats, par_code]
    if len(candidats) == 1 and (par_code is not None or not isinstance(trouve, list)):
        return candidats[0]
    noms = ", ".join(lieu.libelle for lieu in candidats)
    if texte.isdecimal() and candidats:
        raise GuichetRefuse(f"« {texte} » désigne plusieurs communes : {noms}. Écrivez le nom de la vôtre.")
    raise GuichetRefuse(f"Commune introuvable : « {texte} »." + (f" Proches : {noms}." if candidats else ""))
