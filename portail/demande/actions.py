"""Les boutons d'une étape, et où ils mènent une fois l'étape enregistrée.

Aucun bouton : enregistrement automatique. Les boutons de lignes s'écrivent « verbe:section:numéro ».
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portail.champs.base import Champ
from portail.db import db
from portail.demande import lignes
from portail.demande.etape import Etape, Section
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.demande.porte import Porte
from portail.pieces import acces as acces_pieces
from portail.pieces import reception
from portail.requete import numero

FICHIERS = {"joindre", "retirer-fichier", "remettre-fichier"}
PAS = {"monter": -1, "descendre": 1}


def lire_numero(texte: str) -> int:
    """Le numéro d'une ligne ou d'un fichier ; 0, qui n'est celui de rien, pour tout autre texte."""
    try:
        return numero(texte)
    except ValueError:
        return 0


@dataclass(frozen=True)
class Action:
    verbe: str
    section: str = ""
    ligne: int = 0

    @classmethod
    def lire(cls, texte: str) -> Action:
        verbe, _, reste = texte.partition(":")
        section, _, ligne = reste.partition(":")
        return cls(verbe, section, lire_numero(ligne))

    @property
    def numero(self) -> int:
        """Pour « retirer-fichier:12 » : 12."""
        return lire_numero(self.section)

    @property
    def est_automatique(self) -> bool:
        return not self.verbe


def executer(
    porte: Porte,
    action: Action,
    declaration: Declaration,
    etape: Etape,
    contexte: Contexte,
    fautifs: list[Champ],
    instant: datetime,
) -> str | None:
    """L'adresse où aller, ou None pour rester sur la page (enregistrement automatique, réponse à corriger)."""
    if action.verbe == "plus-tard":
        return porte.tableau
    if action.verbe in FICHIERS:
        return _fichier(porte, action, etape, instant)
    if action.section:
        return _ligne(porte, action, declaration, etape, contexte, instant)
    if action.verbe in {"trancher", "comparer"}:
        return porte.etape(etape.slug)
    if action.est_automatique or fautifs:
        return None
    suivante = PARCOURS.suivante(etape)
    if action.verbe == "soumettre" or suivante is None:
        return porte.verifier
    return porte.etape(suivante.slug)


def _fichier(porte: Porte, action: Action, etape: Etape, instant: datetime) -> str:
    """Retire un fichier, ou revient d'en avoir remis un : là où il est, pas en haut de la page."""
    fichier = acces_pieces.trouver_fichier(db.session, porte, action.numero)
    if fichier is None:  # déjà retiré (double clic, autre page) : rien à faire, et rien à perdre
        return porte.etape(etape.slug, "pieces")
    if action.verbe != "remettre-fichier":
        reception.retirer(fichier, instant)
    piece = fichier.piece
    return porte.etape(etape.slug, f"piece-{piece.code}-{piece.personne}", fichier=str(fichier.id))


def _ligne(
    porte: Porte, action: Action, declaration: Declaration, etape: Etape, contexte: Contexte, instant: datetime
) -> str:
    """Agit sur une ligne répétée et revient sur l'étape, au bon endroit. Une ligne déjà partie ne change rien."""
    section = etape.section(action.section)
    parametres: dict[str, str] = {}
    if section is not None and section.repetition is not None:
        try:
            parametres = _agir(action, declaration, section, contexte, instant)
        except lignes.LigneImpossible:
            parametres = {"complet": section.nom}
    return porte.etape(etape.slug, **parametres)


def _agir(
    action: Action, declaration: Declaration, section: Section, contexte: Contexte, instant: datetime
) -> dict[str, str]:
    repere = f"{section.nom}-{action.ligne}"
    if action.verbe == "ajouter":
        ligne = lignes.ajouter(declaration, section, contexte)
        db.session.flush()  # l'adresse de retour porte le numéro de la ligne
        return {"nouvelle": f"{section.nom}-{ligne.id}"}
    if action.verbe == "retirer":
        return {"retirer": repere}
    if action.verbe == "retirer-oui":
        return {"retiree": repere} if lignes.retirer(declaration, section, action.ligne, instant) else {}
    if action.verbe == "retablir":
        return {"nouvelle": repere} if lignes.retablir(declaration, section, action.ligne, contexte) else {}
    if action.verbe in PAS:
        lignes.deplacer(declaration, section, action.ligne, PAS[action.verbe])
        return {"nouvelle": repere}
    return {}
