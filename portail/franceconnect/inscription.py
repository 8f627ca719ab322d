"""La première fois : le compte naît d'une identité prouvée, reste à prouver la boîte mail.

Adresse libre, déjà prise ou d'un agent : mêmes écritures, même page ; seul le courriel reçu diffère.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portail import courriel, freins
from portail.compte import inscription, jetons
from portail.compte.modeles import Compte, UsageJeton
from portail.franceconnect import lien, passage
from portail.franceconnect.arret import Arret
from portail.franceconnect.identite import Identite
from portail.franceconnect.modeles import PassageFranceConnect
from portail.horloge import maintenant

SUJET = "Votre inscription au portail logement"


def inscrire(
    base: Session, attente: PassageFranceConnect, identite: Identite, *, adresse: str, **reponses: Any
) -> None:
    """Prépare le compte et son lien, et le courriel qui les confirmera, ou proposera de relier le compte existant."""
    connu = inscription.numero_confirme(base, adresse)
    d_agent = lien.est_d_agent(base, adresse)
    compte = inscription.nouveau_compte(base, adresse=adresse, mot_de_passe_hache=None, **reponses)
    lien.preparer(base, compte, identite)
    if d_agent:
        usage, vise, gabarit = UsageJeton.RELIER_FRANCECONNECT, None, "franceconnect_agent"
    elif connu is not None:
        usage, vise, gabarit = UsageJeton.RELIER_FRANCECONNECT, connu, "franceconnect_existant"
    else:
        usage, vise, gabarit = UsageJeton.CONFIRMER, compte.id, "confirmer"
    secret, jeton = jetons.creer(base, usage, vise)
    attente.jeton_courriel_id = jeton.id
    chemin = "/compte/confirmer/" if usage is UsageJeton.CONFIRMER else "/compte/franceconnect/relier/"
    if freins.permis_ici(base, freins.INSCRIPTION_PAR_ADRESSE, adresse):
        courriel.mettre_en_boite(
            base,
            f"inscription-{jeton.empreinte}",
            adresse,
            SUJET,
            gabarit,
            jeton_id=jeton.id,
            lien=f"{courriel.config_url()}{chemin}{secret}",
        )


def relier_par_courriel(base: Session, secret: str) -> Compte:
    """La boîte est prouvée, dans le navigateur où l'identité l'a été : le compte est relié. Lève `Arret`."""
    jeton = jetons.verrouiller(base, UsageJeton.RELIER_FRANCECONNECT, secret)
    trouve = passage.en_attente(base)
    if jeton is None or jeton.compte is None or trouve is None or trouve[0].jeton_courriel_id != jeton.id:
        raise Arret("lien-perime")
    attente, identite = trouve
    lien.relier(base, jeton.compte, identite)
    jeton.consomme_le = maintenant()
    attente.identite = None
    return jeton.compte
