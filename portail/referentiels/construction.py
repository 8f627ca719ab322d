"""De la base à l'index des lieux : qui y entre, sous quelles clés, dans quel ordre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.referentiels.ecriture_des_noms import a_plat, cle
from portail.referentiels.index import Cle, Contenu, Index
from portail.referentiels.lieux import Lieu
from portail.referentiels.modeles import AncienneCommune, Commune, Departement, Pays, PaysAutreNom

STATUTS = {"supprimee": 0, "deleguee": 1, "associee": 2, "ancien_nom": 3, "ancien_code": 4}


def construire(session: Session) -> Index:
    """L'index de tout ce que la base contient ; vide si rien n'est importé."""
    departements = session.execute(sa.select(Departement.code, Departement.nom))
    noms = {code: typographique(nom) for code, nom in departements}
    lieux = list(_communes(session, noms))
    communes: list[Cle] = [(cle(lieu.nom), rang) for rang, lieu in enumerate(lieux)]
    deja = {(lieu.code, une) for (une, _), lieu in zip(communes, lieux, strict=True)}
    anciennes: list[Cle] = []
    for ancienne, a_un_nom in _anciennes(session, noms):
        une = cle(ancienne.nom)
        if a_un_nom and (ancienne.code, une) not in deja:
            deja.add((ancienne.code, une))
            anciennes.append((une, len(lieux)))
        lieux.append(ancienne)
    pays: list[Cle] = []
    homonymes = {une for une, _ in communes}
    for un_pays, noms_du_pays in _pays(session):
        cles = dict.fromkeys(cle(nom) for nom in noms_du_pays)
        if cle(un_pays.nom) in homonymes:  # « Grenade » est aussi en Haute-Garonne
            un_pays = replace(un_pays, nom=f"{un_pays.nom} (pays)")
            cles.setdefault(cle(un_pays.nom))
        pays += [(une, len(lieux)) for une in cles]
        lieux.append(un_pays)
    pays += _autres_noms(session, lieux)
    return Index(Contenu(lieux, pays, communes, anciennes, {cle(nom): code for code, nom in noms.items()}))


def typographique(nom: str) -> str:
    """Les fichiers de l'Insee écrivent des apostrophes droites ; à l'écran, elles sont courbes."""
    return nom.replace("'", "’")


def _communes(session: Session, noms: dict[str, str]) -> Iterator[Lieu]:
    """Communes et arrondissements, les plus peuplés d'abord."""
    partages: dict[str | None, tuple[str, ...]] = {}
    requete = sa.select(
        Commune.code_insee, Commune.nom, Commune.codes_postaux, Commune.code_departement, Commune.type
    ).order_by(sa.func.coalesce(Commune.population, 0).desc(), Commune.code_insee)
    for code, nom, codes, departement, genre in session.execute(requete):
        codes_postaux = partages.setdefault(codes, tuple(sorted(codes.split())) if codes else ())
        yield Lieu(
            code,
            typographique(nom),
            codes_postaux,
            departement,
            noms[departement],
            "commune" if genre == "COM" else "arrondissement",
        )


def _pays(session: Session) -> Iterator[tuple[Lieu, list[str]]]:
    """Les pays et les noms auxquels ils répondent : un territoire, à celui de chacune de ses îles."""
    for code, nom, officiel in session.execute(
        sa.select(Pays.code_insee, Pays.nom, Pays.nom_officiel).order_by(Pays.statut != "etat", Pays.code_insee)
    ):
        yield (
            Lieu(code, typographique(nom), (), "99", "", "pays"),
            [nom, *([officiel, *officiel.split(",")] if officiel else [])],
        )


def _autres_noms(session: Session, lieux: list[Lieu]) -> list[Cle]:
    rangs = {lieu.code: rang for rang, lieu in enumerate(lieux) if lieu.genre == "pays"}
    requete = sa.select(PaysAutreNom.nom, PaysAutreNom.code_insee).order_by(PaysAutreNom.id)
    return [(cle(nom), rangs[code]) for nom, code in session.execute(requete)]


def _anciennes(session: Session, noms: dict[str, str]) -> Iterator[tuple[Lieu, bool]]:
    """Les anciennes communes, et si elles se cherchent par leur nom.

    Un code sans nom connu porte le nom actuel, qu'il ne fait pas trouver ; un libellé déjà pris non plus.
    """
    requete = sa.select(
        AncienneCommune.code_insee,
        AncienneCommune.nom,
        AncienneCommune.statut,
        AncienneCommune.code_commune_actuelle,
        AncienneCommune.nom_commune_actuelle,
        AncienneCommune.code_departement_actuel,
    ).order_by(AncienneCommune.id)
    lignes = sorted(session.execute(requete), key=lambda ligne: STATUTS.get(ligne.statut, 9))
    partages: dict[str, str] = {}
    vues: set[str] = set()
    for code, nom, _, code_actuel, nom_actuel, departement_actuel in lignes:
        departement = code[:3] if code[:2] in {"97", "98"} else code[:2]
        if departement not in noms:  # l'ancienne Corse (20)
            departement = departement_actuel
        ancienne = Lieu(
            code,
            typographique(nom or nom_actuel),
            (),
            departement,
            noms[departement],
            "ancienne",
            partages.setdefault(code_actuel, code_actuel),
            typographique(partages.setdefault(nom_actuel, nom_actuel)),
        )
        libelle = a_plat(ancienne.libelle)
        a_un_nom = nom is not None and libelle not in vues
        vues.add(libelle)
        yield ancienne, a_un_nom
