"""Le journal se relit en mots ; ce qu'il ne reconnaît pas se lit tel qu'écrit."""

from __future__ import annotations

import pytest

from portail.guichet.modeles import ActeJournal, EcritureJournal
from portail.guichet.objet_du_journal import auteur, objet_lisible


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
        (ActeJournal.LECTURE, "lettre préparée : selon", "lettre préparée"),
        (ActeJournal.LECTURE, "lettre préparée : convocation", "convocation préparée"),
        (ActeJournal.LECTURE, "question 3", "question 3"),
        (ActeJournal.LECTURE_JOURNAL, "tout", "tout"),
        (
            ActeJournal.LECTURE_JOURNAL,
            "agent 12, acte radiation, du 2026-11-02, demande 119",
            "agent Léa Petit, acte demande radiée, du 2 novembre 2026, demande 119",
        ),
        (
            ActeJournal.LECTURE_HORS_TERRITOIRE,
            "lecture_piece ID 156",
            "Document ouvert : Pièce d’identité, fichier 156",
        ),
        (ActeJournal.LECTURE_HORS_TERRITOIRE, "lecture_nir", "Numéro de sécurité sociale affiché"),
        (ActeJournal.LECTURE_HORS_TERRITOIRE, None, ""),
        (
            ActeJournal.SAISIE,
            "déposée, papier reçu le 2026-11-02",
            "déposée, papier reçu le 2 novembre 2026",
        ),
    ],
)
def test_une_ecriture_se_relit_en_mots(app, acte, objet, lu):
    with app.app_context():
        ecriture = EcritureJournal(acte=acte, objet=objet)
        assert objet_lisible(ecriture, {12: "Léa Petit"}).replace("\u00a0", " ") == lu


@pytest.mark.parametrize(
    ("acte", "nom", "lu"),
    [
        (ActeJournal.LECTURE, "Léa Petit", "Léa Petit"),
        (ActeJournal.RECLAMATION, None, "la personne"),
        (ActeJournal.RADIATION, None, "le site"),
        (ActeJournal.GUICHET, None, "l’exploitant du site"),
    ],
)
def test_qui_a_fait_cet_acte(acte, nom, lu):
    assert auteur(EcritureJournal(acte=acte, agent_nom=nom)) == lu


def test_aucun_libelle_n_ecrit_evenement_autrement_qu_ailleurs():
    assert not [acte for acte in ActeJournal if "événement" in acte.libelle]
