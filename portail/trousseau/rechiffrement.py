"""Rechiffrer avec la clé d'aujourd'hui ce qu'une clé d'avant avait écrit : la base, puis les fichiers.

Par petits lots, chacun dans sa transaction : le service continue. Une valeur ne change que si elle est restée celle
qui a été lue ; ce que le service vient de récrire l'est déjà avec la clé neuve. Coupé n'importe où, le travail
reprend : ce qui est fait ne se refait pas. Les réponses déposées ne changent pas, seule leur enveloppe.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa

from portail.chiffrement import BlocChiffre, DechiffrementImpossible, EmpreinteACle, Sorte, TexteChiffre, coffre
from portail.db import ecriture, lecture
from portail.stockage import FichierAbsent, FichierAltere, stockage
from portail.trousseau import colonnes
from portail.trousseau.colonnes import Colonne

LOT = 200
PAUSE = 0.01  # secondes entre deux lots, deux fichiers : les autres passent
Avancer = Callable[[str, int], object]


@dataclass
class Bilan:
    """`faits` : valeurs et fichiers récrits. `illisibles` : « personne.nir (3) », restés tels quels."""

    faits: int = 0
    illisibles: list[str] = field(default_factory=list)


def rechiffrer(avancer: Avancer, lot: int = LOT, pause: float = PAUSE) -> Bilan:
    """`avancer(quoi, combien)` est appelé après chaque colonne, et pour les fichiers. Lève `StockageIndisponible`."""
    bilan = Bilan()
    refaisables = [colonne for colonne in colonnes.empreintes() if getattr(colonne.type, "depuis", ())]
    # Les empreintes d'abord : elles se refont depuis des colonnes que l'ancienne clé peut encore ouvrir.
    for colonne in (*refaisables, *colonnes.chiffrees()):
        _noter(bilan, colonnes.nom(colonne), *_colonne(colonne, lot, pause), avancer)
    _noter(bilan, "fichiers", *_fichiers(pause), avancer)
    return bilan


def _noter(bilan: Bilan, quoi: str, faits: int, illisibles: int, avancer: Avancer) -> None:
    bilan.faits += faits
    if illisibles:
        bilan.illisibles.append(f"{quoi} ({illisibles})")
    if faits:
        avancer(quoi, faits)


def _colonne(colonne: Colonne, lot: int, pause: float) -> tuple[int, int]:
    faits = illisibles = 0
    ordre = _ordre(colonne)
    apres: Sequence[Any] | None = None
    while lignes := _page(colonne, apres, lot):
        cles = [c.name for c in colonne.table.primary_key]
        apres = [lignes[-1][cle] for cle in cles]
        changements = []
        for ligne in lignes:
            try:
                neuf = _refaire(colonne, ligne)
            except DechiffrementImpossible:
                illisibles += 1
                continue
            changements.append({"ancien": ligne["ancien"], "neuf": neuf, **{f"cle_{c}": ligne[c] for c in cles}})
        with ecriture() as session:
            for changement in changements:
                resultat = session.connection().execute(ordre, changement)
                faits += cast(sa.CursorResult[Any], resultat).rowcount
        time.sleep(pause)
    return faits, illisibles


def _page(colonne: Colonne, apres: Sequence[Any] | None, lot: int) -> Sequence[dict[str, Any]]:
    """Les lignes suivantes qu'une autre clé a écrites, par clé primaire croissante, avec de quoi les refaire."""
    cle = list(colonne.table.primary_key)
    sources = [colonne.table.c[nom] for nom in getattr(colonne.type, "depuis", ())]
    lues = [
        colonnes.brute(source).label(f"de_{source.name}") if _est_chiffree(source) else source for source in sources
    ]
    sorte = Sorte.EMPREINTE if isinstance(colonne.type, EmpreinteACle) else Sorte.CHIFFREMENT
    actuelle = colonnes.marque_de(colonne, coffre().versions(sorte)[-1])
    requete = (
        sa.select(*cle, *lues, colonnes.brute(colonne).label("ancien"))
        .where(colonne.is_not(None), colonnes.marque(colonne) != actuelle)
        .order_by(*cle)
        .limit(lot)
    )
    if apres is not None:
        suite = sa.tuple_(*cle) > sa.tuple_(*(sa.literal(v, c.type) for v, c in zip(apres, cle, strict=True)))
        requete = requete.where(suite)
    with lecture() as session:
        return [dict(ligne) for ligne in session.connection().execute(requete).mappings()]


def _ordre(colonne: Colonne) -> sa.Update:
    cle = [c == sa.bindparam(f"cle_{c.name}", type_=c.type) for c in colonne.table.primary_key]
    brute = colonnes.brute(colonne)
    meme = brute == sa.bindparam("ancien", type_=brute.type)
    return sa.update(colonne.table).where(*cle, meme).values({colonne: sa.bindparam("neuf", type_=brute.type)})


def _refaire(colonne: Colonne, ligne: dict[str, Any]) -> bytes | str:
    """La valeur écrite avec la clé d'aujourd'hui. Lève `DechiffrementImpossible`."""
    type_ = colonne.type
    if isinstance(type_, EmpreinteACle):
        valeurs = [_clair(colonne.table.c[nom], ligne) for nom in type_.depuis]
        return coffre().empreinte("\0".join(valeurs), type_.contexte)
    contexte = type_.contexte.format(**ligne) if isinstance(type_, BlocChiffre) else _contexte(colonne)
    return coffre().chiffrer(coffre().dechiffrer(bytes(ligne["ancien"]), contexte), contexte)


def _clair(source: Colonne, ligne: dict[str, Any]) -> str:
    if not _est_chiffree(source):
        return ligne[source.name]
    valeur = ligne[f"de_{source.name}"]
    if valeur is None:
        raise DechiffrementImpossible("La valeur de cette empreinte n'est plus là.")
    return coffre().dechiffrer(bytes(valeur), _contexte(source)).decode()


def _contexte(colonne: Colonne) -> str:
    return getattr(colonne.type, "contexte", "")


def _est_chiffree(colonne: Colonne) -> bool:
    return isinstance(colonne.type, TexteChiffre)


def _fichiers(pause: float) -> tuple[int, int]:
    faits = illisibles = 0
    for cle, _ecrit_le in stockage().inventaire():
        try:
            faits += stockage().rechiffrer(cle)
        except FichierAbsent:
            continue  # effacé entre-temps par le service
        except FichierAltere:
            illisibles += 1
        time.sleep(pause)
    return faits, illisibles
