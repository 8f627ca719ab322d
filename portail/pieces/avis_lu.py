"""Ce que le 2D-Doc d'un avis permet de proposer : reporter son revenu fiscal de référence, d'un bouton.

Jamais d'office, jamais d'un code dont la signature est fausse, et la valeur d'avant est dite. Rien ici n'empêche rien.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portail.demande import enregistrement
from portail.demande.codes_de_piece import nature_et_precision
from portail.demande.etapes import revenu_fiscal
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration, Personne
from portail.demande.reperes import normaliser
from portail.pieces import autorites, deux_d_doc
from portail.pieces.deux_d_doc import Avis, Signature
from portail.pieces.modeles import Fichier

PAGE = "2d-doc"  # l'auteur de l'enregistrement : une étape ouverte ailleurs montre le conflit au lieu d'écraser
CLASSES = {Signature.VERIFIEE: "bon", Signature.NON_VERIFIABLE: "attention", Signature.FAUSSE: "grave"}


@dataclass(frozen=True)
class Report:
    """Ce qu'un bouton remplirait. `champs` : « a un avis » et « montant » de l'année ; `avant` : le montant actuel."""

    personne: Personne
    champs: tuple[str, str]
    avant: int | None
    nom_reconnu: bool


@dataclass(frozen=True)
class Lecture:
    """Un 2D-Doc lu. `report` : à qui et où il irait, si la demande pose la question pour cette année-là. `demandee` :
    l'année de l'avis que la pièce attend (il porte sur les revenus de l'année d'avant), vide si rien ne la dit."""

    fichier: Fichier
    avis: Avis
    signature: Signature
    report: Report | None
    demandee: str = ""

    @property
    def classe(self) -> str:
        return CLASSES[self.signature]

    @property
    def est_d_une_autre_annee(self) -> bool:
        return self.demandee not in {"", str(self.avis.annee + 1)}

    @property
    def est_reporte(self) -> bool:
        return self.report is not None and self.report.avant == self.avis.rfr

    @property
    def est_a_proposer(self) -> bool:
        return self.report is not None and not self.est_reporte and self.signature is not Signature.FAUSSE


def lectures(
    fichiers: Iterable[Fichier], declaration: Declaration, piece: tuple[str, str], contexte: Contexte
) -> tuple[Lecture, ...]:
    """Les 2D-Doc lus dans les fichiers de cette pièce (son code, la clé de sa personne)."""
    code_de_piece, personne = piece
    demandee = nature_et_precision(code_de_piece)[1]
    importes = current_app.extensions["portail"].dossier / autorites.IMPORTES
    lues = []
    for fichier in fichiers:
        code = deux_d_doc.lire(fichier.deux_d_doc) if fichier.deux_d_doc else None
        if code is not None:
            report = _report(code.avis, declaration, personne, contexte)
            lues.append(Lecture(fichier, code.avis, deux_d_doc.verifier(code, importes), report, demandee))
    return tuple(lues)


def _report(avis: Avis, declaration: Declaration, cle: str, contexte: Contexte) -> Report | None:
    champs = revenu_fiscal.cases_de_l_annee(avis.annee, contexte)
    if champs is None or avis.rfr > revenu_fiscal.RFR_MAX:
        return None
    titulaires = revenu_fiscal.foyers_fiscaux(declaration)
    attendu = next((personne for personne in titulaires if personne.cle == cle), None)
    reconnus = [
        titulaire for titulaire in titulaires if _est_au_nom_de(avis, revenu_fiscal.sur_le_meme_avis(titulaire))
    ]
    vise = attendu if attendu in reconnus or len(reconnus) != 1 else reconnus[0]
    if vise is None:
        return None
    return Report(vise, champs, getattr(vise.revenu, champs[1]), vise in reconnus)


def _est_au_nom_de(avis: Avis, personnes: Iterable[Personne]) -> bool:
    lus = [set(_mots(nom)) for nom in avis.noms]
    return any(_se_lit(personne, mots) for personne in personnes for mots in lus)


def _se_lit(personne: Personne, mots: set[str]) -> bool:
    """Son nom (de naissance ou d'usage) entier, et son premier prénom. « D’Angelo » s'y lit aussi « DANGELO »."""
    noms = [_mots(nom) for nom in (personne.nom_naissance, personne.nom_usage) if nom]
    prenom = _mots(personne.prenom)
    if not prenom or not mots.issuperset(prenom):
        return False
    return any(nom and (mots.issuperset(nom) or "".join(nom) in mots) for nom in noms)


def _mots(texte: str) -> list[str]:
    """« Élodie Le Goff » → [ELODIE, LE, GOFF] : l'avis s'écrit en capitales, sans accents ni traits d'union."""
    return normaliser(texte).split()


def reporter(
    session: Session, declaration: Declaration, lecture: Lecture, contexte: Contexte, instant: datetime
) -> None:
    """Écrit le montant lu dans l'étape, comme la personne l'y aurait tapé."""
    report: Any = lecture.report
    section = revenu_fiscal.SECTION
    prefixe = section.prefixe(report.personne.revenu)
    saisie = MultiDict({prefixe + report.champs[0]: "oui", prefixe + report.champs[1]: str(lecture.avis.rfr)})
    enregistrement.enregistrer(declaration, revenu_fiscal.ETAPE, contexte, saisie)
    enregistrement.avancer(session, declaration, revenu_fiscal.ETAPE, PAGE, instant)
