"""Deux pages ouvertes sur la même étape : ce qui diffère entre ce qui est enregistré et ce qui arrive."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portail.demande.etape import Etape
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration


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
