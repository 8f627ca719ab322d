"""Ce que veut dire chaque colonne d'un échange, tiré des formulaires et du catalogue : jamais en retard sur eux."""

from __future__ import annotations

from collections.abc import Iterator

from portail.demande.catalogue_evenements import liste, motifs_de_radiation
from portail.demande.cycle_de_vie import Etat
from portail.guichet.echanges import reponses
from portail.guichet.echanges.cellules import en_csv
from portail.guichet.echanges.controle import GENRES

COLONNES = ("echange", "colonne", "question", "nature", "repetee", "code", "libelle")


def en_tableau() -> Iterator[str]:
    """Une ligne par question, suivie d'une ligne par code de sa réponse fermée."""
    yield from en_csv(COLONNES, _lignes())


def _lignes() -> Iterator[tuple[str, ...]]:
    for genre in GENRES.values():
        fiche = genre.fiche
        yield "evenements", "evenement", fiche.phrase, "code", "", genre.code, genre.libelle
        for code, libelle in liste(fiche.liste).items():
            yield "evenements", "valeur", f"quand « evenement » vaut {genre.code}", "code", "", code, libelle
    for etat in Etat:
        yield "demandes", "etat", "État de la demande", "code", "", etat.code, etat.libelle
    for code, motif in motifs_de_radiation().items():
        yield "demandes", "motif_radiation", "Motif de radiation (R441-2-8)", "code", "", code, motif.libelle
    for colonne in reponses.colonnes():
        repetee = "oui" if colonne.repetee else ""
        yield "demandes", colonne.nom, colonne.question, colonne.nature, repetee, "", ""
        for code, libelle in colonne.valeurs.items():
            yield "demandes", colonne.nom, colonne.question, colonne.nature, repetee, code, libelle
