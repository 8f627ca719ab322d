"""La fiche récapitulative : les réponses d'une demande, sur quelques pages que l'on garde ou que l'on montre.

Ce n'est ni l'attestation d'enregistrement ni le formulaire, et la fiche le dit. Elle est faite de textes déjà
prêts à lire : qui l'appelle choisit ce qui y figure (les réponses confidentielles n'ont pas à y entrer).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portail.regles.calendrier import date_en_lettres

if TYPE_CHECKING:
    from portail.documents.mise_en_page import Document

PARIS = ZoneInfo("Europe/Paris")
TITRE = "Fiche récapitulative"
SUJET = "Demande de logement social"
AVERTISSEMENT = "Cette fiche récapitulative ne vaut pas attestation d’enregistrement."
SANS_REPONSE = "pas de réponse"
REMPLACES = (
    "Certains caractères ne peuvent pas être imprimés ici : une lettre sans accent ou « ? » les remplace. "
    "Votre demande, elle, les garde tels que vous les avez écrits."
)


@dataclass(frozen=True)
class Reponse:
    question: str
    reponse: str


@dataclass(frozen=True)
class Rubrique:
    """Les réponses d'une étape, ou d'une personne dans une étape (`sous_titre`)."""

    titre: str
    reponses: tuple[Reponse, ...]
    sous_titre: str = ""


@dataclass(frozen=True)
class PieceFiche:
    """Une pièce justificative attendue, la personne qu'elle concerne, et où elle en est."""

    libelle: str
    personne: str
    etat: str


@dataclass(frozen=True)
class Fiche:
    """Tout ce que la fiche écrit. `etablie_le` porte un fuseau ; les autres dates sont déjà en lettres."""

    portail: str
    titulaire: str
    etat: str
    numero_unique: str | None
    deposee_le: str | None
    etablie_le: datetime
    commune: str
    rubriques: tuple[Rubrique, ...]
    pieces: tuple[PieceFiche, ...]
    mentions: tuple[str, ...]

    def textes(self) -> list[str]:
        """Tous les textes reçus, dans l'ordre où la fiche les écrit."""
        textes = [self.portail, self.titulaire, self.etat, self.numero_unique, self.deposee_le, self.commune]
        for rubrique in self.rubriques:
            textes += [rubrique.titre, rubrique.sous_titre]
            textes += [texte for reponse in rubrique.reponses for texte in (reponse.question, reponse.reponse)]
        textes += [texte for piece in self.pieces for texte in (piece.libelle, piece.personne, piece.etat)]
        return [texte for texte in (*textes, *self.mentions) if texte]


def composer(fiche: Fiche) -> bytes:
    """Le PDF balisé de la fiche, identique octet pour octet pour les mêmes données.

    Lève `ValueError` si `etablie_le` n'a pas de fuseau.
    """
    # Chargés ici : reportlab et pikepdf coûtent un dixième de seconde au démarrage d'un portail qui n'imprime pas.
    from portail.documents.ecriture import a_des_absents
    from portail.documents.mise_en_page import CHAPEAU, FORT, GRAND, Document
    from portail.documents.structure import Identite

    etablie_le = fiche.etablie_le.astimezone(PARIS) if fiche.etablie_le.tzinfo else fiche.etablie_le
    jour = date_en_lettres(etablie_le.date())
    document = Document(
        # Sans nom de personne : ce titre s'affiche dans la barre de la fenêtre et dans les fichiers récents.
        Identite(f"{TITRE} – {SUJET}", fiche.portail, etablie_le),
        rappel_titre=f"{TITRE} de {fiche.titulaire}",
        pied=f"Établie le {jour}. Ne vaut pas attestation d’enregistrement.",
    )
    document.paragraphe(fiche.portail, CHAPEAU)
    document.titre(1, TITRE)
    document.paragraphe(fiche.titulaire, GRAND)
    faits = (
        ("État de la demande", fiche.etat),
        ("Numéro unique", fiche.numero_unique or "pas encore attribué"),
        ("Déposée le", fiche.deposee_le or "pas encore déposée"),
        ("Communes demandées" if "," in fiche.commune else "Commune demandée", fiche.commune or SANS_REPONSE),
        ("Fiche établie le", f"{jour} à {etablie_le:%H} h {etablie_le:%M}"),
    )
    with document.encart():
        document.definitions(faits, filet="", style=FORT)
    document.paragraphe(AVERTISSEMENT, FORT)
    for titre, rubriques in groupby((r for r in fiche.rubriques if r.reponses), lambda rubrique: rubrique.titre):
        with document.section():
            document.titre(2, titre)
            for rubrique in rubriques:
                _rubrique(document, rubrique)
    if fiche.pieces:
        with document.section():
            document.titre(2, "Pièces justificatives")
            lignes = [(piece.libelle, piece.personne, piece.etat) for piece in fiche.pieces]
            document.tableau(("Pièce", "Personne", "État"), lignes, (0.52, 0.2, 0.28))
    mentions = [*fiche.mentions, *([REMPLACES] if any(map(a_des_absents, fiche.textes())) else [])]
    if mentions:
        with document.section():
            document.titre(2, "À savoir")
            document.puces(mentions)
    return document.octets()


def _rubrique(document: Document, rubrique: Rubrique) -> None:
    couples = [(reponse.question, reponse.reponse.strip() or SANS_REPONSE) for reponse in rubrique.reponses]
    if rubrique.sous_titre.strip():
        with document.section():
            document.titre(3, rubrique.sous_titre)
            document.definitions(couples)
    else:
        document.definitions(couples)
