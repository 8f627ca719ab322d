"""Le formulaire de la demande : le contenu du Cerfa n° 14069*05, ses numéros de case connus ; l'annexe handicap à part.

Ce n'est pas l'imprimé officiel, et le document le dit (décision 18). Les réponses viennent du récapitulatif des
étapes : il n'y a pas ici de liste de champs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portail.documents.contenu import Bloc, Contenu, Definitions, Encart, Paragraphe, Titre, definition, partie
from portail.documents.reponses import Rubrique, par_etapes
from portail.documents.typographie import date_et_heure, francais, vu_de_paris

DEMANDE = "Demande de logement social"
TITRE = f"{DEMANDE}, contenu du Cerfa n°\u00a014069*05"
TITRE_ANNEXE = francais("Annexe : handicap et perte d’autonomie")
NATURE = francais(
    "Ce document reprend les réponses données en ligne. Il a le contenu du formulaire Cerfa n° 14069*05, mais ce n’est "
    "pas l’imprimé officiel. Le numéro à gauche d’une question est celui de sa case, quand il est connu."
)
NATURE_ANNEXE = francais(
    "Ces réponses parlent de santé. Elles sont séparées du reste de la demande : ne les montrez qu’aux personnes qui "
    "doivent trouver un logement adapté. Ce document n’est pas l’imprimé officiel."
)
CASE_DU_NUMERO = "A1"  # fiche domaine § 1.4 ; les autres cases arrivent avec les réponses
HONNEUR = "J’atteste sur l’honneur l’exactitude de ma déclaration."
BROUILLON = francais("Brouillon : cette demande n’est pas encore déposée. Ce document ne prouve rien.")
NIR_MASQUE = (
    "Les numéros de sécurité sociale sont masqués sur ce document. Les services qui instruisent la demande les ont."
)
ANNEXE_A_PART = "Les réponses de l’annexe « handicap » sont dans un document à part."


@dataclass(frozen=True)
class Formulaire:
    """Ce que le formulaire écrit, ou son annexe. `deposee_le` et `etabli_le` portent un fuseau.

    `deposee_le` : le dépôt de cette déclaration, None pour un brouillon. `nature` : première demande, modification…
    """

    portail: str
    titulaire: str
    nature: str
    numero_unique: str | None
    deposee_le: datetime | None
    etabli_le: datetime
    rubriques: tuple[Rubrique, ...]
    est_annexe: bool = False


def rediger(formulaire: Formulaire) -> Contenu:
    etabli_le = vu_de_paris(formulaire.etabli_le)
    titre = TITRE_ANNEXE if formulaire.est_annexe else TITRE
    etat = f"déposée le {_instant(formulaire.deposee_le)}" if formulaire.deposee_le else "brouillon, pas encore déposée"
    numero = f"demande n°\u00a0{formulaire.numero_unique}" if formulaire.numero_unique else "demande sans numéro"
    return Contenu(
        titre=titre,
        sujet=DEMANDE if formulaire.est_annexe else "",
        auteur=formulaire.portail,
        etabli_le=etabli_le,
        rappel=f"{titre}, {numero}",
        pied=f"{numero.capitalize()}, {etat}",
        blocs=(*_entete(formulaire, titre), *_reponses(formulaire), *_fin(formulaire)),
        mentions=() if formulaire.est_annexe else (NIR_MASQUE, francais(ANNEXE_A_PART)),
    )


def composer(formulaire: Formulaire) -> bytes:
    """Le PDF balisé, identique octet pour octet pour les mêmes données."""
    from portail.documents.impression import imprimer

    return imprimer(rediger(formulaire))


def _entete(formulaire: Formulaire, titre: str) -> list[Bloc]:
    depot = _instant(formulaire.deposee_le) if formulaire.deposee_le else "pas encore déposée"
    faits = Definitions(
        (
            definition("Nature", formulaire.nature),
            definition("Numéro unique", formulaire.numero_unique or "pas encore attribué", CASE_DU_NUMERO),
            definition("Déposée le", depot),
        ),
        "fort",
        a_des_cases=True,
    )
    return [
        Paragraphe(formulaire.portail, "chapeau"),
        Titre(1, titre),
        Paragraphe(formulaire.titulaire, "grand"),
        Encart((faits,)),
        *([] if formulaire.deposee_le else [Paragraphe(BROUILLON, "fort")]),
        Paragraphe(NATURE_ANNEXE if formulaire.est_annexe else NATURE),
    ]


def _reponses(formulaire: Formulaire) -> list[Bloc]:
    return list(par_etapes(formulaire.rubriques, a_des_cases=not formulaire.est_annexe))


def _fin(formulaire: Formulaire) -> list[Bloc]:
    if formulaire.deposee_le is None or formulaire.est_annexe:
        return []
    donnee = francais(f"Attestation donnée en ligne, au moment du dépôt : {_instant(formulaire.deposee_le)}.")
    return [partie(2, "Attestation sur l’honneur", Paragraphe(HONNEUR), Paragraphe(donnee))]


def _instant(instant: datetime) -> str:
    return date_et_heure(vu_de_paris(instant))
