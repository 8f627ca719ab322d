"""Relire une écriture du journal en mots : l'écriture garde des codes, qui ne changent pas quand un libellé change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from portail.demande.catalogue_evenements import motifs_de_radiation
from portail.demande.codes_de_piece import nature_et_precision
from portail.guichet.modeles import ActeJournal, EcritureJournal
from portail.guichet.modeles.instruction import MotifRenvoi
from portail.referentiels.parametres import catalogue_pieces
from portail.regles.calendrier import date_en_lettres

AGENT_CITE = re.compile(r"^agent (\d+)\s: ")
MOTIF_CITE = re.compile(r"^motif (\w+)(.*)$")
PIECE_CITEE = re.compile(r"^([A-Z]+[0-9]*),? (\d+)?(.*)$")
LETTRE_PREPAREE = {
    "lettre préparée : selon": "lettre préparée",
    "lettre préparée : convocation": "convocation préparée",
}
JOUR_CITE = re.compile(r"\d{4}-\d{2}-\d{2}$")
# Sans agent, ce que la personne a fait elle-même, ou le site tout seul ; le reste se fait en ligne de commande.
PAR_LA_PERSONNE = {ActeJournal.RECLAMATION, ActeJournal.RATTACHEMENT, ActeJournal.PARTAGE, ActeJournal.DETACHEMENT}
PAR_LE_SITE = {ActeJournal.ALERTE, ActeJournal.EFFACEMENT, ActeJournal.RADIATION}
DES_PIECES = {ActeJournal.LECTURE_PIECE, ActeJournal.DECISION_PIECE}


def objet_lisible(ligne: EcritureJournal, noms: Mapping[int, str]) -> str:
    """« Léa Petit : désactivé » plutôt que « agent 12 : désactivé ». Ce qui n'est pas reconnu se lit tel quel.

    `noms` : ceux des agents que le lecteur peut nommer, par numéro.
    """
    objet = ligne.objet or ""
    if ligne.acte is ActeJournal.LECTURE:
        return LETTRE_PREPAREE.get(objet, objet)
    if ligne.acte is ActeJournal.LECTURE_JOURNAL:
        return ", ".join(_question(*question.partition(" ")[::2], noms) for question in objet.split(", "))
    if ligne.acte is ActeJournal.LECTURE_HORS_TERRITOIRE:
        return _ailleurs(objet)
    if ligne.acte is ActeJournal.SAISIE:
        return JOUR_CITE.sub(lambda jour: date_en_lettres(date.fromisoformat(jour[0])), objet)
    if ligne.acte is ActeJournal.RENVOI:
        return next((motif.libelle for motif in MotifRenvoi if motif.code == objet), objet)
    if ligne.acte in {ActeJournal.RADIATION, ActeJournal.AVERTISSEMENT}:
        return _motif(objet)
    if ligne.acte in DES_PIECES:
        return _piece(objet)
    cite = AGENT_CITE.match(objet)
    if cite is None or int(cite[1]) not in noms:
        return objet
    return f"{noms[int(cite[1])]} : {objet[cite.end() :]}"


def auteur(ligne: EcritureJournal) -> str:
    """Qui a fait cet acte."""
    if ligne.agent_nom:
        return ligne.agent_nom
    if ligne.acte in PAR_LA_PERSONNE:
        return "la personne"
    return "le site" if ligne.acte in PAR_LE_SITE else "l’exploitant du site"


def _question(nom: str, valeur: str, noms: Mapping[int, str]) -> str:
    """Ce qui a été cherché : « agent 12 » → « agent Léa Petit », « acte export », « du 2 novembre 2026 »."""
    if nom == "agent" and valeur.isdecimal():
        valeur = noms.get(int(valeur), valeur)
    elif nom == "acte":
        valeur = next((acte.libelle for acte in ActeJournal if acte.code == valeur), valeur)
    elif JOUR_CITE.match(valeur):
        valeur = date_en_lettres(date.fromisoformat(valeur))
    return f"{nom} {valeur}".strip()


def _ailleurs(objet: str) -> str:
    """« lecture_piece ID 156 » → « Document ouvert : Pièce d’identité, fichier 156 »."""
    code, _, reste = objet.partition(" ")
    acte = next((acte for acte in ActeJournal if acte.code == code), None)
    if acte is None:
        return objet
    suite = _piece(reste) if acte in DES_PIECES else reste
    return acte.libelle.capitalize() + (f" : {suite}" if suite else "")


def _motif(objet: str) -> str:
    """« motif b, d’office » → « Abandon du demandeur, d’office »."""
    cite = MOTIF_CITE.match(objet)
    motif = motifs_de_radiation().get(cite[1]) if cite else None
    return f"{motif.libelle}{cite[2]}" if cite and motif else objet


def _piece(objet: str) -> str:
    """« ID 156 » → « Pièce d’identité, fichier 156 » ; « AIS2025 refusée » → « Avis d’impôt 2025, refusée »."""
    cite = PIECE_CITEE.match(objet)
    if cite is None:
        return objet
    nature, precision = nature_et_precision(cite[1])
    connue = catalogue_pieces().get(nature)
    if connue is None:
        return objet
    nom = f"{connue.libelle} {precision}".strip()
    if not cite[2]:
        return f"{nom}, {cite[3]}"
    return f"{nom}, {cite[2]}{cite[3]}" if cite[3] else f"{nom}, fichier {cite[2]}"
