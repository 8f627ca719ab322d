"""Lieux : tapés comme on les dit, gardés par leur code, et jamais d'un genre que la question n'admet pas."""

from __future__ import annotations

import pytest

from portail.champs import ChampLieu
from tests.champs.outils import mots, remplir


@pytest.fixture(autouse=True)
def _referentiels(app):
    """Les référentiels viennent de la base modèle."""


@pytest.mark.parametrize(
    ("tape", "code"),
    [("Villeurbanne", "69266"), ("69100", "69266"), ("villeurbanne (69100)", "69266"), (" st etienne ", "42218")],
)
def test_une_commune_se_trouve_par_son_nom_ou_son_code_postal(tape, code):
    champ = remplir(ChampLieu, tape)
    assert (champ.errors, champ.data) == ([], code)


def test_un_pays_n_est_un_lieu_que_pour_une_naissance():
    assert remplir(ChampLieu, "Algérie", naissance=True).data == "99352"
    assert remplir(ChampLieu, "Algérie").data is None


@pytest.mark.parametrize("code", ["99352", "99", "00000", "<x>", "69266 ", "x" * 5000])
def test_un_candidat_forge_ne_passe_pas_pour_une_commune(code):
    champ = remplir(ChampLieu, {"q": "", "q-choix": code})
    assert champ.data in {None, "69266"}
    assert remplir(ChampLieu, {"q": "Nulle part", "q-choix": "99352"}).errors


def test_une_commune_disparue_n_est_un_lieu_que_pour_une_naissance(app):
    import sqlalchemy as sa

    from portail.db import lecture
    from portail.referentiels.modeles import AncienneCommune, Commune

    with lecture() as session:
        disparue = session.scalar(
            sa.select(AncienneCommune.code_insee)
            .where(AncienneCommune.code_insee.not_in(sa.select(Commune.code_insee)))
            .limit(1)
        )
    assert remplir(ChampLieu, {"q": "", "q-choix": disparue}, naissance=True).data == disparue
    assert remplir(ChampLieu, {"q": "", "q-choix": disparue}).data is None


def test_plusieurs_lieux_possibles_se_proposent_et_le_choix_l_emporte():
    hesite = remplir(ChampLieu, "Saint-Denis")
    assert mots(hesite.erreur) == "Plusieurs réponses sont possibles pour « Saint-Denis ». Cochez la bonne."
    codes = [lieu.code for lieu in hesite.candidats]
    assert {"93066", "97411"} <= set(codes)
    assert remplir(ChampLieu, {"q": "Saint-Denis", "q-choix": "97411"}).data == "97411"


def test_un_choix_reste_coche_ne_l_emporte_pas_sur_un_texte_recrit():
    """Sans JavaScript : le bouton de la page d'avant est encore coché quand la case dit autre chose."""
    assert remplir(ChampLieu, {"q": "Lyon", "q-choix": "97411"}).data == "69123"
    recrit = remplir(ChampLieu, {"q": "Saint-Pierre", "q-choix": "97411"})
    assert recrit.errors
    assert "97411" not in {lieu.code for lieu in recrit.candidats}
    assert remplir(ChampLieu, {"q": "zzzzqqqq", "q-choix": "97411"}).errors


@pytest.mark.parametrize(
    ("tape", "phrase"),
    [
        ("Vileurbane", "Vouliez-vous dire Villeurbanne (69100) ? Cochez la réponse ou corrigez."),
        ("zzzzqqqq", "Nous ne trouvons pas de commune « zzzzqqqq ». Essayez le code postal."),
    ],
)
def test_un_lieu_introuvable_dit_quoi_essayer(tape, phrase):
    champ = remplir(ChampLieu, tape)
    assert ([mots(e) for e in champ.errors], champ.data) == ([phrase], None)
    assert champ.saisie() == tape


def test_une_naissance_introuvable_parle_aussi_de_pays():
    assert mots(remplir(ChampLieu, "zzzzqqqq", naissance=True).erreur).startswith(
        "Nous ne trouvons pas de commune ou de pays"
    )


def test_un_lieu_enregistre_se_montre_par_son_nom():
    champ = remplir(ChampLieu, None, valeur="69266")
    assert champ.saisie() == "Villeurbanne (69100)"
    assert remplir(ChampLieu, champ.saisie()).data == "69266", "renvoyé tel quel, il désigne la même commune"
    assert champ.presenter(None) == ""
