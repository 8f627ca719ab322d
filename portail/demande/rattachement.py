"""Rattacher par le numéro unique : le numéro dit quelle demande, l'identité du compte et un code disent à qui.

Le numéro n'est pas un secret (fiche sûreté, § 0). La requête qui le reçoit l'inscrit, et rien d'autre : elle fait le
même travail quel qu'il soit. L'examen se fait ensuite, avec les tâches de fond ; si tout concorde, un code part vers
une adresse déjà au dossier. Inconnu, discordant, déjà rattaché, sans adresse : rien ne part, rien ne se voit.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail import code_a_recopier, courriel, freins
from portail.assistance import fils
from portail.chiffrement import coffre
from portail.compte.modeles import Compte
from portail.db import ecriture, lecture
from portail.demande import alarme_rattachement, partage
from portail.demande.concordance import Place, place_de
from portail.demande.modeles import (
    CodeRattachement,
    Coordonnees,
    Demande,
    EssaiRattachement,
    Evenement,
    GenreEvenement,
    RoleRattache,
)
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Guichet
from portail.horloge import a_paris
from portail.referentiels.parametres import parametre
from portail.regles import numero_unique

LONGUEUR = 8  # près de quarante bits, quinze minutes, pour un seul compte
PAR_PASSAGE = 200  # essais examinés de suite
MEMOIRE = timedelta(days=30)
SUJET_DU_CODE = "Votre code"
SUJET_DU_RATTACHEMENT = "Votre demande est rattachée à un compte"
SUJET_DE_LA_TENTATIVE = "Quelqu’un a voulu rattacher votre demande"


class RattachementRefuse(Exception):
    """Le code ne vaut rien, ou plus : la réponse ne dit pas lequel des deux."""


class DejaUneDemande(Exception):
    """Tout concorde, mais la personne a déjà une demande active dans ce territoire."""


def proposer(session: Session, compte_id: int, numero: str, instant: datetime) -> None:
    """Inscrit le numéro proposé, bien formé. Le même travail pour tous."""
    session.add(EssaiRattachement(compte_id=compte_id, numero=numero, essaye_le=instant))


def examiner(instant: datetime) -> int:
    """Examine les numéros proposés, chacun dans sa transaction. Rend leur nombre."""
    for fait in range(PAR_PASSAGE):
        if not _examiner_le_suivant(instant):
            return fait
    return PAR_PASSAGE


def _examiner_le_suivant(instant: datetime) -> bool:
    attend = sa.select(EssaiRattachement).where(EssaiRattachement.examine_le.is_(None)).limit(1)
    with lecture() as session:
        if session.scalar(attend) is None:
            return False
    with ecriture() as session:
        essai = session.scalar(attend.order_by(EssaiRattachement.id).with_for_update(skip_locked=True))
        if essai is None:
            return False
        numero = essai.numero or ""
        essai.examine_le, essai.numero = instant, None
        if not _examiner(session, session.get_one(Compte, essai.compte_id), numero, instant):
            essai.refuse_le = instant
            alarme_rattachement.surveiller(session, instant)
    return True


def _examiner(session: Session, compte: Compte, numero: str, instant: datetime) -> bool:
    """Vrai si un code est parti, ou si la demande est déjà la sienne."""
    demande = session.scalar(
        sa.select(Demande)
        .where(Demande.numero_unique.in_(numero_unique.variantes(numero)), Demande.radiee_le.is_(None))
        .order_by(Demande.numero_unique != numero)
        .limit(1)
    )
    place = place_de(session, compte, demande) if demande is not None else None
    if demande is None or place is None:
        return False
    if demande.compte_id == compte.id or partage.existe(session, demande.id, compte.id):
        return True
    adresse = adresse_du_dossier(session, demande)
    if place.role is RoleRattache.TITULAIRE and demande.compte_id is not None:
        if adresse is not None:
            _prevenir(session, demande, adresse, "rattachement_tentative", SUJET_DE_LA_TENTATIVE, instant)
        return False
    par_jour = parametre("RATTACHEMENT_CODES_PAR_JOUR", a_paris(instant).date())
    regle = freins.Regle("rattachement-dossier", par_jour, 86_400 // par_jour)
    if adresse is None or not freins.permis_ici(session, regle, str(demande.id)):
        return False
    _envoyer_un_code(session, compte, demande, place, adresse, instant)
    return True


def adresse_du_dossier(session: Session, demande: Demande) -> str | None:
    """L'adresse mail déjà connue : celle du compte titulaire, sinon celle de la déclaration qui compte."""
    if demande.compte_id is not None:
        return session.get_one(Compte, demande.compte_id).courriel
    return session.scalar(
        sa.select(Coordonnees.courriel).where(Coordonnees.declaration_id == demande.declaration_deposee_id)
    )


