"""Les freins ralentissent, décroissent, ne verrouillent jamais, et ne gardent rien en clair."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portail import freins
from portail.db import ecriture, lecture
from portail.freins import Frein, Regle, TropDEssais

pytestmark = pytest.mark.menace("T15")

TROIS = Regle("trois", 3, 60)  # trois de suite, puis un par minute


def attente(valeur: str = "ana@exemple.fr", regle: Regle = TROIS) -> int:
    """0 si l'essai est permis, sinon les secondes annoncées."""
    try:
        freins.essayer(regle, valeur)
    except TropDEssais as refus:
        return refus.attente
    return 0


def test_trois_essais_passent_le_quatrieme_attend_une_minute(app_deux_moteurs):
    assert [attente() for _ in range(4)] == [0, 0, 0, 60]


def test_l_attente_annoncee_suffit_et_une_seconde_de_moins_ne_suffit_pas(app, horloge):
    for _ in range(3):
        freins.essayer(TROIS, "ana")
    horloge.avancer(seconds=20.5)
    annonce = attente("ana")
    assert annonce == 40, "arrondie vers le haut : revenir à l’heure dite doit suffire"
    horloge.avancer(seconds=annonce - 1)
    assert attente("ana") == 1
    horloge.avancer(seconds=1)
    assert attente("ana") == 0


def test_insister_ne_rallonge_pas_l_attente(app, horloge):
    for _ in range(3):
        freins.essayer(TROIS, "ana")
    assert {attente("ana") for _ in range(50)} == {60}
    horloge.avancer(minutes=1)
    assert attente("ana") == 0


def test_le_seau_se_vide_avec_le_temps_jamais_en_dessous_de_zero(app, horloge):
    for _ in range(3):
        freins.essayer(TROIS, "ana")
    horloge.avancer(days=3)
    assert [attente("ana") for _ in range(4)] == [0, 0, 0, 60]


@pytest.mark.parametrize("heures", [2, 24])
def test_une_horloge_qui_recule_n_allonge_pas_l_attente(app, horloge, heures):
    for _ in range(3):
        freins.essayer(TROIS, "ana")
    horloge.avancer(hours=-heures)
    assert attente("ana") == 60
    horloge.avancer(seconds=60)
    assert attente("ana") == 0


def test_chaque_valeur_et_chaque_regle_a_son_seau(app):
    for _ in range(3):
        freins.essayer(TROIS, "ana")
    assert attente("leo") == 0
    assert attente("ana", Regle("autre", 3, 60)) == 0


def test_relacher_vide_le_seau_et_rendre_ote_un_essai(app):
    for _ in range(3):
        freins.essayer(TROIS, "ana")
    with ecriture() as session:
        freins.rendre(session, TROIS, "ana")
    assert [attente("ana"), attente("ana")] == [0, 60]
    with ecriture() as session:
        freins.relacher(session, TROIS, "ana")
    assert [attente("ana") for _ in range(3)] == [0, 0, 0]


def test_rendre_un_essai_a_un_seau_vide_ne_credite_rien(app):
    with ecriture() as session:
        freins.rendre(session, TROIS, "ana")
    assert [attente("ana") for _ in range(4)] == [0, 0, 0, 60]
    with ecriture() as session:
        for _ in range(9):
            freins.rendre(session, TROIS, "ana")
    assert [attente("ana") for _ in range(4)] == [0, 0, 0, 60]


def test_permis_ici_compte_dans_la_transaction_de_l_appelant(app_deux_moteurs):
    with ecriture() as session:
        assert [freins.permis_ici(session, TROIS, "ana") for _ in range(4)] == [True, True, True, False]
        session.rollback()
    assert attente("ana") == 0, "la transaction annulée n’a rien compté"


def test_trente_essais_simultanes_ne_passent_pas_tous(app_deux_moteurs):
    def essayer(_rang: int) -> int:
        with app_deux_moteurs.app_context():
            return attente("ana")

    with ThreadPoolExecutor(8) as fils:
        permis = [reponse for reponse in fils.map(essayer, range(30)) if reponse == 0]
    assert len(permis) == 3


def test_la_table_ne_contient_ni_adresse_ni_courriel(app, dossier):
    freins.essayer(freins.CONNEXION_PAR_COMPTE, "ana@exemple.fr")
    freins.essayer(freins.CONNEXION_PAR_RESEAU, "203.0.113.0/24")
    with lecture() as session:
        cles = session.scalars(sa.select(Frein.cle)).all()
    assert all(len(cle) == 64 and int(cle, 16) >= 0 for cle in cles)
    octets = b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))
    assert b"203.0.113" not in octets
    assert b"ana@exemple.fr" not in octets


@pytest.mark.parametrize(
    ("adresse", "reseau"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2ff:3::4", "2001:db8:1:200::/56"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("", "inconnu"),
        ("pas une adresse", "inconnu"),
    ],
)
def test_le_reseau_est_celui_d_une_famille_ou_d_une_mediatheque(app, adresse, reseau):
    with app.test_request_context(environ_base={"REMOTE_ADDR": adresse}):
        assert freins.reseau() == reseau


@pytest.mark.asvs("4.1.3", "15.3.4")
def test_un_entete_de_proxy_ecrit_par_le_visiteur_ne_change_pas_son_reseau(app):
    entetes = {"X-Forwarded-For": "198.51.100.1", "X-Real-IP": "198.51.100.1", "Forwarded": "for=198.51.100.1"}
    with app.test_request_context(headers=entetes, environ_base={"REMOTE_ADDR": "203.0.113.7"}):
        assert freins.reseau() == "203.0.113.0/24"


@pytest.mark.parametrize(
    ("secondes", "mots"),
    [
        (0, "1 seconde"),
        (1, "1 seconde"),
        (2, "2 secondes"),
        (89, "89 secondes"),
        (90, "2 minutes"),
        (149, "3 minutes"),
        (3600, "60 minutes"),
    ],
)
def test_l_attente_se_dit_en_francais_sans_promettre_trop_tot(secondes, mots):
    assert freins.duree_en_mots(secondes).replace("\u00a0", " ") == mots


def test_minuit_ne_vide_pas_un_seau_encore_plein(app, horloge):
    horloge.instant = horloge.instant.replace(hour=23, minute=59)
    for _ in range(3):
        freins.essayer(TROIS, "ana")
    horloge.avancer(minutes=1, seconds=10)
    with ecriture() as session:
        freins.purger(session, horloge())
    with lecture() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Frein)) == 1
    horloge.avancer(days=2)
    with ecriture() as session:
        freins.purger(session, horloge())
    with lecture() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Frein)) == 0


def test_aucune_regle_n_est_plus_longue_que_la_memoire_des_freins():
    regles = [valeur for valeur in vars(freins).values() if isinstance(valeur, Regle)]
    assert len(regles) >= 5
    assert len({regle.nom for regle in regles}) == len(regles)
    assert all(timedelta(seconds=regle.capacite * regle.secondes) < freins.MEMOIRE for regle in regles)
