"""Enregistrer une étape : ce qui est valide va dans sa colonne, ce qui ne l'est pas est gardé tel que tapé.

Et dire ce qui a changé : quelles questions, quelles erreurs, quelles lignes du volet. La page
n'est redessinée qu'à ces endroits : rien de ce qui se tape ailleurs n'est dérangé.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.datastructures import MultiDict

from portail.champs.base import Champ, est_vide
from portail.chiffrement import coffre
from portail.demande.etape import Bloc, Etape, cle_de_ligne
from portail.demande.formulaire import Contexte, Refus, regles
from portail.demande.modeles import Declaration, Personne, SaisieRefusee
from portail.demande.parcours import PARCOURS, EtapeDuVolet, Manque, nommer


def refus_de(declaration: Declaration, etape: Etape) -> Refus:
    """Les saisies refusées de cette étape : {nom du champ: {nom de case: valeurs tapées}}."""
    return {refus.champ: json.loads(refus.saisie) for refus in declaration.refus if refus.etape == etape.slug}


def enregistrer(declaration: Declaration, etape: Etape, contexte: Contexte, saisie: MultiDict[str, str]) -> list[Bloc]:
    """Porte la saisie dans la déclaration. Rend les formulaires, erreurs comprises."""
    blocs = etape.ouvrir(declaration, contexte, saisie, refus_de(declaration, etape))
    _porter(blocs)
    for bloc in blocs:
        if isinstance(bloc.cible, Personne):
            bloc.cible.nir_empreinte = coffre().empreinte(bloc.cible.nir, "nir") if bloc.cible.nir else None
    _garder_les_refus(declaration, etape, blocs)
    return blocs


def _porter(blocs: list[Bloc]) -> None:
    """Enregistre chaque réponse valide. Une réponse refusée à cause d'une autre (une commune en double) est jugée de
    nouveau quand l'autre a changé : elle ne doit ni se montrer sans erreur, ni rester hors de sa colonne."""
    restantes = _juger(blocs)
    while restantes and (encore := _juger(blocs)) < restantes:
        restantes = encore


def _juger(blocs: list[Bloc]) -> int:
    """Le nombre de réponses refusées."""
    for bloc in blocs:
        bloc.formulaire.enregistrer()
    return sum(bool(champ.errors) for champ in _soumis(blocs))


def rejuger(declaration: Declaration, etape: Etape, contexte: Contexte, retablie: str = "") -> None:
    """Une ligne ajoutée ou retirée a pu rendre valable une réponse refusée : elle va dans sa colonne.

    `retablie` : le repère d'une ligne qui revient. Ses réponses sont jugées comme si elle venait de les taper : une
    autre ligne a pu dire la même chose entre-temps.
    """
    saisie: MultiDict[str, str] = MultiDict()
    refus = refus_de(declaration, etape)
    for bloc in etape.ouvrir(declaration, contexte) if retablie else ():
        if bloc.repere == retablie and bloc.section.repetition and bloc.section.repetition.ordonnee:
            for champ in bloc.formulaire:
                if champ.name not in refus and not est_vide(champ.data):
                    saisie.add(champ.name, champ.ecrire(champ.data))
                    setattr(bloc.cible, champ.short_name, None)
    if saisie or refus:
        enregistrer(declaration, etape, contexte, saisie)


def _garder_les_refus(declaration: Declaration, etape: Etape, blocs: list[Bloc]) -> None:
    connus = {refus.champ: refus for refus in declaration.refus if refus.etape == etape.slug}
    for champ in _soumis(blocs):
        ancien = connus.get(champ.name)
        if champ.errors:
            saisie = json.dumps(champ.brut(), ensure_ascii=False)
            if ancien is None:
                declaration.refus.append(SaisieRefusee(etape=etape.slug, champ=champ.name, saisie=saisie))
            elif ancien.saisie != saisie:
                ancien.saisie = saisie
        elif ancien is not None:
            declaration.refus.remove(ancien)


def _soumis(blocs: list[Bloc]) -> Iterator[Champ]:
    for bloc in blocs:
        for champ in bloc.formulaire:
            if champ.soumis:
                yield champ


def fautifs(blocs: list[Bloc]) -> list[Champ]:
    """Les réponses à corriger, dans l'ordre de la page."""
    return [champ for bloc in blocs for champ in bloc.formulaire.fautifs]


@dataclass(frozen=True)
class ACorriger(Manque):
    """`reponse` la désigne dans le récapitulatif : (étape, section, ligne, champ)."""

    reponse: tuple[str, str, str, str]


def a_corriger(declaration: Declaration, contexte: Contexte) -> list[ACorriger]:
    """Les réponses gardées telles que tapées, de toutes les étapes : soumettre ne les enverrait pas.

    Même si une autre étape a levé ce qui la faisait refuser : elle n'est dans sa colonne qu'une fois enregistrée.
    """
    trouvees = []
    for etape in PARCOURS.etapes:
        if refus := refus_de(declaration, etape):
            for bloc in etape.ouvrir(declaration, contexte):
                ligne = (etape.slug, bloc.section.nom, cle_de_ligne(bloc.cible))
                gardees = [c for c in bloc.formulaire.questions if c.name in refus and not c.verrouille]
                trouvees += [ACorriger(etape, nommer(bloc, c), c.id_premier, (*ligne, c.short_name)) for c in gardees]
    return trouvees


# --- Révisions : deux pages ouvertes sur la même étape -------------------------------------------------


def revision(declaration: Declaration, etape: Etape) -> int:
    return declaration.revisions.get(etape.slug, [0, ""])[0]


