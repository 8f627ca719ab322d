"""Trouver un lieu comme la personne l'écrit : code postal, nom approché, arrondissement, pays de naissance.

`chercher` propose, `resoudre` tranche quand il n'y a pas de doute, `lieu` relit un code. Tout se fait
dans un index en mémoire : la base n'est lue qu'une fois, puis une ligne par requête pour savoir si un
import l'a changée.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from sqlalchemy.orm import Session

from portail.referentiels.construction import construire
from portail.referentiels.ecriture_des_noms import a_plat, cle, est_debut_de_petit_mot, mots
from portail.referentiels.empreinte import ParEmpreinte
from portail.referentiels.fautes import fautes_permises, variantes_collees
from portail.referentiels.index import Index
from portail.referentiels.lieux import Lieu
from portail.referentiels.saisie import LONGUEUR_LUE, Saisie, lire_saisie

__all__ = ["Lieu", "chercher", "lieu", "resoudre"]

CANDIDATS = 16  # assez pour les quinze États issus de l'URSS
PARENTHESES = 3  # « Bors (Canton de…) (16, aujourd’hui Bors (Canton de…)) »
FAMILLE = 8  # lieux gardés pour un même mot corrigé
Proche = tuple[int, int, int]  # fautes, 1 si le mot est à l'intérieur du nom, ligne
ACTUELS = {"commune", "arrondissement"}
_INDEX: ParEmpreinte[Index] = ParEmpreinte(construire)


def chercher(texte: str, *, naissance: bool = False, limite: int = 8, session: Session | None = None) -> list[Lieu]:
    """Au plus `limite` lieux, du plus au moins probable ; vide si rien ne ressemble.

    `naissance` ajoute les anciennes communes et les pays. Sans elle, un ancien nom rend la commune actuelle.
    """
    return _premiers(_propositions(_INDEX.lire(session), lire_saisie(texte), naissance), limite)


def resoudre(texte: str, *, naissance: bool = False, session: Session | None = None) -> Lieu | list[Lieu]:
    """Le lieu que `texte` désigne sans doute possible, sinon les candidats (éventuellement aucun)."""
    index = _INDEX.lire(session)
    for nomme in _du_libelle(index, texte, naissance):
        return nomme
    saisie = _preciser(index, lire_saisie(texte), naissance)
    exacts = _premiers(_exacts(index, saisie, naissance), CANDIDATS)
    if not exacts and saisie.mots and saisie.nombres:
        exacts = _premiers(_convenables(index, index.commencant_par(saisie.cle, naissance), saisie.nombres), 2)
        exacts = exacts if len(exacts) == 1 else []  # « asnières 92 » : une seule commune peut l'être
    if plus_connus := _plus_peuples(index, saisie):
        return _premiers(exacts + plus_connus, CANDIDATS)
    if len(exacts) == 1:
        return exacts[0]
    if [exact.genre for exact in exacts if exact.genre != "ancienne"] == ["pays"]:
        return exacts[0]  # « Allemagne » fut aussi une commune du Calvados
    identiques = [exact for exact in exacts if tuple(mots(exact.nom)) == saisie.mots]
    if len(identiques) == 1 and not saisie.nombres and all(exact.genre != "pays" for exact in exacts):
        return identiques[0]
    return exacts or _premiers(_propositions(index, saisie, naissance), CANDIDATS // 2)


def lieu(code: str, *, session: Session | None = None) -> Lieu | None:
    """Le lieu d'un code Insee : commune, arrondissement, pays ; à défaut l'ancienne commune qui portait ce code."""
    return _INDEX.lire(session).lieu(code)


def _propositions(index: Index, saisie: Saisie, naissance: bool) -> Iterator[Lieu]:
    """D'étage en étage : exact, début, mot intérieur, ancien nom, département ; les fautes si rien n'a répondu."""
    precisee = _preciser(index, saisie, naissance)
    if not precisee.mots:
        for nombre in precisee.nombres[:1]:
            yield from _du_nombre(index, nombre, naissance)
        return
    trouve = False
    lignes = chain(_a_une_lettre(index, precisee, naissance), _lignes_sans_faute(index, precisee, naissance))
    for proposition in chain(_exacts(index, precisee, naissance), _convenables(index, lignes, precisee.nombres)):
        trouve = True
        yield proposition
    if not naissance:
        for ancienne in index.exactes_anciennes(precisee.cle):
            actuelle = index.lieu(index.de_la_ligne(ancienne).code_actuel)
            if actuelle is not None and _convient(index, actuelle, precisee.nombres):
                trouve = True
                yield actuelle
    if trouve:
        return
    if code := index.departements.get(precisee.cle):
        yield from index.du_departement(code)
    for proposition in _convenables(index, _lignes_avec_fautes(index, precisee.cle, naissance), precisee.nombres):
        trouve = True
        yield proposition
    if not trouve:  # « Bondy Nord », « Casablanca Maroc » : au moins un mot est un lieu
        for mot in precisee.cle.split():
            yield from _convenables(index, index.exactes(mot, naissance), precisee.nombres)
    if precisee.nombres or precisee.rang:  # le nom et le nombre se contredisent : chacun peut être le bon
        for nombre in precisee.nombres[:1]:
            yield from index.du_code_postal(nombre)
        yield from _propositions(index, saisie.sans_nombres(), naissance)


def _plus_peuples(index: Index, saisie: Saisie) -> list[Lieu]:
    """Des communes plus peuplées que « Évry » (Yonne) et dont le nom commence pareil : Évry-Courcouronnes.

    Les lignes suivent la population : ce sont celles d'avant la commune exacte.
    """
    exacte = next(index.exactes(saisie.cle, False), None)
    if exacte is None or not saisie.mots or saisie.nombres or saisie.rang:
        return []
    autour = islice(index.commencant_par(f"{saisie.cle} ", False), FAMILLE)
    return [index.de_la_ligne(ligne) for ligne in autour if ligne < exacte]


def _a_une_lettre(index: Index, saisie: Saisie, naissance: bool) -> Iterator[int]:
    """« Lyonn » commence un mot de Cognat-Lyonne, mais Lyon, à une lettre près, est bien plus peuplée."""
    if next(index.commencant_par(saisie.cle, naissance), None) is None:
        a_l_interieur = next(index.contenant(saisie.cle.split(), naissance), 0)
        for faute, _, ligne in sorted(set(_proches(index, saisie.cle, 1, naissance))) if a_l_interieur else ():
            if faute == 1 and ligne < a_l_interieur:
                yield ligne


def _lignes_sans_faute(index: Index, saisie: Saisie, naissance: bool) -> Iterator[int]:
    cherches = saisie.cle.split()
    yield from index.commencant_par(saisie.cle, naissance)
    if len(cherches) > 1 and est_debut_de_petit_mot(cherches[-1]):
        yield from index.commencant_par(" ".join(cherches[:-1]), naissance)
    yield from index.contenant(cherches, naissance)


def _lignes_avec_fautes(index: Index, cherchee: str, naissance: bool) -> Iterator[int]:
    """Les lignes à une faute près ; à défaut, à deux ou trois pour un nom long. Les plus proches d'abord."""
    maximum = fautes_permises(len(cherchee.replace(" ", "")))
    for permises in sorted({min(1, maximum), maximum}):
        if proches := sorted(set(_proches(index, cherchee, permises, naissance))):
            yield from (ligne for _, _, ligne in proches)
            return


