"""Avertir, radier, rendre active : la liste fermée des motifs (CCH, art. R441-2-8) et leurs délais."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portail.demande import avis, radiation, reactivation
from portail.demande.catalogue_evenements import motifs_de_radiation
from portail.demande.cycle_de_vie import echeance
from portail.demande.delais import NON_RENOUVELEE, radiable_apres_avertissement_le
from portail.demande.modeles import Demande, GenreEvenement
from portail.guichet.acte import ActeImpossible, noter_l_evenement, verifier
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent
from portail.horloge import a_paris
from portail.regles.calendrier import date_en_lettres

PAS_AU_GUICHET = "Ce motif ne se prononce pas ici."
PAS_ECHUE = "Cette demande est encore valable\u00a0: elle ne peut pas être radiée faute de renouvellement."
PAS_AVERTIE = "Ce motif demande d’abord un avertissement à la personne."
SANS_AVERTISSEMENT = "Ce motif se prononce sans avertissement."
DEJA_AVERTIE = "La personne a déjà été avertie."


def motifs_au_guichet(demande: Demande, jour: date) -> dict[str, str]:
    """Les motifs qu'un agent peut choisir ce jour-là : {code: libellé}. Un seul avertissement court à la fois."""
    fin, averti = echeance(demande, jour), demande.motif_avertissement
    return {
        code: motif.libelle
        for code, motif in motifs_de_radiation().items()
        if motif.au_guichet
        and (code != NON_RENOUVELEE or (fin is not None and fin < jour))
        and (not averti or not motif.avec_avertissement or code == averti)
    }


def avertir(
    session: Session, demande: Demande, vue: str, motif: str, precision: str, agent: Agent, instant: datetime
) -> date:
    """Annonce une radiation possible. Rend le premier jour où elle peut être prononcée.

    Lève `Conflit` ou `ActeImpossible`.
    """
    verifier(demande, vue)
    fiche = motifs_de_radiation()[motif]
    if not fiche.au_guichet or not fiche.avec_avertissement:
        raise ActeImpossible(SANS_AVERTISSEMENT)
    if demande.avertie_le is not None:
        raise ActeImpossible(DEJA_AVERTIE)
    demande.avertie_le, demande.motif_avertissement = instant, motif
    evenement = noter_l_evenement(
        session, demande, GenreEvenement.AVERTISSEMENT, agent, instant, valeur=motif, precision=precision
    )
    inscrire(
        session, ActeJournal.AVERTISSEMENT, agent=agent, demande_id=demande.id, objet=f"motif {motif}", raison=precision
    )
    radiable_le = radiable_apres_avertissement_le(demande, a_paris(instant).date()) or a_paris(instant).date()
    avis.prevenir(
        session, demande, f"avertissement-{evenement.id}", "Votre demande risque d’être radiée", "avertissement",
        suite="/evenements", radiable_le=radiable_le,
    )  # fmt: skip
    return radiable_le


def lever_l_avertissement(session: Session, demande: Demande, vue: str, agent: Agent, instant: datetime) -> None:
    """La personne a répondu : elle saura qu'elle ne risque plus rien. Lève `Conflit` ou `ActeImpossible`."""
    verifier(demande, vue)
    if demande.avertie_le is None:
        return
    demande.avertie_le = demande.motif_avertissement = None
    leve = noter_l_evenement(session, demande, GenreEvenement.AVERTISSEMENT_LEVE, agent, instant)
    cle, sujet = f"evenement-{leve.id}", "Votre demande ne risque plus d’être radiée"
    avis.prevenir(session, demande, cle, sujet, "evenement", suite="/evenements")
    inscrire(session, ActeJournal.AVERTISSEMENT, agent=agent, demande_id=demande.id, objet="levé")


def radier(
    session: Session, demande: Demande, vue: str, motif: str, precision: str, agent: Agent, instant: datetime
) -> None:
    """Prononce la radiation (CCH, art. R441-2-8), après l'avertissement et son délai si le motif en veut un.

    Lève `Conflit` ou `ActeImpossible`.
    """
    verifier(demande, vue)
    jour = a_paris(instant).date()
    if motif not in motifs_au_guichet(demande, jour):
        raise ActeImpossible(PAS_ECHUE if motif == NON_RENOUVELEE else PAS_AU_GUICHET)
    if motifs_de_radiation()[motif].avec_avertissement:
        radiable_le = radiable_apres_avertissement_le(demande, jour)
        if radiable_le is None or demande.motif_avertissement != motif:
            raise ActeImpossible(PAS_AVERTIE)
        if jour < radiable_le:
            raise ActeImpossible(f"La radiation ne peut être prononcée qu’à partir du {date_en_lettres(radiable_le)}.")
    radiation.radier(
        session,
        demande,
        motif,
        instant,
        guichet_id=agent.guichet_id,
        auteur=agent.nom_complet,
        organisme=agent.guichet.nom,
        precision=precision,
    )
    inscrire(
        session, ActeJournal.RADIATION, agent=agent, demande_id=demande.id, objet=f"motif {motif}", raison=precision
    )


def reactiver(session: Session, demande: Demande, vue: str, precision: str, agent: Agent, instant: datetime) -> None:
    """Rend active une demande radiée, dans le délai de son motif. Lève `Conflit` ou `ActeImpossible`."""
    verifier(demande, vue, radiee=True)
    try:
        reactivation.reactiver(
            session, demande, instant, guichet_id=agent.guichet_id, auteur=agent.nom_complet, precision=precision
        )
    except reactivation.ReactivationImpossible as refus:
        raise ActeImpossible(str(refus)) from refus
    inscrire(session, ActeJournal.REACTIVATION, agent=agent, demande_id=demande.id, raison=precision)
