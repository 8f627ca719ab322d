"""« Rechercher une demande » : par son numéro, ou par un nom de naissance et une date de naissance.

Hors de ses territoires, un agent apprend qu'une demande existe et chez qui, rien d'autre ; l'ouvrir demande une raison.
Chercher s'inscrit au journal : le genre de recherche et le nombre de réponses, jamais ce qui a été cherché.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.orm import Session
from wtforms.validators import ValidationError

from portail.champs import Champ, ChampDate, ChampTexte
from portail.demande.modeles import Demande, Personne, Role
from portail.demande.reperes import normaliser
from portail.formulaire import Facultatif, Formulaire
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent, Guichet
from portail.regles import numero_unique

LIMITE = 50
NES_CE_JOUR = 2000  # bien plus qu'il n'en naît un même jour dans toutes les demandes du pays
MOT_MINIMUM = 3  # lettres : « de », « le » ne disent pas qui
RESSEMBLANCE = 80.0  # sur 100 ; « LEFEVRE » et « LEFEBVRE » : 93
NUMERO_INCOMPLET = "Un numéro unique a 18 caractères : vous en avez écrit {}."
NUMERO_MAL_FORME = "Ce numéro n’a pas la forme attendue. Exemple : 069 06 20 181772 69266."


class RechercheForm(Formulaire):
    """Un numéro, ou un nom et une date. Ces réponses ne vont jamais dans une adresse."""

    numero = ChampTexte(
        "Numéro unique",
        [Facultatif()],
        aide="18 caractères, avec ou sans espaces. La lettre O et le zéro peuvent être confondus.",
        largeur="moyen",
    )
    nom = ChampTexte(
        "Nom de naissance", [Facultatif()], aide="Sans se soucier des accents ni des traits d’union.", largeur="moyen"
    )
    date_naissance = ChampDate("Date de naissance", [Facultatif()], naissance=True)

    def validate_numero(self, champ: Champ) -> None:
        numero = numero_unique.normaliser(champ.data or "")
        if len(numero) != numero_unique.LONGUEUR:
            raise ValidationError(NUMERO_INCOMPLET.format(len(numero)))
        if not numero_unique.est_valide(numero):
            raise ValidationError(NUMERO_MAL_FORME)

    def validate(self, extra_validators: Any = None) -> bool:
        valable = super().validate(extra_validators)
        if not valable or self.numero.data:
            return valable
        if not self.nom.data and not self.date_naissance.data:
            self.numero.errors = ["Écrivez un numéro unique, ou un nom de naissance et une date de naissance."]
        elif not self.nom.data:
            self.nom.errors = ["Écrivez aussi le nom de naissance."]
        elif not self.date_naissance.data:
            self.date_naissance.errors = ["Écrivez aussi la date de naissance."]
        return not self.errors


@dataclass(frozen=True)
class Trouvee:
    """Une demande. Hors territoire, `nom` et `date_naissance` restent vides."""

    id: int
    numero_unique: str | None
    territoire: str
    guichet: str
    dans_ses_territoires: bool
    est_radiee: bool
    nom: str = ""
    date_naissance: date | None = None


def chercher(session: Session, agent: Agent, formulaire: RechercheForm) -> list[Trouvee]:
    """Les demandes déposées qui répondent, celles de ses territoires d'abord. La recherche est inscrite."""
    if formulaire.numero.data:
        genre, numeros = "par numéro", _par_numero(session, formulaire.numero.data)
    else:
        genre, numeros = "par identité", _par_identite(session, formulaire.nom.data, formulaire.date_naissance.data)
    trouvees = _trouvees(session, agent, numeros)
    inscrire(session, ActeJournal.RECHERCHE, agent=agent, objet=f"{genre}, {len(trouvees)} réponse(s)")
    return trouvees


def _par_numero(session: Session, saisie: str) -> list[int]:
    variantes = numero_unique.variantes(numero_unique.normaliser(saisie))
    return list(session.scalars(sa.select(Demande.id).where(Demande.numero_unique.in_(variantes)).limit(LIMITE)))


def _par_identite(session: Session, nom: str, naissance: date) -> list[int]:
    """Qui est né ce jour-là, et dont le nom est celui-là ou presque ; les plus ressemblants d'abord."""
    cherche = normaliser(nom)
    nes_ce_jour = session.execute(
        sa.select(Demande.id, Demande.nom_cherche)
        .where(Demande.date_naissance_cherchee == naissance, Demande.deposee_le.is_not(None))
        .limit(NES_CE_JOUR)
    )
    notes = [(_ressemblance(cherche, ligne.nom_cherche or ""), ligne.id) for ligne in nes_ce_jour]
    retenues = sorted((note for note in notes if note[0] >= RESSEMBLANCE), reverse=True)
    return [numero for _, numero in retenues[:LIMITE]]


def _ressemblance(cherche: str, nom: str) -> float:
    """De 0 à 100. Un nom composé se trouve aussi par une de ses parties, un nom simple par le composé qu'il forme."""
    cherches, portes = set(cherche.split(" ")), set(nom.split(" "))
    communs = cherches & portes
    if communs in (cherches, portes) and any(len(mot) >= MOT_MINIMUM for mot in communs):
        return 100.0
    return fuzz.ratio(cherche, nom)


def _trouvees(session: Session, agent: Agent, numeros: list[int]) -> list[Trouvee]:
    lignes = session.execute(
        sa.select(
            Demande.id,
            Demande.numero_unique,
            Demande.territoire,
            Demande.radiee_le,
            Demande.date_naissance_cherchee,
            Guichet.nom,
            Personne.prenoms,
            Personne.nom_naissance,
        )
        .join(
            Personne,
            sa.and_(Personne.declaration_id == Demande.declaration_deposee_id, Personne.role == Role.DEMANDEUR),
        )
        .outerjoin(Guichet, Guichet.id == Demande.guichet_id)
        .where(Demande.id.in_(numeros))
    )
    trouvees = {ligne.id: _trouvee(ligne, agent.guichet.codes_territoires) for ligne in lignes}
    ordre = [trouvees[numero] for numero in numeros if numero in trouvees]
    return sorted(ordre, key=lambda trouvee: not trouvee.dans_ses_territoires)


def _trouvee(ligne: sa.Row[*tuple[Any, ...]], territoires: list[str]) -> Trouvee:
    la_sienne = ligne.territoire in territoires
    return Trouvee(
        id=ligne.id,
        numero_unique=ligne.numero_unique,
        territoire=ligne.territoire,
        guichet=ligne.nom or "",
        dans_ses_territoires=la_sienne,
        est_radiee=ligne.radiee_le is not None,
        nom=" ".join(filter(None, [ligne.prenoms, ligne.nom_naissance])) if la_sienne else "",
        date_naissance=ligne.date_naissance_cherchee if la_sienne else None,
    )
