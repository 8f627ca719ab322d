"""Des foyers divers, et ce qu'ils déclarent : personnes seules, familles, retraités, étudiants, handicap."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from portail.chiffrement import coffre
from portail.choix import OuiNon
from portail.demande.foyer import nouvelle_personne
from portail.demande.listes import (
    AideTechnique,
    Equipement,
    Escaliers,
    EtatHandicap,
    HandicapMoteur,
    LienACharge,
    LienCodemandeur,
    Nationalite,
    Sexe,
    SituationFamiliale,
)
from portail.demande.modeles import AnnexeHandicap, CommuneSouhaitee, Declaration, Personne, Role
from portail.demonstration import reponses
from portail.demonstration.identites import EtatCivil, Identite

OUI, NON = OuiNon.OUI, OuiNon.NON


@dataclass(frozen=True)
class Genre:
    """Une sorte de foyer, et sa part de la démonstration (poids)."""

    poids: int
    ages: tuple[int, int]
    couple: bool = False
    enfants: tuple[int, int] = (0, 0)
    handicap: bool = False


GENRES = (
    Genre(28, (19, 62)),
    Genre(24, (20, 48), enfants=(1, 4)),
    Genre(11, (20, 60), couple=True),
    Genre(22, (22, 47), couple=True, enfants=(1, 5)),
    Genre(6, (63, 84)),
    Genre(5, (18, 24)),
    Genre(4, (25, 70), handicap=True),
)


@dataclass(frozen=True)
class Menage:
    """Un foyer à venir : son genre, qui demande, où il habite (lieu Insee, code postal) et où il voudrait habiter."""

    genre: Genre
    demandeur: Identite
    adresse: tuple[str, str]
    communes: tuple[str, ...]
    complet: bool  # sinon, des réponses facultatives manquent


def declarer(
    declaration: Declaration, menage: Menage, etat_civil: EtatCivil, hasard: random.Random, jour: date
) -> None:
    """Remplit un brouillon neuf, comme la personne l'aurait fait au `jour`."""
    titulaire = declaration.personnes[0]
    titulaire.civilite = menage.demandeur.civilite
    titulaire.nationalite = hasard.choices(list(Nationalite), (80, 8, 12))[0]
    declaration.nb_codemandeurs = 1 if menage.genre.couple else 0
    adultes = [titulaire]
    if menage.genre.couple:
        adultes.append(_codemandeur(declaration, menage, etat_civil, hasard, jour))
    enfants = _enfants(declaration, menage, etat_civil, hasard, jour)
    _communes(declaration, menage.communes)
    reponses.coordonnees(declaration, menage.adresse, _situation(menage, adultes, hasard), hasard)
    _foyer(declaration, menage, enfants, hasard)
    for adulte in adultes:
        reponses.travail_et_ressources(adulte, menage.genre.ages, hasard, complet=menage.complet)
    taille = len(adultes) + enfants
    reponses.logement(declaration, taille, hasard, complet=menage.complet)
    reponses.motifs(declaration, hasard, handicap=menage.genre.handicap)
    reponses.souhaits(declaration, taille, hasard, complet=menage.complet)


def _situation(menage: Menage, adultes: list[Personne], hasard: random.Random) -> SituationFamiliale:
    if len(adultes) > 1:
        return {
            LienCodemandeur.MARIE: SituationFamiliale.MARIE,
            LienCodemandeur.PACSE: SituationFamiliale.PACSE,
        }.get(adultes[1].lien, SituationFamiliale.CONCUBIN)  # type: ignore[arg-type]
    if menage.genre.enfants[1]:
        return hasard.choice((SituationFamiliale.SEPARE, SituationFamiliale.DIVORCE, SituationFamiliale.CELIBATAIRE))
    return SituationFamiliale.VEUF if menage.genre.ages[0] > 60 else SituationFamiliale.CELIBATAIRE


def _codemandeur(
    declaration: Declaration, menage: Menage, etat_civil: EtatCivil, hasard: random.Random, jour: date
) -> Personne:
    lui = etat_civil.tirer(jour, menage.genre.ages, femme=menage.demandeur.civilite.code == "1")
    personne = nouvelle_personne(
        Role.CODEMANDEUR,
        1,
        civilite=lui.civilite,
        nom_naissance=lui.nom,
        prenoms=lui.prenoms,
        date_naissance=lui.naissance,
        nationalite=Nationalite.FRANCAISE,
        nir=lui.nir,
        nir_empreinte=coffre().empreinte(lui.nir, "nir"),
        lien=hasard.choice((LienCodemandeur.MARIE, LienCodemandeur.PACSE, LienCodemandeur.CONCUBIN)),
    )
    declaration.personnes.append(personne)
    return personne


def _enfants(declaration: Declaration, menage: Menage, etat_civil: EtatCivil, hasard: random.Random, jour: date) -> int:
    nombre = hasard.randint(*menage.genre.enfants)
    for rang in range(1, nombre + 1):
        femme = hasard.random() < 0.5
        lui = etat_civil.tirer(jour, (0, 16), nom=menage.demandeur.nom, femme=femme)
        enfant = nouvelle_personne(
            Role.A_CHARGE,
            rang,
            nom_naissance=lui.nom,
            prenoms=lui.prenoms,
            date_naissance=lui.naissance,
            sexe=Sexe.FEMININ if femme else Sexe.MASCULIN,
            lien_a_charge=LienACharge.ENFANT,
        )
        enfant.ressources.a_des_ressources = NON
        declaration.personnes.append(enfant)
    return nombre


def _communes(declaration: Declaration, codes: tuple[str, ...]) -> None:
    """La première a été choisie en commençant la demande."""
    for rang, code in enumerate(codes[1:], 2):
        declaration.communes.append(CommuneSouhaitee(rang=rang, commune=code))


def _foyer(declaration: Declaration, menage: Menage, enfants: int, hasard: random.Random) -> None:
    foyer = declaration.foyer
    foyer.a_personnes_a_charge = OUI if enfants else NON
    foyer.a_autres_enfants = NON
    foyer.attend_un_enfant = NON
    foyer.a_handicap = OUI if menage.genre.handicap else NON
    if menage.genre.handicap:
        foyer.nb_handicapes, foyer.logement_a_adapter = 1, OUI
        declaration.annexes.append(
            AnnexeHandicap(
                rang=1,
                personne=declaration.personnes[0].cle,
                etat=hasard.choice(list(EtatHandicap)),
                moteur=(HandicapMoteur.MEMBRES_INFERIEURS,),
                escaliers=hasard.choice((Escaliers.IMPOSSIBLE, Escaliers.QUELQUES_MARCHES)),
                aides_techniques=(hasard.choice((AideTechnique.CANNE, AideTechnique.FAUTEUIL_MANUEL)),),
                equipements=(Equipement.DOUCHE, Equipement.ASCENSEUR),
            )
        )
