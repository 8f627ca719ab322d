"""Deux communes, ou deux motifs, échangés en un envoi : c'est un ordre, pas une répétition. Un vrai doublon reste refusé."""

from __future__ import annotations

from itertools import product

import pytest
import sqlalchemy as sa

from portail.demande.doublons import refuser
from portail.demande.listes import Motif
from portail.demande.modeles import CommuneSouhaitee, MotifDeclare
from tests.demande.conftest import les_deux_moteurs
from tests.fabriques import LYON
from tests.navigateur import mots

BRON, PIERRE_BENITE = "69029", "69152"  # Pierre-Bénite : dans Oullins-Pierre-Bénite depuis 2024
DEUX_FACONS = pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
CONTINUER = "Poursuivre pour renforcer ma demande"


def erreur(nav, nom: str) -> str:
    return mots(nav.page.find(id=f"e-{nom}"))


def cases(nav, section: str) -> list[str]:
    noms = [case["name"] for case in nav.page.select(f"[name^={section}-][name$=-{section}]")]
    return list(dict.fromkeys(noms))


def valeurs(personne, table: str, colonne: str) -> list[str]:
    return [ligne[0] for ligne in personne.lire(sa.text(f"SELECT {colonne} FROM {table} ORDER BY rang, id"))]


@pytest.fixture
def a_deux(ana_remplie):
    """Ana veut Lyon puis Bron, parce qu'elle n'a pas de logement, puis pour sa santé."""
    with ana_remplie.declaration() as declaration:
        declaration.communes[:] = [CommuneSouhaitee(rang=1, commune=LYON), CommuneSouhaitee(rang=2, commune=BRON)]
        declaration.motifs_declares[:] = [
            MotifDeclare(rang=1, motif=Motif.SANS_LOGEMENT),
            MotifDeclare(rang=2, motif=Motif.SANTE),
        ]
    return ana_remplie


@les_deux_moteurs
def test_deux_communes_s_echangent_en_un_envoi(a_deux):
    nav = a_deux.navigateur(slug="souhaits")
    premiere, seconde = cases(nav, "commune")
    nav.envoyer({premiere: "Bron", seconde: "Lyon"}, bouton=CONTINUER)
    assert nav.erreurs() == []
    assert valeurs(a_deux, "commune_souhaitee", "commune") == [BRON, LYON]
    assert a_deux.nombre("saisie_refusee") == 0


def test_deux_motifs_s_echangent_en_un_envoi(a_deux):
    nav = a_deux.navigateur(slug="motifs")
    premier, second = cases(nav, "motif")
    nav.envoyer({premier: Motif.SANTE.code, second: Motif.SANS_LOGEMENT.code}, bouton=CONTINUER)
    assert nav.erreurs() == []
    assert valeurs(a_deux, "motif_declare", "motif") == [Motif.SANTE.code, Motif.SANS_LOGEMENT.code]


@DEUX_FACONS
def test_deux_communes_s_echangent_l_une_apres_l_autre(a_deux, htmx):
    """Avec JavaScript, chaque réponse part seule : la première fait double emploi, le temps que la seconde change."""
    nav = a_deux.navigateur(htmx=htmx, slug="souhaits")
    premiere, seconde = cases(nav, "commune")
    nav.repondre(**{premiere: "Bron"})
    assert "Vous avez déjà choisi cette commune" in erreur(nav, premiere)
    nav.repondre(**{seconde: "Lyon"})
    assert (erreur(nav, premiere), erreur(nav, seconde)) == ("", "")
    assert valeurs(a_deux, "commune_souhaitee", "commune") == [BRON, LYON]
    if htmx:
        assert nav.est_a_jour()


@pytest.mark.parametrize("change", [0, 1])
def test_un_vrai_doublon_reste_refuse_au_champ_qui_a_change(a_deux, change):
    nav = a_deux.navigateur(slug="souhaits")
    noms = cases(nav, "commune")
    nav.envoyer({noms[change]: ("Bron", "Lyon")[change]}, bouton=CONTINUER)
    assert nav.statut == 422
    assert "Vous avez déjà choisi cette commune" in erreur(nav, noms[change])
    assert erreur(nav, noms[1 - change]) == ""
    assert nav.page.select_one("#resume a") is not None
    nav = a_deux.navigateur(slug="motifs")
    noms, codes = cases(nav, "motif"), (Motif.SANTE.code, Motif.SANS_LOGEMENT.code)
    nav.envoyer({noms[change]: codes[change]}, bouton=CONTINUER)
    assert "Vous avez déjà donné ce motif" in erreur(nav, noms[change])
    assert erreur(nav, noms[1 - change]) == ""


