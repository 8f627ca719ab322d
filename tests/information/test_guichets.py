"""« Trouver un guichet » : ce que l'on connaît, la mairie qui oriente, les horaires en mots, la distance."""

from __future__ import annotations

import csv

import pytest

from portail.information import distance
from portail.information.guichets.adresses import EXTENSION, Adresse
from portail.information.guichets.horaires import en_mots
from portail.referentiels.importation import DONNEES
from tests.navigateur import mots


def noms(nav) -> list[str]:
    return [mots(carte.find("h4")) for carte in nav.page.select(".adresse")]


def test_sans_commune_la_page_dit_qui_peut_etre_guichet(nav):
    nav.ouvrir("/guichets")
    assert nav.h1 == "Trouver un guichet"
    assert "Action Logement" in nav.texte()


@pytest.mark.parametrize(
    ("adresse", "dit"),
    [
        ("/guichets?ou=zzzz", "Trouver un guichet – aucune commune pour « zzzz » – "),
        ("/guichets?ou=01400", "Trouver un guichet – plusieurs communes pour « 01400 » – "),
        ("/offres-par-commune?commune=zzzz", "Offres par commune – aucune commune pour « zzzz » – "),
        ("/offres-par-commune/comparer?commune=69266&ajouter=zzzz", "Comparer des communes – aucune commune pour"),
    ],
)
def test_le_titre_de_la_page_dit_ce_que_la_recherche_a_donne(nav, adresse, dit):
    """La page revient entière : sans son titre, qui ne la voit pas croirait que rien ne s'est passé."""
    assert mots(nav.ouvrir(adresse).page.title).startswith(dit)


@pytest.mark.parametrize("adresse", ["/guichets?ou=98818", "/offres-par-commune/98818"])
def test_la_ou_la_demande_nationale_ne_se_fait_pas_la_page_le_dit(nav, adresse):
    assert "La demande nationale ne se fait pas ici" in nav.ouvrir(adresse).texte()


def test_la_mairie_oriente_et_ne_passe_pas_pour_un_guichet(nav):
    nav.ouvrir("/guichets?ou=69100")
    assert "La mairie peut vous orienter" in nav.texte()
    assert "Toutes les mairies n’enregistrent pas les demandes" in nav.texte()
    assert noms(nav)[0] == "Mairie – Villeurbanne"
    assert len(noms(nav)) == 5
    carte = nav.page.select_one(".adresse")
    assert carte.select_one("a[href^='tel:+33']")
    assert carte.select_one("a[href^='geo:45.']")["href"].count(",") == 2
    assert carte.select_one("a[href^='https://www.openstreetmap.org/?mlat=45.']")
    assert not nav.page.find("iframe")


def test_les_guichets_connus_passent_d_abord_ceux_de_la_commune_en_tete(nav):
    nav.ouvrir("/guichets?ou=nimes")
    assert noms(nav)[:2] == ["CCAS de Nîmes", "Pôle Logement de Nîmes Métropole"]
    assert "Cette liste n’est pas complète" in nav.texte()
    assert "À 6,7 km, à vol d’oiseau" in nav.texte()
    assert "Source : Nîmes Métropole" in nav.texte()


def test_ceux_du_deploiement_passent_avant_tous(app, nav):
    app.extensions[EXTENSION] = lambda code, session: [
        Adresse(nom=f"Guichet de la ville {code}", position=(45.7669, 4.8806), telephone="04 78 03 67 67")
    ]
    nav.ouvrir("/guichets?ou=69100")
    assert noms(nav)[0] == "Guichet de la ville 69266"
    assert "Les guichets de ce portail" in nav.texte()


def test_un_arrondissement_a_la_mairie_de_sa_ville(nav):
    nav.ouvrir("/guichets?ou=lyon 3e")
    assert any("Lyon" in nom for nom in noms(nav))


def test_paris_sans_mairie_dans_l_annuaire_montre_celles_des_arrondissements(nav):
    nav.ouvrir("/guichets?ou=paris")
    assert "Les mairies d’arrondissement peuvent vous orienter" in nav.texte()
    assert len(noms(nav)) == 17, "celles que l’annuaire connaît"


