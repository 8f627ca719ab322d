"""Vérifier un mot de passe : même travail, même durée, que l'adresse ait un compte ou non."""

from __future__ import annotations

from portail import freins
from portail.compte import affluence, inscription, mots_de_passe, sessions
from portail.compte.modeles import Compte
from portail.db import ecriture, lecture


def authentifier(adresse: str, mot_de_passe: str) -> Compte | None:
    """Le compte si le mot de passe est le bon. Même travail que l'adresse existe ou non.

    D'un réseau où la personne s'est déjà connectée, elle a son propre frein : les essais d'un tiers, ailleurs ou sur le
    même réseau, ne la retiennent pas. Lève `TropDEssais`, ou `TropDeMonde` avant tout essai.
    """
    with lecture() as base:
        compte = inscription.compte_confirme(base, adresse)
        chez_soi = sessions.reseau_connu(base, compte.id if compte else 0)
    with affluence.tour(chez_soi=chez_soi):
        return _essayer(adresse, mot_de_passe, compte, chez_soi=chez_soi)


def _essayer(adresse: str, mot_de_passe: str, compte: Compte | None, *, chez_soi: bool) -> Compte | None:
    essais = _freins(adresse, chez_soi=chez_soi)
    for regle, valeur in essais:
        freins.essayer(regle, valeur)
    if not mots_de_passe.verifier(compte.mot_de_passe if compte else None, mot_de_passe):
        return None
    with ecriture() as base:  # seuls les échecs comptent : tout un guichet se connecte depuis le même réseau
        for regle, valeur in essais:
            rendre_l_essai = freins.rendre if regle is freins.CONNEXION_PAR_RESEAU else freins.relacher
            rendre_l_essai(base, regle, valeur)
    return compte


def _freins(adresse: str, *, chez_soi: bool) -> list[tuple[freins.Regle, str]]:
    reseau = freins.reseau()
    if chez_soi:
        return [(freins.CONNEXION_DE_CHEZ_SOI, f"{adresse} {reseau}")]
    return [(freins.CONNEXION_PAR_RESEAU, reseau), (freins.CONNEXION_PAR_COMPTE, adresse)]
