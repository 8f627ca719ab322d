"""Un fichier qui arrive par morceaux : coupé n'importe où, il reprend au dernier octet gardé.

Annoncer (nom, taille, empreinte), puis ajouter des morceaux à la suite. Ils sont gardés en base, chiffrés, dans la même
transaction que l'avancement : ce qui est dit reçu l'est. Le fichier réuni passe par le contrôle de tous les autres.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.chiffrement import coffre
from portail.demande.modeles import Demande
from portail.pieces import quotas
from portail.pieces.modeles import CONTEXTE_DU_MORCEAU, GARDE_DES_MORCEAUX, Morceau, PieceFournie, Televersement
from portail.pieces.noms import nom_montrable
from portail.pieces.refus import TAILLE_MAX, Refus, poids, refuser
from portail.stockage import empreinte

MORCEAU_MAX = 64 * 1024  # octets
FORME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Annonce:
    """Ce que le navigateur dit du fichier qu'il va envoyer."""

    nom: str
    taille: int
    empreinte: str

    @classmethod
    def lire(cls, valeurs: object) -> Annonce | None:
        """None si ce n'est pas une annonce bien formée. Lève `FichierRefuse` : vide, ou trop gros."""
        if not isinstance(valeurs, dict):
            return None
        nom, taille, annoncee = (valeurs.get(cle) for cle in ("nom", "taille", "empreinte"))
        if not (isinstance(nom, str) and isinstance(taille, int) and isinstance(annoncee, str)):
            return None
        if not FORME.fullmatch(annoncee) or taille < 0:
            return None
        montre = nom_montrable(nom)
        if taille == 0:
            raise refuser(Refus.VIDE, montre)
        if taille > TAILLE_MAX:
            raise refuser(Refus.TROP_GROS, montre, poids=poids(taille))
        return cls(montre, taille, annoncee)


class MorceauRefuse(Exception):
    """Ce morceau ne suit pas ce qui est déjà reçu (`attendu`, en octets), ou s'est abîmé en route."""

    def __init__(self, attendu: int) -> None:
        self.attendu = attendu
        super().__init__(attendu)


def est_deja_recu(piece: PieceFournie | None, annonce: Annonce) -> bool:
    """Le fichier entier est là : la réponse s'était perdue, ou il est envoyé deux fois."""
    return piece is not None and any(f.empreinte_recue == annonce.empreinte for f in piece.fichiers_gardes)


def en_cours(session: Session, demande_id: int, code: str, personne: str) -> Sequence[Televersement]:
    """Les envois de cette pièce qui ne sont pas finis, le plus ancien d'abord."""
    ceux_ci = (Televersement.demande_id == demande_id, Televersement.code == code, Televersement.personne == personne)
    return session.scalars(sa.select(Televersement).where(*ceux_ci).order_by(Televersement.id)).all()


def commencer(
    session: Session, demande: Demande, code: str, personne: str, annonce: Annonce, instant: datetime
) -> Televersement:
    """L'envoi de ce fichier, neuf ou repris. Lève `quotas.Depasse`."""
    siens = en_cours(session, demande.id, code, personne)
    repris = next((envoi for envoi in siens if envoi.empreinte == annonce.empreinte), None)
    if repris is not None:
        return repris
    piece = next((p for p in demande.pieces if (p.code, p.personne) == (code, personne)), None)
    attendus = (
        session.scalar(sa.select(sa.func.sum(Televersement.taille)).where(Televersement.demande_id == demande.id)) or 0
    )
    quotas.exiger_un_fichier(piece, annonce.nom, attendus=len(siens))
    quotas.exiger_la_place(demande, annonce.nom, annonce.taille + int(attendus))
    envoi = Televersement(
        demande_id=demande.id,
        code=code,
        personne=personne,
        nom=annonce.nom,
        empreinte=annonce.empreinte,
        taille=annonce.taille,
        recu=0,
        avance_le=instant,
    )
    session.add(envoi)
    session.flush()
    return envoi


def ajouter(
    session: Session, envoi: Televersement, debut: int, octets: bytes, annoncee: str, instant: datetime
) -> None:
    """Ajoute un morceau à la suite. Lève `MorceauRefuse` : il est ailleurs, trop long, vide, ou abîmé en route."""
    suite = debut == envoi.recu and 0 < len(octets) <= min(MORCEAU_MAX, envoi.taille - envoi.recu)
    if not suite or empreinte(octets) != annoncee:
        raise MorceauRefuse(envoi.recu)
    session.add(
        Morceau(televersement_id=envoi.id, debut=debut, chiffre=coffre().chiffrer(octets, _contexte(envoi.id, debut)))
    )
    envoi.recu += len(octets)
    envoi.avance_le = instant


def reunir(session: Session, envoi: Televersement) -> bytes | None:
    """Le fichier entier ; None si ce n'est pas celui qui a été annoncé. Lève `DechiffrementImpossible`."""
    entier = bytearray()
    requete = (
        sa.select(Morceau.debut, Morceau.chiffre).where(Morceau.televersement_id == envoi.id).order_by(Morceau.debut)
    )
    for debut, chiffre in session.execute(requete.execution_options(yield_per=16)):
        entier += coffre().dechiffrer(bytes(chiffre), _contexte(envoi.id, debut))
    octets = bytes(entier)
    return octets if empreinte(octets) == envoi.empreinte else None


def oublier(session: Session, envoi: Televersement) -> None:
    """L'envoi est fini, refusé ou annulé : ses morceaux s'effacent avec lui."""
    session.execute(sa.delete(Morceau).where(Morceau.televersement_id == envoi.id))
    session.delete(envoi)


def purger(session: Session, instant: datetime) -> None:
    """Efface les envois qui n'avancent plus depuis sept jours."""
    vieux = sa.select(Televersement.id).where(Televersement.avance_le < instant - GARDE_DES_MORCEAUX)
    session.execute(sa.delete(Morceau).where(Morceau.televersement_id.in_(vieux)))
    session.execute(sa.delete(Televersement).where(Televersement.avance_le < instant - GARDE_DES_MORCEAUX))


def _contexte(televersement_id: int, debut: int) -> str:
    """Lié au chiffrement : un morceau recopié ailleurs ne s'ouvre pas."""
    return CONTEXTE_DU_MORCEAU.format(televersement_id=televersement_id, debut=debut)
