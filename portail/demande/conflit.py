"""Deux pages ouvertes sur la même étape : ce qui diffère entre ce qui est enregistré et ce qui arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portail.demande.etape import Etape, Section
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration, Personne


@dataclass(frozen=True)
class Difference:
    """Un champ aux deux valeurs différentes ; `tapee` est ce qu'il faut renvoyer pour garder la nouvelle."""

    nom: str
    libelle: str
    titre: str
    enregistree: str
    nouvelle: str
    tapee: tuple[tuple[str, str], ...]


def differences(
    declaration: Declaration, etape: Etape, contexte: Contexte, saisie: MultiDict[str, str]
) -> list[Difference]:
    trouvees = []
    for bloc in etape.ouvrir(declaration, contexte, saisie):
        bloc.formulaire.validate()
        for champ in bloc.formulaire:
            enregistree = getattr(bloc.cible, champ.short_name)
            if not champ.soumis or (not champ.errors and champ.data == enregistree):
                continue
            tapees = tuple((nom, valeur) for nom, valeurs in champ.brut().items() for valeur in valeurs)
            nouvelle = " ".join(valeur for _, valeur in tapees) if champ.errors else champ.presenter(champ.data)
            trouvees.append(
                Difference(champ.name, champ.libelle, bloc.titre, champ.presenter(enregistree), nouvelle, tapees)
            )
    return trouvees


def orphelines(
    declaration: Declaration, etape: Etape, contexte: Contexte, saisie: MultiDict[str, str]
) -> list[tuple[str, str]]:
    """(question, ce qui a été tapé) d'une ligne qui n'est plus là : retirée ailleurs, ou d'une mise à jour effacée.

    Sans ce qu'une ligne encore là dit déjà. La question ne nomme personne : on ne sait plus de qui elle parlait.
    """
    blocs = etape.ouvrir(declaration, contexte)
    trouvees = []
    for section in etape.sections:
        siens = [bloc for bloc in blocs if bloc.section is section]
        dites = {(c.short_name, c.presenter(c.object_data)) for bloc in siens for c in bloc.formulaire}
        modele = siens[0].cible if siens else _personne_vide(declaration, section)
        for prefixe in _prefixes(section, saisie) - {section.prefixe(bloc.cible) for bloc in siens}:
            if modele is None:
                continue
            for champ in section.formulaire(modele, contexte, saisie, prefixe):
                dit = " ".join(champ.raw_data or ()) if champ.process_errors else champ.presenter(champ.data)
                if champ.soumis and dit.strip() and (champ.short_name, dit) not in dites:
                    trouvees.append((getattr(section.formulaire, champ.short_name).args[0], dit))
    return trouvees


def _prefixes(section: Section, saisie: MultiDict[str, str]) -> set[str]:
    """Les lignes de cette section que la saisie nomme : « a-charge-12- »."""
    debut = re.compile(rf"{re.escape(section.nom)}-[0-9]+-")
    return {trouve[0] for nom in saisie if (trouve := debut.match(nom))}


def _personne_vide(declaration: Declaration, section: Section) -> Personne | None:
    ligne = section.repetition.creer(declaration, 1) if section.repetition else None
    return ligne if isinstance(ligne, Personne) else None


def choix_du_conflit(saisie: MultiDict[str, str]) -> MultiDict[str, str]:
    """De la page de conflit, ne garder que les réponses que la personne a choisi de remplacer."""
    a_prendre = {
        cle.removeprefix("choix:")
        for cle, valeur in saisie.items()
        if cle.startswith("choix:") and valeur == "nouvelle"
    }
    return MultiDict(
        (cle, valeur)
        for cle, valeur in saisie.items(multi=True)
        if not cle.startswith("choix:") and any(cle == nom or cle.startswith(f"{nom}-") for nom in a_prendre)
    )