def _proches(index: Index, cherchee: str, permises: int, naissance: bool) -> Iterator[Proche]:
    """Par le nom entier, ou par un mot du nom quand on n'en a tapé qu'un (« boulonge » pour Boulogne-Billancourt)."""
    for colle in variantes_collees(cherchee):
        for distance, ligne in index.noms_composes_proches(colle, permises, naissance):
            yield distance, 0, ligne
        for distance, corrige in index.mots_proches(colle, permises, naissance):
            yield from _avec_ce_mot(index, corrige, distance, naissance)


def _avec_ce_mot(index: Index, mot: str, distance: int, naissance: bool) -> Iterator[Proche]:
    for ligne in islice(index.commencant_par(mot, naissance), FAMILLE):
        yield distance, 0, ligne
    for ligne in islice(index.contenant([mot], naissance), FAMILLE):
        yield distance, 1, ligne


def _exacts(index: Index, saisie: Saisie, naissance: bool) -> Iterator[Lieu]:
    """Les lieux que la saisie nomme exactement, nombres compris : pays, puis noms identiques à l'article près."""
    if not saisie.mots:
        if len(saisie.nombres) == 1 and len(saisie.nombres[0]) == 5:
            yield from _du_code(index, saisie.nombres[0], naissance)
        return
    designes = _arrondissements(index, saisie)
    yield from designes
    if saisie.rang or (designes and any(len(nombre) == 5 for nombre in saisie.nombres)):
        return
    convenables = _convenables(index, index.exactes(saisie.cle, naissance), saisie.nombres)
    yield from sorted(convenables, key=lambda exact: (exact.genre != "pays", tuple(mots(exact.nom)) != saisie.mots))


