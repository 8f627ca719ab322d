"""De quoi peupler une base de test : le plus petit objet valable, et deux ménages entiers (Ana seule, Léa et Tom).

Rien n'y est aléatoire : un test qui échoue échoue toujours de la même façon.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.orm import Session

from portail.chiffrement import coffre
from portail.choix import OuiNon
from portail.compte import mots_de_passe
from portail.compte.modeles import Compte, SessionOuverte
from portail.demande.creation import commencer
from portail.demande.foyer import nouvelle_personne
from portail.demande.listes import (
    Civilite,
    LienACharge,
    LienCodemandeur,
    Motif,
    Nationalite,
    Occupation,
    Ressource,
    Sexe,
    SituationFamiliale,
    Statut,
    TypeRecherche,
)
from portail.demande.modeles import Declaration, Demande, Role
from portail.referentiels import recherche

INSTANT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MOT_DE_PASSE = "correct cheval pile agrafe"
VILLEURBANNE, LYON, PARIS = "69266", "69123", "75056"
OUI, NON = OuiNon.OUI, OuiNon.NON


def nir(treize: str) -> str:
    """Un NIR de 13 caractères, complété de sa clé."""
    nombre = int(treize.replace("2A", "19").replace("2B", "18"))
    return f"{treize}{97 - nombre % 97:02d}"


@cache
def hache() -> str:
    return mots_de_passe.hacher(MOT_DE_PASSE)


def compte(session: Session, courriel: str = "ana@exemple.fr", **valeurs: object) -> Compte:
    """Un compte confirmé. Par défaut : Ana Silva, née à Villeurbanne le 12 mars 1985."""
    ana: dict[str, object] = {
        "courriel": courriel,
        "courriel_confirme_le": INSTANT,
        "mot_de_passe": hache(),
        "mot_de_passe_change_le": INSTANT,
        "nom_naissance": "Silva",
        "prenoms": "Ana",
        "date_naissance": date(1985, 3, 12),
        "lieu_naissance": VILLEURBANNE,
        "nir": nir("2850369266001"),
        "cree_le": INSTANT,
    }
    entier: dict[str, Any] = {**ana, **valeurs}
    if entier["nir"]:
        entier.setdefault("nir_empreinte", coffre().empreinte(entier["nir"], "nir"))  # comme l'inscription
    nouveau = Compte(**entier)
    session.add(nouveau)
    session.commit()
    return nouveau


def brouillon(session: Session, proprietaire: Compte, commune: str = VILLEURBANNE) -> Declaration:
    """Une demande commencée, telle que le site la crée."""
    lieu = recherche.lieu(commune)
    assert lieu is not None
    demande: Demande = commencer(session, proprietaire, lieu, INSTANT)
    session.commit()
    return demande.declarations[0]


def remplir_ana(declaration: Declaration) -> Declaration:
    """Ana : seule, CDI, hébergée par sa sœur. Tout est répondu, sauf les pièces."""
    ana = declaration.personnes[0]
    declaration.nb_codemandeurs = 0
    ana.civilite, ana.nationalite = Civilite.MADAME, Nationalite.FRANCAISE
    _coordonnees(declaration, SituationFamiliale.CELIBATAIRE, "Chez Marta Silva")
    foyer = declaration.foyer
    foyer.a_personnes_a_charge = foyer.a_autres_enfants = foyer.attend_un_enfant = foyer.a_handicap = NON
    _salarie(ana, "Aide-soignante", Decimal("1650.50"), 18_400)
    _logement(declaration, Occupation.CHEZ_PARTICULIER, habitants=3)
    declaration.logement_actuel.loyer_mensuel = declaration.logement_actuel.montant_aide_logement = Decimal(0)
    _souhaits(declaration, (TypeRecherche.T1, TypeRecherche.T2), personnes=1)
    declaration.motifs_declares[0].motif = Motif.SANS_LOGEMENT
    return declaration


def remplir_couple(declaration: Declaration, enfants: int = 3) -> Declaration:
    """Léa et Tom, mariés, deux salaires, des enfants à charge, locataires du privé."""
    lea = declaration.personnes[0]
    declaration.nb_codemandeurs = 1
    lea.civilite, lea.nationalite = Civilite.MADAME, Nationalite.FRANCAISE
    tom = nouvelle_personne(
        Role.CODEMANDEUR,
        1,
        civilite=Civilite.MONSIEUR,
        nom_naissance="Martin",
        prenoms="Tom",
        date_naissance=date(1983, 7, 2),
        nationalite=Nationalite.FRANCAISE,
        nir=nir("1830769123042"),
        lien=LienCodemandeur.MARIE,
    )
    declaration.personnes.append(tom)
    _coordonnees(declaration, SituationFamiliale.MARIE, None)
    foyer = declaration.foyer
    foyer.a_personnes_a_charge = OUI
    foyer.a_autres_enfants = foyer.attend_un_enfant = foyer.a_handicap = NON
    for rang in range(1, enfants + 1):
        enfant = nouvelle_personne(
            Role.A_CHARGE,
            rang,
            nom_naissance="Martin",
            prenoms=("Léo", "Zoé", "Max", "Lou")[rang - 1],
            date_naissance=date(2012 + rang, 5, rang),
            sexe=Sexe.FEMININ if rang % 2 == 0 else Sexe.MASCULIN,
            lien_a_charge=LienACharge.ENFANT,
        )
        enfant.ressources.a_des_ressources = NON
        declaration.personnes.append(enfant)
    _salarie(lea, "Infirmière", Decimal("1920"), 41_000)
    _salarie(tom, "Cariste", Decimal("1700"), None)
    _logement(declaration, Occupation.LOCATAIRE_PRIVE, habitants=2 + enfants)
    declaration.logement_actuel.loyer_mensuel = Decimal("890")
    declaration.logement_actuel.montant_aide_logement = Decimal("120")
    _souhaits(declaration, (TypeRecherche.T4, TypeRecherche.T5), personnes=2 + enfants)
    declaration.motifs_declares[0].motif = Motif.TROP_PETIT
    return declaration


def _coordonnees(declaration: Declaration, situation: SituationFamiliale, chez: str | None) -> None:
    c = declaration.coordonnees
    c.situation_familiale = situation
    c.telephone_portable = "06 12 34 56 78"
    c.accepte_mail, c.accepte_sms = OUI, OUI
    c.sans_domicile = c.adresse_a_l_etranger = c.courrier_different = c.aide_par_un_tiers = c.a_colocataires = NON
    c.adresse_numero, c.adresse_voie = "12", "rue des Lilas"
    c.adresse_code_postal, c.adresse_commune, c.heberge_chez = "69100", VILLEURBANNE, chez


def _salarie(personne, profession: str, salaire: Decimal, rfr: int | None) -> None:
    s = personne.situation
    s.statuts, s.profession, s.cdd_ou_interim = (Statut.PRIVE,), profession, NON
    s.employeur_nom, s.siret_employeur = "Clinique du Parc", "73282932000074"
    s.employeur_code_postal, s.employeur_commune = "69100", VILLEURBANNE
    personne.ressources.a_des_ressources = OUI
    personne.ressources.natures, personne.ressources.salaire = (Ressource.SALAIRE,), salaire
    personne.ressources.verse_une_pension = NON
    if rfr is not None:
        personne.revenu.a_un_avis_n2, personne.revenu.rfr_n2 = OUI, rfr


def _logement(declaration: Declaration, occupation: Occupation, habitants: int) -> None:
    from portail.demande.listes import CategorieLogement, TypeActuel

    logement = declaration.logement_actuel
    logement.occupation, logement.nb_habitants = occupation, habitants
    logement.categorie, logement.type_logement = CategorieLogement.APPARTEMENT, TypeActuel.T3
    logement.surface, logement.autre_propriete = 61, NON


def _souhaits(declaration: Declaration, types: tuple[TypeRecherche, ...], personnes: int) -> None:
    from portail.demande.listes import CategorieRecherchee

    souhaits = declaration.souhaits
    souhaits.types, souhaits.nb_personnes_a_loger = types, personnes
    souhaits.categorie_recherche, souhaits.demande_elargie = CategorieRecherchee.INDIFFERENT, OUI


def connecter(app: Flask, client, session: Session, proprietaire: Compte, jeton: str = "s" * 43) -> None:
    """Ouvre une session pour ce client, sans passer par la page de connexion."""
    instant = app.config["HORLOGE"]() if app.config.get("HORLOGE") else INSTANT
    session.add(
        SessionOuverte(
            empreinte=hashlib.sha256(jeton.encode()).hexdigest(),
            compte_id=proprietaire.id,
            ouverte_le=instant,
            vue_le=instant,
            appareil="Chrome sur Linux",
            reseau="essai",
        )
    )
    session.commit()
    config = app.extensions["portail"]
    client.set_cookie(config.cookie_session, jeton, domain=urlsplit(config.url).hostname)
