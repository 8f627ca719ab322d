"""Vérifier une attestation par son code : valable, périmée ou inconnue, et rien de personnel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session
from wtforms.validators import ValidationError

from portail.champs import Champ, ChampTexte
from portail.choix import Choix
from portail.demande.modeles import Demande
from portail.documents import code_verification
from portail.documents.modeles import DocumentEmis
from portail.formulaire import Formulaire, Obligatoire
from portail.freins import Regle

TITRE = "Vérifier une attestation"
# Un guichet en vérifie beaucoup ; deviner un code demanderait des milliards d'années à ce rythme.
PAR_RESEAU = Regle("verification-reseau", 60, 5)


class Etat(Choix):
    VALABLE = "valable", "Valable"
    PERIMEE = "perimee", "Périmée"
    INCONNUE = "inconnue", "Inconnue"


@dataclass(frozen=True)
class Verdict:
    """`jusqu_au` : pour une attestation valable, son dernier jour."""

    etat: Etat
    jusqu_au: date | None = None


class CodeForm(Formulaire):
    code = ChampTexte(
        "Code de vérification",
        [Obligatoire("Écrivez le code de l’attestation.")],
        aide="16 lettres et chiffres, en quatre groupes, sur la première page. Les tirets ne comptent pas.",
        largeur="moyen",
        maximum=40,
    )

    def validate_code(self, champ: Champ) -> None:
        code = code_verification.normaliser(champ.data)
        if len(code) != code_verification.LONGUEUR:
            raise ValidationError(
                f"Le code a {code_verification.LONGUEUR} signes, vous en avez écrit {len(code)}. "
                "Exemple : K7RW-2MHT-9QXB-4FDU."
            )
        if not code_verification.est_valide(code):
            raise ValidationError(
                "Un signe de ce code est faux. Relisez-le : il n’a ni zéro, ni un, ni les lettres I, L et O."
            )


def verifier(session: Session, code: str, jour: date) -> Verdict:
    """Ce que l'on peut dire d'un code (sans tirets), bien formé ou non. Une seule requête, la même pour tous."""
    trouvee = session.execute(
        sa.select(DocumentEmis.valable_jusqu_au, Demande.radiee_le)
        .join(DocumentEmis.demande)
        .where(DocumentEmis.code_verification == code[: code_verification.LONGUEUR + 1])
    ).one_or_none()
    if trouvee is None or trouvee.valable_jusqu_au is None:
        return Verdict(Etat.INCONNUE)
    # Une demande radiée est périmée, sans dire pourquoi : c'est l'affaire de la personne.
    if trouvee.radiee_le is not None or trouvee.valable_jusqu_au < jour:
        return Verdict(Etat.PERIMEE)
    return Verdict(Etat.VALABLE, trouvee.valable_jusqu_au)
