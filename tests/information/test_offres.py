"""« Offres par commune » : les chiffres publics, d'où ils viennent, et ce qu'on ne sait pas."""

from __future__ import annotations

import csv
import io
import json

import pytest

from portail.information.offres.chiffres import Chiffre, Niveau, Territoire, duree_en_mots
from portail.information.offres.fiche import fiche
from tests.navigateur import Navigateur, mots

BASE = "http://127.0.0.1"
ICI = Territoire(Niveau.COMMUNE, "69266", "Villeurbanne")


def cartes(nav: Navigateur) -> dict[str, str]:
    return {mots(carte.find("h3")): mots(carte) for carte in nav.page.select(".chiffres .chiffre")}


def rangs(nav: Navigateur, titre: str) -> dict[str, str]:
    tableau = next(table for table in nav.page.select("table") if mots(table.caption).startswith(titre))
    return {mots(tr.find("th")): mots(tr.find("td")) for tr in tableau.select("tbody tr")}


def test_l_accueil_des_offres_donne_le_contexte_national(nav):
    nav.ouvrir("/offres-par-commune")
    assert nav.h1 == "Offres par commune"
    assert "2 886 367 au 31 décembre 2025" in cartes(nav)["Demandes en attente"]
    assert "27 mois en moyenne" in nav.texte()


def test_une_commune_montre_ses_chiffres_et_le_repli_se_dit(nav):
    nav.ouvrir("/offres-par-commune?commune=villeurbanne")
    assert nav.adresse == "/offres-par-commune/69266"
    assert nav.h1 == "Offres par commune : Villeurbanne"
    vues = cartes(nav)
    assert "21 034 logements au 1er janvier 2024" in vues["Logements sociaux"]
    assert "10 729 demandes au 31 décembre 2025" in vues["Demandes en attente"]
    assert "9 044 attributions en 2025" in vues["Logements attribués en un an"]
    assert (
        "n’existe pas pour Villeurbanne : voici celui de l’intercommunalité Métropole de Lyon"
        in vues["Logements attribués en un an"]
    )
    assert "25 mois , soit 2 ans et 1 mois délai moyen" in vues["Délai pour obtenir un logement"]
    assert rangs(nav, "Villeurbanne, demandes")["10 ans et plus"] == "251"


def test_les_anciennetes_font_le_total(app):
    from portail.db import db
    from portail.horloge import aujourd_hui

    lue = fiche("69266", aujourd_hui(), db.session)
    assert sum(int(chiffre.valeur) for _, chiffre in lue.anciennetes) == lue.demandes.valeur


def test_paris_a_ses_propres_attributions_et_ne_les_melange_pas(nav):
    texte = nav.ouvrir("/offres-par-commune/75056").texte()
    assert "9 375 attributions en 2025" in texte
    assert "11 629" not in texte, "deux sources d’attributions sur la même page"
    assert "34 mois" in texte
    assert "délai médian" in texte
    assert "DRIHL Île-de-France, socle de données" in texte
    assert "Licence Ouverte 2.0" in texte


def test_une_commune_sans_demandes_connues_se_replie_et_le_dit(nav):
    texte = nav.ouvrir("/offres-par-commune/67482").texte()
    assert "30 892 demandes au 31 décembre 2024" in texte
    assert "intercommunalité Eurométropole de Strasbourg" in texte
    assert "Aucune source publique ne le donne pour ce territoire." in texte


def test_l_anciennete_se_replie_au_departement(nav):
    nav.ouvrir("/offres-par-commune/01001")
    assert "Ce chiffre n’existe pas pour L’Abergement-Clémenciat : voici celui du département Ain." in nav.texte()
    assert rangs(nav, "Ain, demandes")["Moins de 1 an"] == "12 806"


def test_absent_n_est_pas_zero(nav):
    texte = nav.ouvrir("/offres-par-commune/01002").texte()
    assert "Non connu La commune n’est pas dans le répertoire : elle n’a sans doute aucun logement social." in texte
    assert "0 logements" not in texte.replace("10 logements", "")


def test_un_petit_nombre_ne_se_montre_pas():
    assert Chiffre(9, "demandes", ICI, "2025-12-31", "SNE", 10).en_mots == "moins de\u00a010"
    assert Chiffre(9, "demandes", ICI, "2025-12-31", "SNE", 10).publie is None
    assert Chiffre(10, "demandes", ICI, "2025-12-31", "SNE", 10).en_mots == "10"
    assert Chiffre(0, "demandes", ICI, "2025-12-31", "SNE", 10).en_mots == "0"
    assert Chiffre(None, "demandes", ICI, "", "SNE", 10).en_mots == "non connu"


@pytest.mark.parametrize(
    ("mois", "mots_attendus"),
    [
        (8.4, "8 mois"),
        (12, "12 mois, soit 1 an"),
        (34.161, "34 mois, soit 2 ans et 10 mois"),
        (24, "24 mois, soit 2 ans"),
    ],
)
def test_une_duree_se_dit_en_mois_et_en_annees(mois, mots_attendus):
    assert duree_en_mots(mois).replace("\u00a0", " ") == mots_attendus


def test_les_voisines_sont_de_la_meme_intercommunalite_les_plus_proches_d_abord(nav):
    nav.ouvrir("/offres-par-commune/69266")
    voisines = list(rangs(nav, "Même intercommunalité"))
    assert len(voisines) == 8
    assert voisines[0] == "Lyon 3,4 km"
    distances = [float(nom.split()[-2].replace(",", ".")) for nom in voisines if " km" in nom]
    assert distances == sorted(distances)


def test_les_voisins_d_un_arrondissement_sont_les_autres(nav):
    nav.ouvrir("/offres-par-commune/69383")
    assert all(nom.startswith("Lyon") for nom in rangs(nav, "Autres arrondissements"))


