"""La recherche d'un lieu : ce que les gens tapent, et ce qu'ils doivent trouver."""

from __future__ import annotations

import pytest

from portail.referentiels.recherche import Lieu, chercher, lieu, resoudre

pytestmark = pytest.mark.usefixtures("complete")

SANS_DOUTE = [
    ("st etienne", "42218"),
    ("Saint-Étienne", "42218"),
    ("SAINT ETIENNE", "42218"),
    ("L'Haÿ-les-Roses", "94038"),
    ("L’Haÿ-les-Roses", "94038"),
    ("l hay les roses", "94038"),
    ("chalon sur saone", "71076"),
    ("Chalon s/ Saône", "71076"),
    ("Bourg la reine", "92014"),
    ("2A004", "2A004"),
    ("2a004", "2A004"),
    ("ajaccio", "2A004"),
    ("Œting", "57521"),
    ("oeting", "57521"),
    ("Le Havre", "76351"),
    ("havre", "76351"),
    ("le mans", "72181"),
    ("la courneuve", "93027"),
    ("Saint Denis Réunion", "97411"),
    ("saint-denis 93", "93066"),
    ("saint denis 974", "97411"),
    ("Saint-Denis (93)", "93066"),
    ("93200", "93066"),
    ("69100", "69266"),
    ("69100 villeurbanne", "69266"),
    ("villeurbanne 69100", "69266"),
    ("69 villeurbanne", "69266"),
    ("Villeurbanne (69100)", "69266"),
    ("villeurbanne cedex", "69266"),
    ("  VILLEURBANNE  ", "69266"),
    ("paris", "75056"),
    ("paris 5", "75105"),
    ("paris 11e", "75111"),
    ("Paris 11e arrondissement", "75111"),
    ("75011", "75111"),
    ("75116", "75116"),
    ("paris 75005", "75105"),
    ("paris 75", "75056"),
    ("Paris (75001 à 75020)", "75056"),
    ("75000", "75056"),
    ("75000 Paris", "75056"),
    ("lyon 69000", "69123"),
    ("13000", "13055"),
    ("13000 marseille cedex", "13055"),
    ("lyon 3e", "69383"),
    ("lyon 3", "69383"),
    ("Lyon 3 ème", "69383"),
    ("lyon 69", "69123"),
    ("marseille 1er", "13201"),
    ("13001 MARSEILLE CEDEX 01", "13201"),
    ("Marseille", "13055"),
    ("y", "80829"),
    ("L’Ile-d’Yeu", "85113"),
    ("chateau-chinon (ville)", "58062"),
    ("papeete", "98735"),
    ("bora bora", "98714"),
    ("stes maries de la mer", "13096"),
    ("ste foy les lyon", "69202"),
    ("69 100", "69266"),
    ("75 011 paris", "75111"),
    ("neuilly 92200", "92051"),
    ("asnieres 92", "92004"),
    ("Saint-Denis (La Réunion)", "97411"),
    ("lille", "59350"),
    ("sens", "89387"),
]


@pytest.mark.parametrize(("texte", "code"), SANS_DOUTE)
def test_un_texte_sans_ambiguite_se_resout(texte, code):
    trouve = resoudre(texte)
    assert isinstance(trouve, Lieu), [candidat.libelle for candidat in trouve]
    assert trouve.code == code


FAUTES = [
    ("vileurbane", "69266"),
    ("villeurbannne", "69266"),
    ("marseile", "13055"),
    ("strazbour", "67482"),
    ("carpantra", "84031"),
    ("perigeux", "24322"),
    ("boulonge bilancourt", "92012"),
    ("boulonge", "92012"),
    ("saintetienne", "42218"),
    ("mont pellier", "34172"),
    ("aix en provance", "13001"),
    ("lyom", "69123"),
    ("lyonn", "69123"),
    ("brestt", "29019"),
    ("dijonn", "21231"),
    ("st germain en lay", "78551"),
    ("argenteul", "95018"),
    ("nogent sur marn", "94052"),
    ("clermont ferand", "63113"),
    ("montruil 93", "93048"),
]


@pytest.mark.parametrize(("texte", "code"), FAUTES)
def test_une_faute_de_frappe_propose_le_bon_lieu_en_premier(texte, code):
    trouves = chercher(texte)
    assert trouves, "rien trouvé"
    assert trouves[0].code == code, [trouve.libelle for trouve in trouves]


@pytest.mark.parametrize("texte", ["vileurbane", "boulonge", "mont pellier"])
def test_une_faute_de_frappe_ne_se_resout_jamais_seule(texte):
    assert isinstance(resoudre(texte), list)


def test_saint_denis_est_ambigu_et_le_plus_peuple_vient_d_abord():
    trouves = resoudre("Saint Denis")
    assert isinstance(trouves, list)
    assert [trouve.code for trouve in trouves[:2]] == ["97411", "93066"]
    assert {trouve.nom for trouve in trouves} == {"Saint-Denis"}


