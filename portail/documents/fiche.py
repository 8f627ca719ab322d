"""La fiche récapitulative : les réponses d'une demande, sur quelques pages que l'on garde ou que l'on montre.

Ce n'est ni l'attestation d'enregistrement ni le formulaire, et la fiche le dit. Elle est faite de textes déjà
prêts à lire : qui l'appelle choisit ce qui y figure (les réponses confidentielles n'ont pas à y entrer).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portail.documents.contenu import Bloc, Contenu, Encart, Paragraphe, Tableau, Titre, definitions, partie
from portail.documents.reponses import Rubrique, par_etapes
from portail.documents.typographie import date_et_heure, francais, vu_de_paris
from portail.regles.calendrier import date_en_lettres

TITRE = "Fiche récapitulative"
SUJET = "Demande de logement social"
AVERTISSEMENT = "Cette fiche récapitulative ne vaut pas attestation d’enregistrement."
COLONNES = ("Pièce", "Personne", "État")
PARTS = (0.45, 0.3, 0.25)  # un prénom composé tient sur une ligne


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


def rediger(fiche: Fiche) -> Contenu:
    """Ce que la fiche dit. L'heure est celle de Paris."""
    etablie_le = vu_de_paris(fiche.etablie_le)
    jour = date_en_lettres(etablie_le.date())
    faits = definitions(
        ("État de la demande", fiche.etat),
        ("Numéro unique", fiche.numero_unique or "pas encore attribué"),
        ("Déposée le", fiche.deposee_le or "pas encore déposée"),
        ("Communes demandées" if "," in fiche.commune else "Commune demandée", fiche.commune),
        ("Fiche établie le", date_et_heure(etablie_le)),
        ton="fort",
    )
    blocs: list[Bloc] = [
        Paragraphe(fiche.portail, "chapeau"),
        Titre(1, TITRE),
        Paragraphe(fiche.titulaire, "grand"),
        Encart((faits,)),
        Paragraphe(AVERTISSEMENT, "fort"),
        *par_etapes(fiche.rubriques),
    ]
    if fiche.pieces:
        lignes = tuple((piece.libelle, piece.personne, piece.etat) for piece in fiche.pieces)
        blocs.append(partie(2, "Pièces justificatives", Tableau(COLONNES, lignes, PARTS)))
    return Contenu(
        titre=TITRE,
        sujet=SUJET,
        auteur=fiche.portail,
        etabli_le=etablie_le,
        rappel=f"{TITRE} de {fiche.titulaire}",
        pied=f"Établie le {jour}. Ne vaut pas attestation d’enregistrement.",
        blocs=tuple(blocs),
        mentions=tuple(map(francais, fiche.mentions)),
    )


def composer(fiche: Fiche) -> bytes:
    """Le PDF balisé de la fiche, identique octet pour octet pour les mêmes données.

    Lève `ValueError` si `etablie_le` n'a pas de fuseau.
    """
    # Chargé ici : reportlab et pikepdf coûtent un dixième de seconde au démarrage d'un portail qui n'imprime pas.
    from portail.documents.impression import imprimer

    return imprimer(rediger(fiche))
