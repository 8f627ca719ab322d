"""Les codes à recopier : envoyés à la boîte mail du compte, valables dans le navigateur qui les a demandés."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portail import code_a_recopier, courriel, freins
from portail.chiffrement import coffre
from portail.compte import acces
from portail.compte.modeles import CodeCourriel, Compte, UsageCode
from portail.compte.sessions import empreinte_courante, en_cours
from portail.horloge import maintenant

LONGUEUR = 8  # près de quarante bits
DUREE = timedelta(minutes=10)
ESSAIS = 5
CONTEXTE = "code_courriel"
GABARITS = {UsageCode.APPAREIL: "code_appareil", UsageCode.PREUVE: "code_preuve"}
SUJET = "Votre code"  # discret : il s'affiche sur un téléphone verrouillé


def envoyer(base: Session, compte: Compte, usage: UsageCode, *, suite: str = "", partage: bool = False) -> None:
    """Un code neuf ; celui que ce navigateur attendait ne vaut plus rien. `compte` arrive verrouillé."""
    base.execute(
        sa.delete(CodeCourriel).where(CodeCourriel.navigateur == empreinte_courante(), CodeCourriel.usage == usage)
    )
    code = code_a_recopier.tirer(LONGUEUR)
    en_cours().a_poser = True
    garde = CodeCourriel(
        usage=usage,
        compte_id=compte.id,
        navigateur=empreinte_courante(),
        empreinte=coffre().empreinte(code, CONTEXTE),
        suite=suite,
        partage=partage,
        cree_le=maintenant(),
    )
    base.add(garde)
    if freins.permis_ici(base, freins.CODE_PAR_COMPTE, str(compte.id)):
        courriel.mettre_en_boite(
            base,
            f"code-{garde.empreinte}",
            compte.courriel,
            SUJET,
            GABARITS[usage],
            code=code_a_recopier.lisible(code),
            oubli=f"{courriel.config_url()}/compte/mot-de-passe-oublie",
        )


def attendu(base: Session, usage: UsageCode) -> bool:
    """Ce navigateur attend-il un code ?"""
    return base.scalar(_du_navigateur(usage)) is not None


def essayer(base: Session, usage: UsageCode, saisie: str) -> CodeCourriel | None:
    """Le code s'il est le bon, consommé. Sinon None, un essai compté : l'appelant valide dans les deux cas."""
    attendu = base.scalar(_du_navigateur(usage))
    if attendu is None or acces.verrouiller(base, attendu.compte_id) is None:
        return None
    verrouille = _du_navigateur(usage).with_for_update(of=CodeCourriel)
    code = base.scalar(verrouille.execution_options(populate_existing=True))
    if code is None:
        return None
    code.essais += 1
    if not coffre().reconnait(code.empreinte, code_a_recopier.normaliser(saisie), CONTEXTE):
        return None
    code.utilise_le = maintenant()
    return code


def purger(base: Session, instant: datetime) -> None:
    base.execute(sa.delete(CodeCourriel).where(CodeCourriel.cree_le < instant - DUREE))


def _du_navigateur(usage: UsageCode) -> sa.Select[CodeCourriel]:
    return (
        sa.select(CodeCourriel)
        .options(joinedload(CodeCourriel.compte, innerjoin=True))
        .where(
            CodeCourriel.navigateur == empreinte_courante(),
            CodeCourriel.usage == usage,
            CodeCourriel.utilise_le.is_(None),
            CodeCourriel.essais < ESSAIS,
            CodeCourriel.cree_le > maintenant() - DUREE,
        )
    )
