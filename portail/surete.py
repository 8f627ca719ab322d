"""Le journal de sûreté : ce qui touche à l'entrée dans les comptes, une ligne JSON par fait, sur la sortie d'erreur.

Qui (le numéro du compte, s'il est connu), d'où (l'empreinte du réseau), quoi, quand (temps universel) : assez pour voir
une attaque et y répondre (ASVS 16.3), rien qui nomme une personne (ASVS 16.2.5). Le journal de ce que les agents lisent
et changent est ailleurs (portail/guichet/journal.py) : celui-ci ne sert qu'à surveiller.
"""

from __future__ import annotations

import enum
import json
import logging

from flask import Flask, Response, has_request_context, request

from portail.chiffrement import coffre
from portail.freins import reseau
from portail.horloge import maintenant

JOURNAL = logging.getLogger("portail.surete")


class Fait(enum.Enum):
    """Les faits notés. Leur nom est celui que cherche qui surveille : il ne change pas sans raison."""

    INSCRIPTION = "inscription"
    ADRESSE_CONFIRMEE = "adresse_confirmee"
    CONNEXION = "connexion"
    CONNEXION_REFUSEE = "connexion_refusee"
    DECONNEXION = "deconnexion"
    LIEN_DEMANDE = "lien_de_mot_de_passe_demande"
    MOT_DE_PASSE_CHANGE = "mot_de_passe_change"
    MOT_DE_PASSE_ACTUEL_FAUX = "mot_de_passe_actuel_faux"
    APPAREIL_DECONNECTE = "appareil_deconnecte"
    CONNEXION_FRANCECONNECT = "connexion_par_franceconnect"
    FRANCECONNECT_REFUSE = "reponse_de_franceconnect_refusee"
    FRANCECONNECT_RELIE = "franceconnect_relie"
    FRANCECONNECT_DELIE = "franceconnect_delie"
    APPAREIL_INCONNU = "appareil_inconnu"
    CODE_REFUSE = "code_refuse"
    IDENTITE_REDITE = "identite_redite"
    ADRESSE_DEMANDEE = "changement_d_adresse_demande"
    ADRESSE_CHANGEE = "adresse_changee"
    COMPTE_GELE = "compte_gele"
    CLE_AJOUTEE = "cle_d_acces_ajoutee"
    CLE_RETIREE = "cle_d_acces_retiree"
    CLE_REFUSEE = "cle_d_acces_refusee"  # la réponse du navigateur ne prouve rien
    CLE_COMPTEUR = "compteur_de_cle_d_acces_en_arriere"  # une copie de la clé sert peut-être ailleurs
    CONNEXION_PAR_CLE = "connexion_par_cle_d_acces"
    CLE_DESAVOUEE = "cle_d_acces_desavouee"  # par le lien de l'avis : la personne ne l'a pas ajoutée
    EXPORT_DEMANDE = "export_demande"
    EXPORT_TELECHARGE = "export_telecharge"
    COMPTE_SUPPRIME = "compte_supprime"
    FREIN = "frein"
    JETON_PERDU = "jeton_de_formulaire_refuse"
    AUTRE_SITE = "envoi_d_un_autre_site"
    LECTURE_D_AILLEURS = "lecture_d_un_autre_site"


def installer(app: Flask) -> None:
    """Fait sortir le journal, si personne n'a réglé la journalisation du processus : une fois, et rien que le JSON."""
    app.after_request(_noter_les_freins)
    JOURNAL.setLevel(logging.INFO)
    if not JOURNAL.handlers and not logging.getLogger().handlers:
        JOURNAL.addHandler(logging.StreamHandler())
        JOURNAL.propagate = False  # le journal de l'application redirait chaque ligne, à sa façon


def _noter_les_freins(reponse: Response) -> Response:
    if reponse.status_code == 429:
        noter(Fait.FREIN)
    return reponse


def noter(fait: Fait, compte_id: int | None = None) -> None:
    """Écrit une ligne. Rien de ce que la personne a tapé n'y entre : ni adresse mail, ni nom, ni jeton."""
    ligne: dict[str, object] = {"le": maintenant().isoformat(timespec="seconds"), "fait": fait.value}
    if compte_id is not None:
        ligne["compte"] = compte_id
    if has_request_context():
        ligne["route"] = str(request.url_rule) if request.url_rule else None
        ligne["reseau"] = coffre().empreinte(reseau(), "journal")[:12]
    JOURNAL.info(json.dumps(ligne))