def test_une_barre_est_muette_et_son_tableau_dit_tout(nav):
    nav.ouvrir("/offres-par-commune/69266")
    barres = nav.page.select("svg.barre")
    assert len(barres) == 7
    assert all(barre["aria-hidden"] == "true" for barre in barres)
    assert max(int(barre.rect["width"]) for barre in barres) == 100
    for tableau in nav.page.select("table"):
        assert tableau.caption
        assert all(th.get("scope") for th in tableau.select("th"))


def test_le_delai_anormalement_long_est_donne_quand_il_est_connu(nav):
    texte = nav.ouvrir("/offres-par-commune/75056").texte()
    assert "72 mois, soit 6 ans , pour un logement d’une pièce" in texte
    assert "108 mois, soit 9 ans , pour un logement de 2 à 3 pièces" in texte
    assert "120 mois, soit 10 ans , pour un logement de 4 pièces et plus" in texte
    assert "Nous ne le connaissons pas ici" in nav.ouvrir("/offres-par-commune/69266").texte()


def test_un_departement_a_part_est_signale(nav):
    assert "demandedelogement-alsace.fr" in nav.ouvrir("/offres-par-commune/67482").texte()


def test_une_saisie_ambigue_propose_une_saisie_inconnue_le_dit(nav):
    nav.ouvrir("/offres-par-commune?commune=saint denis")
    assert nav.lien("Saint-Denis (93)")["href"] == "/offres-par-commune/93066"
    nav.ouvrir("/offres-par-commune?commune=zzzz")
    assert nav.erreurs() == ["Nous ne trouvons pas « zzzz ». Essayez le code postal."]
    assert nav.page.find("input", {"name": "commune"})["aria-invalid"] == "true"


def test_une_ancienne_commune_mene_a_l_actuelle(client):
    reponse = client.get("/offres-par-commune/93059", base_url=BASE)
    assert (reponse.status_code, reponse.headers["Location"]) == (301, "/offres-par-commune/93066")


@pytest.mark.parametrize("code", ["99109", "00000", "zzz", "69266x", "..%2f"])
def test_un_code_qui_n_est_pas_une_commune_n_existe_pas(client, code):
    for fin in ("", ".csv", ".json"):
        assert client.get(f"/offres-par-commune/{code}{fin}", base_url=BASE).status_code == 404


def test_on_compare_jusqu_a_quatre_communes_du_meme_territoire(nav):
    nav.ouvrir("/offres-par-commune/69266")
    nav.ouvrir("/offres-par-commune/comparer?commune=69266&ajouter=bron")
    assert rangs(nav, "Logements sociaux") == {"Villeurbanne": "21 034", "Bron": "4 499"}
    nav.ouvrir("/offres-par-commune/comparer?commune=69266&commune=69029&commune=69123&commune=69256&ajouter=69259")
    assert "Vénissieux n’a pas été ajoutée : on en compare 4 au plus." in nav.texte()
    assert not nav.page.find("input", {"name": "ajouter"})
    nav.ouvrir("/offres-par-commune/comparer?commune=69266&ajouter=marseille")
    assert "Marseille n’a pas été ajoutée : elle n’est pas dans le même territoire que Villeurbanne." in nav.texte()


def test_l_ile_de_france_est_un_seul_territoire(nav):
    nav.ouvrir("/offres-par-commune/comparer?commune=75056&ajouter=montreuil 93")
    assert set(rangs(nav, "Logements sociaux")) == {"Paris", "Montreuil"}


def test_un_chiffre_commun_a_toutes_se_dit_une_fois(nav):
    nav.ouvrir("/offres-par-commune/comparer?commune=69266&commune=69029")
    assert "9 044 attributions pour toute l’intercommunalité Métropole de Lyon" in nav.texte()


def test_comparer_sans_rien_et_avec_n_importe_quoi(nav):
    assert nav.ouvrir("/offres-par-commune/comparer").statut == 200
    assert nav.ouvrir("/offres-par-commune/comparer?commune=xx&commune=69266&commune=69266&ajouter=zzzz").statut == 200
    assert list(rangs(nav, "Logements sociaux")) == ["Villeurbanne"]


def test_comparer_avec_une_commune_inconnue_le_dit_en_haut_de_la_page(nav):
    nav.ouvrir("/offres-par-commune/comparer?commune=69266&ajouter=zzzz")
    suite = [element.name for element in nav.page.select("#e-ajouter, table")]
    assert suite[0] == "p"
    assert len(nav.page.select("#ajouter")) == 1


def test_le_csv_s_ouvre_dans_un_tableur(client):
    reponse = client.get("/offres-par-commune/69266.csv", base_url=BASE)
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="offres-69266.csv"'
    texte = reponse.get_data(as_text=True)
    assert texte.startswith("\ufeffcode_insee;")
    lignes = {
        ligne["indicateur"]: ligne for ligne in csv.DictReader(io.StringIO(texte.removeprefix("\ufeff")), delimiter=";")
    }
    assert lignes["logements sociaux"]["valeur"] == "21034"
    assert lignes["délai d’attribution"]["valeur"] == "25,2"
    assert lignes["attributions"]["niveau"] == "intercommunalité"
    assert all(ligne["source"] for ligne in lignes.values())


def test_le_json_dit_inconnu_plutot_que_zero(client):
    lignes = json.loads(client.get("/offres-par-commune/01002.json", base_url=BASE).get_data(as_text=True))
    parc = next(ligne for ligne in lignes if ligne["indicateur"] == "logements sociaux")
    assert (parc["valeur"], parc["etat"]) == (None, "inconnu")