def test_marseille_13_peut_etre_l_arrondissement_ou_la_ville():
    trouves = resoudre("marseille 13")
    assert isinstance(trouves, list)
    assert [trouve.code for trouve in trouves] == ["13213", "13055"]


@pytest.mark.parametrize(
    ("texte", "village", "ville"),
    [("Evry", "89162", "91228"), ("asnieres", "27021", "92004"), ("neuilly", "27429", "92051")],
)
def test_un_village_n_est_pas_choisi_a_la_place_d_une_ville_au_nom_plus_long(texte, village, ville):
    trouves = resoudre(texte)
    assert isinstance(trouves, list)
    assert trouves[0].code == village
    assert ville in {trouve.code for trouve in trouves}


@pytest.mark.parametrize(
    ("texte", "naissance", "codes"),
    [
        ("Bondy Nord", False, ["93010"]),
        ("cergy pontoise", False, ["95127", "95500"]),
        ("Casablanca, Maroc", True, ["99350"]),
    ],
)
def test_un_mot_inconnu_n_empeche_pas_de_proposer_les_autres(texte, naissance, codes):
    assert [trouve.code for trouve in chercher(texte, naissance=naissance)] == codes
    assert isinstance(resoudre(texte, naissance=naissance), list)


def test_un_debut_de_code_postal_seul_ne_se_resout_pas():
    for texte in ("6910", "2A", "974", "9"):
        assert isinstance(resoudre(texte), list)


def test_congo_et_coree_se_precisent():
    assert {trouve.code for trouve in resoudre("Congo", naissance=True)} == {"99324", "99312"}
    assert resoudre("Congo-Brazzaville", naissance=True).code == "99324"
    assert resoudre("RDC", naissance=True).code == "99312"
    assert {"99238", "99239"} <= {trouve.code for trouve in resoudre("Corée", naissance=True)}


def test_un_code_postal_partage_donne_toutes_ses_communes():
    trouves = resoudre("01400")
    assert isinstance(trouves, list)
    assert {"L’Abergement-Clémenciat", "Châtillon-sur-Chalaronne"} <= {trouve.nom for trouve in trouves}
    assert all("01400" in trouve.codes_postaux for trouve in trouves)


def test_le_code_postal_et_le_nom_qui_se_contredisent_proposent_les_deux():
    codes = [trouve.code for trouve in chercher("villeurbanne 93200")]
    assert {"69266", "93066"} <= set(codes)


def test_un_debut_de_code_postal_donne_les_plus_grandes_communes():
    assert [trouve.code for trouve in chercher("69", limite=2)] == ["69123", "69266"]
    assert chercher("2A", limite=1)[0].code == "2A004"
    assert chercher("974", limite=1)[0].code == "97411"


def test_un_debut_de_nom_donne_les_plus_grandes_communes():
    noms = [trouve.nom for trouve in chercher("montp")]
    assert noms[0] == "Montpellier"
    assert all(nom.lower().startswith("montp") for nom in noms)


def test_un_mot_a_l_interieur_du_nom_suffit():
    assert "92012" in [trouve.code for trouve in chercher("billancourt")]
    assert "94038" in [trouve.code for trouve in chercher("roses hay")]


def test_un_petit_mot_en_cours_de_frappe_ne_cache_pas_la_commune():
    assert chercher("chalon su")[0].code == "71076"


def test_le_nom_exact_passe_avant_les_noms_plus_longs_et_plus_peuples():
    assert chercher("Boulogne-sur-Mer")[0].code == "62160"
    assert [trouve.nom for trouve in chercher("Lay", limite=1)] == ["Lay"]


def test_une_ancienne_commune_rend_la_commune_actuelle_pour_un_souhait():
    assert [trouve.code for trouve in chercher("Pierrefitte-sur-Seine")] == ["93066"]
    trouve = resoudre("Pierrefitte-sur-Seine")
    assert isinstance(trouve, list), "le nom a changé : la personne confirme"


def test_le_nom_d_un_departement_donne_ses_plus_grandes_communes():
    trouves = chercher("Guadeloupe")
    assert trouves
    assert {trouve.code_departement for trouve in trouves} == {"971"}


NAISSANCES = [
    ("algerie", "99352"),
    ("ALGÉRIE", "99352"),
    ("cote d'ivoire", "99326"),
    ("Viêt Nam", "99243"),
    ("République française", "99100"),
    ("angleterre", "99132"),
    ("Haute-Volta", "99331"),
    ("zaïre", "99312"),
    ("tchecoslovaquie", "99115"),
    ("jersey", "99161"),
    ("Allemagne", "99109"),
    ("Suisse (pays)", "99140"),
    ("suisse 57", "57662"),
    ("Grenade (pays)", "99435"),
    ("Arbignieu", "01015"),
    ("Arbignieu (01, aujourd’hui Arboys en Bugey)", "01015"),
    ("amareins", "01003"),
    ("Pierrefitte-sur-Seine", "93059"),
    ("villeurbanne", "69266"),
    ("Ajaccio", "2A004"),
    ("bastia", "2B033"),
    ("Paris", "75056"),
    ("lyon 2e", "69382"),
    ("99352", "99352"),
    ("Saint-Martin (partie néerlandaise)", "99445"),
]


