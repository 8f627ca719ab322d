"""« Télécharger mes données » : demander, préparer en tâche de fond, garder sept jours, effacer."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail import courriel
from portail.compte import export_contenu
from portail.compte.modeles import Compte, ExportDonnees
from portail.db import ecriture, lecture
from portail.horloge import maintenant
from portail.stockage import StockageIndisponible, nouvelle_cle, stockage

GARDE = timedelta(days=7)
RESERVE = timedelta(minutes=10)  # un processus tué pendant la préparation : un autre la reprend


def demander(base: Session, compte_id: int) -> None:
    """Un export à la fois : une demande en cours, ou un export encore prêt, en tient lieu."""
    if dernier(base, compte_id) is None:
        base.add(ExportDonnees(compte_id=compte_id, demande_le=maintenant()))


def dernier(base: Session, compte_id: int) -> ExportDonnees | None:
    """L'export en cours de préparation, ou prêt depuis moins de sept jours."""
    encore_bon = sa.or_(ExportDonnees.pret_le.is_(None), ExportDonnees.pret_le > maintenant() - GARDE)
    requete = sa.select(ExportDonnees).where(ExportDonnees.compte_id == compte_id, encore_bon)
    return base.scalar(requete.order_by(ExportDonnees.id.desc()).limit(1))


def preparer() -> int:
    """Prépare un export, s'il en attend un, hors de toute transaction d'écriture. Rend le nombre préparé."""
    numero = _reserver()
    if numero is None:
        return 0
    try:
        return _preparer(numero)
    except StockageIndisponible as panne:
        current_app.logger.error("export %s remis à plus tard : %s", numero, panne)
        return 0


def _preparer(numero: int) -> int:
    with lecture() as base:
        attendu = base.get(ExportDonnees, numero)
        if attendu is None:
            return 0  # le compte vient d'être supprimé
        compte_id = attendu.compte_id
        octets = export_contenu.composer(base, compte_id, maintenant())
    cle = nouvelle_cle()
    with ecriture() as base:  # la ligne d'abord : un fichier sans ligne serait balayé, une ligne sans fichier se voit
        export = base.get(ExportDonnees, numero)
        if export is None:
            return 0  # le compte a été supprimé entre-temps
        stockage().ecrire(cle, octets)
        export.cle, export.taille, export.pret_le = cle, len(octets), maintenant()
        courriel.mettre_en_boite(
            base,
            f"export-{cle}",
            base.get_one(Compte, compte_id).courriel,
            "Votre téléchargement est prêt",
            "export_pret",
            lien=f"{courriel.config_url()}/compte/donnees",
        )
    return 1


def purger(base: Session, instant: datetime) -> None:
    """Passé sept jours, l'archive est effacée."""
    perimes = base.scalars(sa.select(ExportDonnees).where(ExportDonnees.pret_le < instant - GARDE)).all()
    for export in perimes:
        try:
            if export.cle:
                stockage().supprimer(export.cle)
        except StockageIndisponible as panne:
            current_app.logger.error("archives périmées à effacer plus tard : %s", panne)
            return
        base.delete(export)


def _reserver() -> int | None:
    libre = sa.or_(ExportDonnees.reserve_le.is_(None), ExportDonnees.reserve_le < maintenant() - RESERVE)
    attend = sa.select(ExportDonnees).where(ExportDonnees.pret_le.is_(None), libre).limit(1)
    with lecture() as base:
        if base.scalar(attend) is None:
            return None
    with ecriture() as base:
        export = base.scalar(attend.order_by(ExportDonnees.id).with_for_update(skip_locked=True))
        if export is None:
            return None
        export.reserve_le = maintenant()
        return export.id