def test_la_meme_commune_tapee_deux_fois_se_refuse_a_la_seconde(a_deux):
    nav = a_deux.navigateur(slug="souhaits")
    premiere, seconde = cases(nav, "commune")
    nav.envoyer({premiere: "Villeurbanne", seconde: "Villeurbanne"}, bouton=CONTINUER)
    assert erreur(nav, premiere) == ""
    assert "Vous avez déjà choisi cette commune" in erreur(nav, seconde)
    assert valeurs(a_deux, "commune_souhaitee", "commune") == ["69266", BRON]


def test_une_commune_refusee_pour_son_territoire_ne_libere_pas_la_sienne(a_deux):
    nav = a_deux.navigateur(slug="souhaits")
    premiere, seconde = cases(nav, "commune")
    nav.envoyer({premiere: "Bron", seconde: "Grenoble"}, bouton=CONTINUER)
    assert "Vous avez déjà choisi cette commune" in erreur(nav, premiere)
    assert "n’est pas dans le territoire" in erreur(nav, seconde)
    assert valeurs(a_deux, "commune_souhaitee", "commune") == [LYON, BRON]


@pytest.mark.parametrize("ancienne_d_abord", [True, False])
def test_une_commune_sous_son_ancien_code_est_celle_d_aujourd_hui(a_deux, ancienne_d_abord):
    with a_deux.declaration() as declaration:
        declaration.communes[0 if ancienne_d_abord else 1].commune = PIERRE_BENITE
    nav = a_deux.navigateur(slug="souhaits")
    noms = cases(nav, "commune")
    changee = noms[1 if ancienne_d_abord else 0]
    nav.envoyer({changee: "Oullins-Pierre-Bénite"}, bouton=CONTINUER)
    assert "Vous avez déjà choisi cette commune" in erreur(nav, changee)
    assert erreur(nav, noms[0 if ancienne_d_abord else 1]) == ""


def test_une_commune_sous_son_ancien_code_se_renvoie_sans_y_toucher_et_prend_l_actuel(a_deux):
    with a_deux.declaration() as declaration:
        declaration.communes[0].commune = PIERRE_BENITE
    nav = a_deux.navigateur(slug="souhaits")
    nav.envoyer(bouton=CONTINUER)
    assert nav.erreurs() == []
    assert valeurs(a_deux, "commune_souhaitee", "commune") == ["69149", BRON]


@les_deux_moteurs
@DEUX_FACONS
def test_une_commune_retablie_qu_une_autre_ligne_a_reprise_est_un_doublon(a_deux, htmx):
    nav = a_deux.navigateur(htmx=htmx, slug="souhaits")
    premiere, seconde = cases(nav, "commune")
    numero = seconde.split("-")[1]
    nav.forger(f"retirer-oui:commune:{numero}")
    nav.repondre(**{premiere: "Bron"})
    nav.forger(f"retablir:commune:{numero}")
    nav.ouvrir(a_deux.adresse("souhaits"))
    assert "Vous avez déjà choisi cette commune" in erreur(nav, seconde)
    assert valeurs(a_deux, "commune_souhaitee", "commune") == [BRON, None]
    nav.repondre(**{premiere: "Lyon"})
    assert erreur(nav, seconde) == ""
    assert valeurs(a_deux, "commune_souhaitee", "commune") == [LYON, BRON]


def test_un_motif_retabli_garde_sa_reponse(a_deux):
    nav = a_deux.navigateur(slug="motifs")
    _, second = cases(nav, "motif")
    numero = second.split("-")[1]
    nav.forger(f"retirer-oui:motif:{numero}")
    nav.forger(f"retablir:motif:{numero}")
    assert valeurs(a_deux, "motif_declare", "motif") == [Motif.SANS_LOGEMENT.code, Motif.SANTE.code]


def test_aucune_suite_d_envois_ne_laisse_un_doublon_ni_ne_refuse_un_echange():
    """Toutes les saisies possibles de trois lignes : la base reste sans doublon, un ordre nouveau passe entier."""
    for gardees in ("abc", ("a", "b", None)):
        for tapees in product(("a", "b", "c", "d", None), repeat=3):
            refusees = refuser(gardees, tapees)
            finales = [gardees[rang] if rang in refusees else tapee for rang, tapee in enumerate(tapees)]
            dites = [valeur for valeur in finales if valeur is not None]
            assert len(dites) == len(set(dites)), (gardees, tapees)
            voulues = [valeur for valeur in tapees if valeur is not None]
            assert bool(refusees) == (len(voulues) != len(set(voulues))), (gardees, tapees)
            assert all(gardees[rang] != tapees[rang] for rang in refusees), (gardees, tapees)
