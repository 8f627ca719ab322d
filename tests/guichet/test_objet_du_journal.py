"""Le journal se relit en mots ; ce qu'il ne reconnaît pas se lit tel qu'écrit."""

from __future__ import annotations

import pytest

from portail.guichet.modeles import ActeJournal, EcritureJournal
from portail.guichet.objet_du_journal import objet_lisible


@pytest.mark.parametrize(
    ("acte", "objet", "lu"),
    [
        (ActeJournal.RENVOI, "piece_illisible", "La pièce d’identité est illisible ou incomplète"),
        (ActeJournal.RENVOI, "un_motif_d_avant", "un_motif_d_avant"),
        (ActeJournal.RADIATION, "motif b", "Renonciation écrite de la personne"),
        (ActeJournal.RADIATION, "motif b, d’office", "Renonciation écrite de la personne, d’office"),
        (ActeJournal.AVERTISSEMENT, "levé", "levé"),
        (ActeJournal.RADIATION, "motif zz", "motif zz"),
        (ActeJournal.LECTURE_PIECE, "ID 156", "Pièce d’identité, fichier 156"),
        (ActeJournal.LECTURE_PIECE, "SAL, 3 fichier(s)", "Fiche de paie, 3 fichier(s)"),
        (ActeJournal.DECISION_PIECE, "AIS2025 refusée", "Avis d’impôt 2025, refusée"),
        (ActeJournal.LECTURE_PIECE, "INCONNUE 2", "INCONNUE 2"),
        (ActeJournal.LECTURE_PIECE, None, ""),
        (ActeJournal.AGENT, "agent 12 : désactivé", "Léa Petit : désactivé"),
        (ActeJournal.AGENT, "agent 13 : désactivé", "agent 13 : désactivé"),
        (ActeJournal.CONNEXION, None, ""),
    ],
)
def test_une_ecriture_se_relit_en_mots(app, acte, objet, lu):
    with app.app_context():
        ecriture = EcritureJournal(acte=acte, objet=objet)
        assert objet_lisible(ecriture, {12: "Léa Petit"}).replace("\u00a0", " ") == lu