def test_un_code_postal_partage_propose_ses_communes(nav):
    nav.ouvrir("/guichets?ou=01400")
    assert len(nav.page.select("main ul a[href^='/guichets?ou=']")) > 5
    nav.ouvrir(nav.page.select_one("main ul a[href^='/guichets?ou=']")["href"])
    assert nav.page.select(".adresse")


@pytest.mark.parametrize(
    ("adresse", "phrase"),
    [
        ("/guichets?ou=", "Écrivez le nom d’une commune ou son code postal."),
        ("/offres-par-commune?commune=+", "Écrivez le nom d’une commune ou son code postal."),
        ("/offres-par-commune/comparer?commune=69266&ajouter=", "Écrivez le nom d’une commune ou son code postal."),
        ("/comment-ca-marche?mot=+", "Écrivez un mot ou une question."),
        ("/aide?mot=", "Écrivez un mot ou une question."),
    ],
)
def test_chercher_sans_rien_ecrire_se_dit_et_ouvrir_la_page_non(nav, adresse, phrase):
    assert nav.ouvrir(adresse).erreurs() == [phrase]
    assert " – la case est vide – " in mots(nav.page.title)
    assert nav.ouvrir(adresse.partition("?")[0]).erreurs() == []


def test_une_commune_inconnue_le_dit(nav):
    nav.ouvrir("/guichets?ou=zzzz")
    assert nav.erreurs() == ["Nous ne trouvons pas « zzzz ». Essayez le code postal."]


def test_les_mairies_proches_sont_du_meme_territoire(nav):
    """Annemasse touche la Suisse et l'Ain : rien hors de Haute-Savoie, où la demande ne vaudrait pas."""
    nav.ouvrir("/guichets?ou=74100")
    nav.suivre("Annemasse")
    codes_postaux = [mots(adresse).rsplit("74", 1)[1][:3] for adresse in nav.page.select(".adresse address")]
    assert len(codes_postaux) == 5
    assert all(code.isdigit() for code in codes_postaux)


@pytest.mark.parametrize(
    ("ecrits", "lus"),
    [
        ("lundi-vendredi 08:45-16:45", ["Du lundi au vendredi : de 8 h 45 à 16 h 45"]),
        (
            "mardi 09:00-12:00, 14:00-17:00 ; samedi 10:00-12:00",
            ["Mardi : de 9 h à 12 h et de 14 h à 17 h", "Samedi : de 10 h à 12 h"],
        ),
        (
            "lundi-vendredi ; téléphone 09:00-12:00 ; accueil sur rendez-vous",
            ["Du lundi au vendredi", "Téléphone de 9 h à 12 h", "Accueil sur rendez-vous"],
        ),
        ("", []),
        ("sur rendez-vous", ["Sur rendez-vous"]),
    ],
)
def test_les_horaires_se_disent_en_mots(ecrits, lus):
    assert [phrase.replace("\u00a0", " ") for phrase in en_mots(ecrits)] == lus


def test_tous_les_horaires_de_l_annuaire_se_disent():
    with (DONNEES / "mairies.csv").open(encoding="utf-8", newline="") as fichier:
        phrases = {phrase for ligne in csv.DictReader(fichier) for phrase in en_mots(ligne["horaires"])}
    assert len(phrases) > 1_000
    assert not [phrase for phrase in phrases if ":" in phrase.replace("\u00a0:", "")][:5]


@pytest.mark.parametrize(
    ("ici", "la", "km"),
    [
        ((48.8566, 2.3522), (45.7640, 4.8357), 392),  # Paris, Lyon
        ((45.7640, 4.8357), (45.7640, 4.8357), 0),
        ((-20.8823, 55.4504), (48.8566, 2.3522), 9_366),  # Saint-Denis de La Réunion, Paris
    ],
)
def test_la_distance_a_vol_d_oiseau(ici, la, km):
    assert round(distance.kilometres(*ici, *la)) == pytest.approx(km, abs=4)
    assert distance.ecart(ici, (None, None)) is None


@pytest.mark.parametrize(("km", "ecrit"), [(0.3, "moins de 1 km"), (3.44, "3,4 km"), (27.3, "27 km")])
def test_une_distance_s_ecrit_sans_fausse_precision(km, ecrit):
    assert distance.en_mots(km).replace("\u00a0", " ") == ecrit