def _envoyer_un_code(
    session: Session, compte: Compte, demande: Demande, place: Place, adresse: str, instant: datetime
) -> None:
    minutes = parametre("RATTACHEMENT_CODE_MINUTES", a_paris(instant).date())
    code = code_a_recopier.tirer(LONGUEUR)
    garde = CodeRattachement(
        compte_id=compte.id,
        demande_id=demande.id,
        role=place.role,
        personne=place.personne,
        empreinte=_empreintes(code)[0],
        cree_le=instant,
        expire_le=instant + timedelta(minutes=minutes),
    )
    session.add(garde)
    session.flush()
    courriel.mettre_en_boite(
        session,
        f"rattachement-code-{garde.empreinte}",
        adresse,
        SUJET_DU_CODE,
        "rattachement_code",
        code=code_a_recopier.lisible(code),
        minutes=minutes,
        pour_lire=place.role is RoleRattache.LECTEUR,
    )


def prouver(session: Session, compte: Compte, saisie: str, instant: datetime) -> Demande:
    """Donne ce que le code promet, si tout concorde encore. Lève `RattachementRefuse` ou `DejaUneDemande`.

    Deux comptes, deux onglets : la demande est verrouillée, un seul la prend. Elle d'abord, son code ensuite, comme
    qui retire un accès (partage.changer) : dans l'autre ordre, les deux s'attendraient.
    """
    le_sien = (CodeRattachement.empreinte.in_(_empreintes(saisie)), CodeRattachement.compte_id == compte.id)
    visee = sa.select(Demande).where(Demande.id.in_(sa.select(CodeRattachement.demande_id).where(*le_sien)))
    demande = session.scalar(visee.with_for_update())
    code = session.scalar(sa.select(CodeRattachement).where(*le_sien).with_for_update())
    if demande is None or code is None or code.utilise_le is not None or instant >= code.expire_le:
        raise RattachementRefuse
    place = place_de(session, compte, demande)
    if demande.radiee_le is not None or place != Place(code.role, code.personne):
        raise RattachementRefuse
    adresse = adresse_du_dossier(session, demande)
    code.utilise_le = instant
    if code.role is RoleRattache.TITULAIRE:
        if demande.compte_id is not None:
            raise RattachementRefuse
        rendre_au_titulaire(session, compte, demande, ActeJournal.RATTACHEMENT, f"code {code.id}", instant)
    else:
        partage.donner(session, demande, compte, code.personne or "", adresse, instant)
    return demande


def rendre_au_titulaire(
    session: Session, compte: Compte, demande: Demande, acte: ActeJournal, objet: str, instant: datetime
) -> None:
    """La demande est à ce compte. L'adresse du dossier est prévenue. Lève `DejaUneDemande`, la transaction annulée."""
    adresse = adresse_du_dossier(session, demande)
    guichet = session.get(Guichet, demande.guichet_id or demande.saisie_guichet_id)
    demande.compte_id = compte.id
    session.add(Evenement(demande_id=demande.id, genre=GenreEvenement.RATTACHEMENT, survenu_le=instant))
    inscrire(
        session,
        acte,
        guichet_code=guichet.code if guichet else None,
        compte_id=compte.id,
        demande_id=demande.id,
        objet=objet,
    )
    try:
        session.flush()  # une seule demande active par compte et par territoire : l'index le dit
        fils.joindre_a_la_demande(session, demande)
    except IntegrityError as erreur:
        session.rollback()
        raise DejaUneDemande from erreur
    if adresse is not None:
        _prevenir(session, demande, adresse, "rattachement_fait", SUJET_DU_RATTACHEMENT, instant)


def _prevenir(session: Session, demande: Demande, adresse: str, gabarit: str, sujet: str, instant: datetime) -> None:
    """Un message par mois au plus pour un même fait : qui insiste n'inonde personne."""
    cle = f"{gabarit}-{demande.id}-{a_paris(instant):%Y%m}"
    courriel.mettre_en_boite(session, cle, adresse, sujet, gabarit)


def purger(session: Session, instant: datetime) -> None:
    """Oublie les essais et les codes d'il y a longtemps."""
    session.execute(sa.delete(EssaiRattachement).where(EssaiRattachement.examine_le < instant - MEMOIRE))
    session.execute(sa.delete(CodeRattachement).where(CodeRattachement.expire_le < instant - MEMOIRE))


def _empreintes(saisie: str) -> list[str]:
    """Celle d'aujourd'hui d'abord."""
    return coffre().empreintes(code_a_recopier.normaliser(saisie), "code_rattachement")