def lecture(declaration: Declaration) -> int:
    """Ce qui change dès qu'une étape change : une page relue avant de soumettre le redonne."""
    return sum(numero for numero, _ in declaration.revisions.values())


def est_perimee(declaration: Declaration, etape: Etape, lue: int, page: str) -> bool:
    """Une autre page a-t-elle enregistré depuis que celle-ci a lu la révision `lue` ?

    La même page qui rejoue un enregistrement dont la réponse s'est perdue n'est pas en conflit avec elle-même.
    """
    derniere, auteur = declaration.revisions.get(etape.slug, [0, ""])
    return lue != derniere and auteur != page


def avancer(session: Session, declaration: Declaration, etape: Etape, page: str, instant: datetime) -> None:
    """Date l'enregistrement, en un UPDATE écrit d'avance.

    Trois colonnes qui changent à chaque frappe : les confier à l'unité de travail lui ferait examiner les dix
    relations de la déclaration, le tiers du temps d'un enregistrement.
    """
    valeurs = {
        "modifiee_le": instant,
        "derniere_etape": etape.slug,
        "revisions": {**declaration.revisions, etape.slug: [revision(declaration, etape) + 1, page]},
    }
    session.execute(_avance(), {"declaration": declaration.id, **valeurs})
    for nom, valeur in valeurs.items():
        set_committed_value(declaration, nom, valeur)


@cache
def _avance() -> sa.Update:
    table = Declaration.__table__
    assert isinstance(table, sa.Table)
    noms = ("modifiee_le", "derniere_etape", "revisions")
    # Une déclaration déposée ne change plus : la condition le redit à la base.
    attendue = sa.and_(table.c.id == sa.bindparam("declaration"), table.c.deposee_le.is_(None))
    return sa.update(table).where(attendue).values({nom: sa.bindparam(nom) for nom in noms})


# --- Ce que montre la page, pour comparer avant et après -----------------------------------------------


@dataclass(frozen=True)
class Instantane:
    """Ce qu'il faut comparer pour ne redessiner que ce qui change."""

    volet: tuple[EtapeDuVolet, ...]
    lignes: dict[str, tuple[int, ...]]  # par section : les lignes ouvertes
    questions: dict[str, tuple[Any, ...]]  # par champ : posée, erreur, avertissement, masque, ce dont il dépend
    titres: dict[str, tuple[str, str]]  # par ligne répétée : son titre, et comment ses boutons la nomment

    def sections_changees(self, avant: Instantane) -> set[str]:
        return {nom for nom, lignes in self.lignes.items() if avant.lignes.get(nom) != lignes}

    def questions_changees(self, avant: Instantane) -> set[str]:
        return {nom for nom, etat in self.questions.items() if avant.questions.get(nom) != etat}

    def titres_changes(self, avant: Instantane) -> set[str]:
        return {repere for repere, titre in self.titres.items() if avant.titres.get(repere) != titre}

    def etapes_changees(self, avant: Instantane) -> set[str]:
        return {apres.slug for apres, ancienne in zip(self.volet, avant.volet, strict=True) if apres != ancienne}


def photographier(declaration: Declaration, etape: Etape, contexte: Contexte, champs: Iterable[Champ]) -> Instantane:
    """L'état de la page. `champs` : ceux qui peuvent porter une erreur (les autres se lisent dans la déclaration)."""
    erreurs = {
        champ.name: (champ.erreur, tuple(candidat.code for candidat in getattr(champ, "candidats", ())))
        for champ in champs
        if champ.errors
    }
    lignes: dict[str, list[int]] = {section.nom: [] for section in etape.sections}
    questions: dict[str, tuple[Any, ...]] = {}
    titres: dict[str, tuple[str, str]] = {}
    for section, cible in etape.lignes(declaration):
        lignes[section.nom].append(id(cible))
        if section.repetition is not None:
            titre = section.titre_cible(cible) if section.titre_cible else ""
            titres[section.repere(cible)] = (titre, section.repetition.nom(cible))
        prefixe = section.prefixe(cible)
        avertissements = section.formulaire.avertissements_de(cible)
        dependances = section.formulaire.depend_de(cible)
        for nom, regle in regles(section.formulaire):
            posee = regle.est_posee(cible)
            masque = nom == "nir" and posee and cible.nir
            questions[prefixe + nom] = (
                posee,
                erreurs.get(prefixe + nom) if posee else None,
                avertissements.get(nom),
                masque,
                dependances.get(nom) if posee else None,
            )
    volet = PARCOURS.volet(declaration, contexte)
    return Instantane(volet, {nom: tuple(ids) for nom, ids in lignes.items()}, questions, titres)


def premiere_ouverte(declaration: Declaration, etape: Etape, avant: Instantane) -> str:
    """Le nom de la première question sans réponse que la page d'avant ne posait pas ; vide s'il n'y en a pas."""
    for section, cible in etape.lignes(declaration):
        for nom, regle in regles(section.formulaire):
            champ = section.prefixe(cible) + nom
            if regle.est_posee(cible) and est_vide(getattr(cible, nom)) and not avant.questions.get(champ, (False,))[0]:
                return champ
    return ""


def champs_refuses(declaration: Declaration, etape: Etape, contexte: Contexte) -> list[Champ]:
    """Les champs de l'étape dont la saisie est refusée, avec leur erreur ; aucun formulaire n'est construit sinon."""
    refus = refus_de(declaration, etape)
    if not refus:
        return []
    return [
        champ for bloc in etape.ouvrir(declaration, contexte, refus=refus) for champ in bloc.formulaire if champ.errors
    ]