@pytest.mark.parametrize(("texte", "code"), NAISSANCES)
def test_un_lieu_de_naissance_se_resout(texte, code):
    trouve = resoudre(texte, naissance=True)
    assert isinstance(trouve, Lieu), [candidat.libelle for candidat in trouve]
    assert trouve.code == code


@pytest.mark.parametrize("texte", ["Ajacio", "Bonneuil sur marn"])
def test_une_commune_qui_a_change_de_code_sans_changer_de_nom_ne_se_propose_qu_une_fois(texte):
    noms = [trouve.nom for trouve in chercher(texte, naissance=True)]
    assert len(noms) == len(set(noms)), noms


@pytest.mark.parametrize(("texte", "codes"), [("Yougoslavie", {"99121", "99119"}), ("URSS", {"99123", "99155"})])
def test_un_etat_disparu_propose_ses_successeurs(texte, codes):
    trouves = resoudre(texte, naissance=True)
    assert isinstance(trouves, list)
    assert codes <= {trouve.code for trouve in trouves}
    assert trouves[0].code in codes


def test_un_pays_mal_ecrit_passe_avant_un_village():
    assert chercher("algrie", naissance=True)[0].code == "99352"
    assert chercher("marok", naissance=True)[0].nom == "Maroc"


def test_une_ville_etrangere_ne_se_resout_pas():
    assert isinstance(resoudre("Saigon", naissance=True), list)


def test_un_pays_n_est_pas_un_souhait_de_logement():
    assert all(trouve.genre in {"commune", "arrondissement"} for trouve in chercher("Algérie"))
    assert lieu("99352").genre == "pays"


@pytest.mark.parametrize("texte", ["Grenade", "Suisse", "Soudan", "Argentine"])
def test_un_nom_partage_par_un_pays_et_une_commune_reste_a_choisir_le_pays_d_abord(texte):
    trouves = resoudre(texte, naissance=True)
    assert isinstance(trouves, list)
    assert trouves[0].libelle == f"{texte} (pays)"
    assert "commune" in {trouve.genre for trouve in trouves}


@pytest.mark.parametrize("texte", ["", " ", "(", ")", "'", "%", "_", "\\", "zzzzzz", "\n", "\x00", "()", "é" * 5000])
def test_un_texte_sans_lieu_ne_trouve_rien_et_ne_casse_rien(texte):
    assert chercher(texte) == []
    assert resoudre(texte) == []
    assert resoudre(texte, naissance=True) == []


@pytest.mark.parametrize("texte", ["' OR 1=1--", "%villeurbanne%", "villeurbanne;--", "<b>villeurbanne</b>"])
def test_les_signes_ne_comptent_pas(texte):
    assert chercher(texte) == chercher("".join(signe if signe.isalnum() else " " for signe in texte))


def test_la_limite_est_tenue_sans_doublon():
    trouves = chercher("saint", limite=8)
    assert len(trouves) == 8
    assert len({trouve.code for trouve in trouves}) == 8


def test_lieu_relit_chaque_genre():
    assert lieu("69266").libelle == "Villeurbanne (69100)"
    assert lieu("75111").libelle == "Paris 11e Arrondissement (75011)"
    assert lieu("75111").genre == "arrondissement"
    assert lieu("99352").libelle == "Algérie"
    assert lieu("01003").libelle == "Amareins (01, aujourd’hui Francheleins)"
    assert lieu("01015").nom == "Arboys en Bugey", "la commune actuelle passe avant l'ancienne de même code"
    assert lieu("93066").libelle == "Saint-Denis (93)"
    assert lieu("69123").libelle == "Lyon (69001 à 69009)"
    assert lieu("75056").libelle == "Paris (75001 à 75020)"
    assert lieu("inconnu") is None


def test_un_lieu_dit_son_departement():
    assert lieu("69266").code_departement == "69"
    assert lieu("69266").nom_departement == "Rhône"
    assert lieu("2A004").nom_departement == "Corse-du-Sud"
    assert lieu("2A004").codes_postaux == ("20000", "20090", "20167")


def test_une_commune_de_seine_avant_1968_se_retrouve_par_son_ancien_code():
    assert lieu("75011").nom == "Bonneuil-sur-Marne"
    assert resoudre("75011").code == "75111", "75011 est d'abord un code postal"