def _arrondissements(index: Index, saisie: Saisie) -> list[Lieu]:
    """« paris 11 », « lyon 3e », « 13001 marseille » ; vide pour toute autre ville."""
    connus = index.arrondissements.get(saisie.cle, {})
    rangs = {int(nombre) for nombre in saisie.nombres if nombre.isdigit() and len(nombre) < 3} | {saisie.rang}
    codes = set(saisie.nombres)
    return [connu for rang, connu in connus.items() if rang in rangs or codes.intersection(connu.codes_postaux)]


def _du_nombre(index: Index, nombre: str, naissance: bool) -> Iterator[Lieu]:
    yield from _du_code(index, nombre, naissance)
    if len(nombre) < 5:
        yield from index.du_debut_de_code_postal(nombre)
        yield from index.du_departement(nombre)


def _du_code(index: Index, code: str, naissance: bool) -> Iterator[Lieu]:
    """Les communes d'un code postal ; s'il n'existe pas, le lieu de ce code Insee."""
    communes = index.du_code_postal(code)
    yield from communes
    connu = index.lieu(code)
    if not communes and connu is not None and (naissance or connu.genre in ACTUELS):
        yield connu


def _du_libelle(index: Index, texte: str, naissance: bool) -> Iterator[Lieu]:
    """Le lieu dont `texte` est le libellé, parenthèse comprise. Hors naissance, celui d'aujourd'hui."""
    texte = texte[:LONGUEUR_LUE]
    plat = a_plat(texte)
    places = [place for place, signe in enumerate(texte) if signe == "(" and place > 0]
    for place in places[:PARENTHESES]:
        for ligne in index.exactes(cle(texte[:place]), True):
            if a_plat((nomme := index.de_la_ligne(ligne)).libelle) == plat:
                garde = naissance or nomme.genre in ACTUELS
                yield from filter(None, [nomme if garde else index.lieu(nomme.code_actuel)])


def _preciser(index: Index, saisie: Saisie, naissance: bool) -> Saisie:
    """« saint denis réunion » : un département à la fin du nom devient un filtre, si le reste est un nom exact."""
    suite = saisie.cle.split()
    for coupe in range(1, len(suite)):
        code = index.departements.get(" ".join(suite[coupe:]))
        if code is None or any(True for _ in index.exactes(saisie.cle, naissance)):
            continue
        precisee = replace(saisie, mots=tuple(suite[:coupe]), nombres=(*saisie.nombres, code))
        if any(True for _ in _exacts(index, precisee, naissance)):
            return precisee
    return saisie


def _convenables(index: Index, lignes: Iterable[int], nombres: tuple[str, ...]) -> Iterator[Lieu]:
    for ligne in lignes:
        candidat = index.de_la_ligne(ligne)
        if _convient(index, candidat, nombres):
            yield candidat


def _convient(index: Index, candidat: Lieu, nombres: tuple[str, ...]) -> bool:
    """Chaque nombre est un département, un début de code postal ou le code Insee du lieu."""
    if not nombres:
        return True
    actuel = (index.lieu(candidat.code_actuel) if candidat.code_actuel else None) or candidat
    return all(
        nombre.zfill(2) == candidat.code_departement
        or nombre == candidat.code
        or (len(nombre) > 1 and actuel.repond_au_code_postal(nombre))
        for nombre in nombres
    )


def _premiers(lieux: Iterable[Lieu], limite: int) -> list[Lieu]:
    """Les premiers, sans doublon : ni deux fois un code, ni une commune et elle-même sous son ancien code (Ajaccio)."""
    gardes: dict[str, Lieu] = {}
    for propose in lieux:
        if propose.nom_actuel != propose.nom or propose.code_actuel not in gardes:
            gardes.setdefault(propose.code, propose)
        if len(gardes) == limite:
            break
    return list(gardes.values())
