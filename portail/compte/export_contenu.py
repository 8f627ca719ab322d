"""Ce que l'export contient : chaque ligne de la base qui est à la personne, ses fichiers, et qui a lu son dossier.

Les tables se suivent par leurs clés étrangères, depuis le compte : une table neuve est exportée d'office, sauf à la
ranger parmi les exclues avec sa raison. Ce qui sert à la sûreté (empreintes, jetons) ou nomme un agent n'en est pas.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail.choix import Choix
from portail.db import Base
from portail.demande.modeles import Evenement, GenreEvenement
from portail.guichet.consultations import Consultation, de_la_personne
from portail.pieces.modeles import OUVRABLES, Fichier
from portail.pieces.noms import nom_montrable
from portail.stockage import FichierAbsent, FichierAltere, stockage

TECHNIQUES = "ne sert qu’au fonctionnement ou à la sûreté, quelques heures ou quelques jours"
ILLISIBLE = "Ce fichier ne se lit plus. Un guichet peut vous aider.\n"
EXCLUES = {
    **dict.fromkeys(
        ("cle_idempotence", "code_courriel", "code_rattachement", "code_reclamation", "essai_rattachement", "jeton",
         "passage_franceconnect", "saisie_suspendue", "televersement", "morceau", "export_donnees", "envoi"),
        TECHNIQUES,
    ),
    "session_agent": "la session d’un agent",
    "partage": "ce que peut une autre personne, qui est à elle",
}  # fmt: skip
SECRETES = (
    "auteur",  # le nom d'un agent
    "mot_de_passe",
    "empreinte",
    "nir_empreinte",
    "sub_empreinte",
    "empreinte_recue",
    "reseau",
    "identifiant",
    "cle_publique",
    "cle_pdf",
    "cle_contenu",
)
# Un avis que la personne n'a pas à voir (donnees/evenements.csv) ne sort pas par l'export non plus.
MONTRES = [genre for genre in GenreEvenement if genre.fiche.visible]
CLES = {"fichier": "cle", "message": "cle"}  # des noms tirés au hasard, sans sens pour la personne


def tables() -> dict[str, list[tuple[str, str]]]:
    """{table: [(colonne, table mère)]}, des mères aux filles, à partir du compte.

    Tous les liens comptent : un fil de messages tient au compte, ou à la demande qu'il a rejointe.
    """
    suivies: dict[str, list[tuple[str, str]]] = {"compte": []}
    avant = -1
    while len(suivies) != avant:
        avant = len(suivies)
        for table in Base.metadata.sorted_tables:
            if table.name in suivies or table.name in EXCLUES:
                continue
            liens = sorted((lien.parent.name, lien.column.table.name) for lien in table.foreign_keys)
            if vers_elles := [(colonne, mere) for colonne, mere in liens if mere in suivies]:
                suivies[table.name] = vers_elles
    return suivies


def lignes(base: Session, compte_id: int) -> dict[str, list[dict[str, Any]]]:
    """Toutes les lignes de la personne, en clair, table par table."""
    numeros: dict[str, list[int]] = {}
    trouvees: dict[str, list[dict[str, Any]]] = {}
    for nom, liens in tables().items():
        table = Base.metadata.tables[nom]
        par_ses_meres = [table.c[colonne].in_(numeros.get(mere, [])) for colonne, mere in liens]
        filtre = sa.or_(*par_ses_meres) if liens else table.c.id == compte_id
        if nom == Evenement.__tablename__:
            filtre = sa.and_(filtre, Evenement.genre.in_(MONTRES))
        gardees = [c for c in table.columns if _est_a_la_personne(nom, c.name)]
        ordre = list(table.primary_key.columns)
        trouvees[nom] = [
            dict(ligne._mapping) for ligne in base.execute(sa.select(*gardees).where(filtre).order_by(*ordre))
        ]
        numeros[nom] = [ligne["id"] for ligne in trouvees[nom] if "id" in ligne]
    return {nom: contenu for nom, contenu in trouvees.items() if contenu}


def composer(base: Session, compte_id: int, instant: datetime) -> bytes:
    """Le ZIP : donnees.json, donnees.html, qui-a-lu.json, et les fichiers joints sous pieces/."""
    trouvees = lignes(base, compte_id)
    lectures = [
        {"jour": c.jour, "guichet": c.guichet, "acte": c.acte.libelle, "raison": c.raison, "fois": c.fois}
        for c in _consultations(base, compte_id, instant)
    ]
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("donnees.json", _json(trouvees))
        archive.writestr("qui-a-lu.json", _json(lectures))
        gabarit = current_app.jinja_env.get_template("compte/export.html")
        archive.writestr("donnees.html", gabarit.render(tables=_lisibles(trouvees), lectures=lectures, instant=instant))
        for numero, nom, cle in _fichiers(base, [f["id"] for f in trouvees.get("fichier", [])]):
            try:
                archive.writestr(f"pieces/{numero}-{nom}", stockage().lire(cle))
            except (FichierAbsent, FichierAltere):
                archive.writestr(
                    f"pieces/{numero}-illisible.txt", "Ce fichier ne se lit plus. Un guichet peut vous aider.\n"
                )
    return sortie.getvalue()


def _est_a_la_personne(table: str, colonne: str) -> bool:
    return colonne not in SECRETES and "agent" not in colonne and CLES.get(table) != colonne


def _fichiers(base: Session, numeros: list[int]) -> list[tuple[int, str, str]]:
    requete = sa.select(Fichier.id, Fichier.nom, Fichier.cle).where(
        Fichier.id.in_(numeros), Fichier.retire_le.is_(None), Fichier.antivirus.in_(OUVRABLES)
    )
    return [(numero, nom_montrable(nom), cle) for numero, nom, cle in base.execute(requete)]


def _texte(valeur: Any) -> Any:
    if isinstance(valeur, Choix):
        return valeur.libelle
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, Decimal):
        return str(valeur)
    if isinstance(valeur, (tuple, list)):
        return [_texte(v) for v in valeur]
    return valeur


def _json(contenu: Any) -> str:
    return json.dumps(contenu, ensure_ascii=False, indent=1, default=_texte)


def _lisibles(trouvees: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {
        nom.replace("_", " "): [
            {c.replace("_", " "): _texte(v) for c, v in ligne.items() if v is not None} for ligne in rangs
        ]
        for nom, rangs in trouvees.items()
    }


def _consultations(base: Session, compte_id: int, instant: datetime) -> list[Consultation]:
    """Toutes, page après page."""
    page = de_la_personne(base, compte_id, instant)
    trouvees = list(page.consultations)
    while page.suivante is not None:
        page = de_la_personne(base, compte_id, instant, page.suivante)
        trouvees += page.consultations
    return trouvees
