"""« Suis-je éligible ? » : une réponse par commune, expliquée, sourcée, et dont rien ne reste."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portail.db import Base, db
from tests.navigateur import Navigateur, mots

SEULE = {"commune": "Villeurbanne", "adultes": "1", "a_charge": "0", "revenu": "12 870", "sejour": "france"}


@pytest.fixture
def repondre(nav):
    """Remplit le vrai formulaire et l'envoie."""

    def envoyer(**reponses: str) -> Navigateur:
        nav.ouvrir("/suis-je-eligible")
        return nav.envoyer({**SEULE, **reponses}, "Voir le résultat")

    return envoyer


def ligne(nav: Navigateur, nom: str, rang: int = 0) -> str:
    """La ligne d'un logement dans le tableau d'une zone."""
    tableau = nav.page.select(".resultat table")[rang]
    return next(mots(tr) for tr in tableau.select("tbody tr") if mots(tr.find("th")).startswith(nom))


def test_au_plafond_exactement_tout_est_ouvert(repondre):
    nav = repondre()
    assert nav.statut == 200
    assert nav.h1 == "Suis-je éligible ?"
    assert "Villeurbanne : vos revenus ouvrent tous les logements sociaux" in nav.texte()
    assert ligne(nav, "PLAI") == "PLAI loyers les plus bas 12 870 € calculé Ouvert marge : 0 €"
    assert ligne(nav, "PLUS") == "PLUS le plus courant 23 403 € Ouvert marge : 10 533 €"


def test_un_euro_de_plus_ferme_le_premier(repondre):
    nav = repondre(revenu="12 871")
    assert "vos revenus ouvrent les logements PLUS et PLS" in nav.texte()
    assert "Dépassé de 1 €" in ligne(nav, "PLAI")


def test_au_dessus_de_tout_on_ne_decourage_pas(repondre):
    nav = repondre(revenu="90000")
    assert "vos revenus dépassent les plafonds" in nav.texte()
    assert "Ne renoncez pas trop vite" in nav.texte()


def test_chaque_zone_a_sa_reponse(repondre):
    nav = repondre(commune="Paris", commune_2="Meaux", commune_3="Lyon", revenu="25000")
    titres = [mots(h3) for h3 in nav.page.select(".resultat h3")]
    assert titres == [
        "Paris : vos revenus ouvrent les logements PLUS et PLS",
        "Meaux : vos revenus ouvrent les logements PLUS et PLS",
        "Lyon : vos revenus ouvrent les logements PLS",
    ]


def test_les_communes_de_meme_zone_se_repondent_ensemble(repondre):
    nav = repondre(commune="Villeurbanne", commune_2="Lyon")
    assert len(nav.page.select(".resultat")) == 1
    assert "Villeurbanne et Lyon" in nav.texte()


def test_l_outre_mer_a_son_bareme_et_sa_reserve(repondre):
    nav = repondre(commune="97411", revenu="15797")
    assert "LLTS loyers les plus bas 15 797 €" in ligne(nav, "LLTS")
    assert "Confiance : à vérifier" in nav.texte()


def test_une_commune_sans_bareme_le_dit(repondre):
    nav = repondre(commune="Miquelon-Langlade")
    assert "Miquelon-Langlade : ses plafonds ne sont pas connus ici" in nav.texte()
    assert not nav.page.select(".resultat")


def test_la_ou_la_demande_nationale_ne_se_fait_pas_aucun_guichet_n_est_promis(repondre):
    nav = repondre(commune="Nouméa")
    assert [mots(dit) for dit in nav.page.select("#resultat ~ .encart")] == [
        "Nouméa : la demande nationale ne s’y fait pas : demandez à la mairie."
    ]


def test_un_departement_a_part_oriente_vers_son_site(repondre):
    nav = repondre(commune="Rennes")
    assert "la demande se fait sur le site demandelogement35.fr" in nav.texte()
    assert nav.lien("Ouvrir ce site")["href"] == "https://www.demandelogement35.fr"


def test_une_baisse_de_dix_pour_cent_fait_prendre_le_revenu_recent(repondre):
    nav = repondre(revenu="14 300", revenu_recent="12 870")
    assert "il a baissé de 10 %" in nav.texte()
    assert "Revenu comparé aux plafonds : 12 870 € par an" in nav.texte()
    nav = repondre(revenu="14 299", revenu_recent="12 870")
    assert "la baisse est inférieure à 10 %" in nav.texte()
    assert "Revenu comparé aux plafonds : 14 299 € par an" in nav.texte()


def test_sans_avis_d_impot_le_revenu_recent_suffit(repondre):
    nav = repondre(revenu="", revenu_recent="9 000")
    assert nav.statut == 200
    assert "vous n’avez pas donné celui de 2024" in nav.texte()


@pytest.mark.parametrize(
    ("situation", "preuve"),
    [("separation", "jugement"), ("violences", "récépissé de la plainte"), ("veuvage", "décès")],
)
def test_une_separation_ou_des_violences_changent_ce_qui_compte(repondre, situation, preuve):
    texte = repondre(situation=situation).texte()
    assert "seuls vos propres revenus comptent" in texte
    assert preuve in texte


def test_le_jeune_couple_et_la_personne_seule_avec_enfant_sont_expliques(repondre):
    assert "catégorie 3 du barème. Une personne seule" in repondre(a_charge="1").texte()
    assert "catégorie 3 du barème. Un couple" in repondre(adultes="2", age="27", age_conjoint="28").texte()
    assert "donnez les deux âges" in repondre(adultes="2").texte()
    assert "catégorie 2 du barème. Un foyer avec une carte" in repondre(handicap="oui").texte()


def test_sans_titre_de_sejour_accepte_la_demande_ne_s_enregistre_pas(repondre):
    assert "ne peut pas être enregistrée" in repondre(sejour="sans").texte()
    assert "ne peut pas être enregistrée" not in repondre(sejour="titre").texte()
    assert "Carte de résident" in repondre().texte()


def test_apres_le_premier_janvier_sans_table_la_page_le_dit(repondre, horloge):
    assert "ne sont pas encore dans ce portail" not in repondre().texte()
    horloge.instant = datetime(2027, 1, 1, 8, 0, tzinfo=UTC)
    nav = repondre()
    assert "Les plafonds de 2027 ne sont pas encore dans ce portail. Ce calcul utilise ceux de 2026" in nav.texte()
    assert "Votre revenu fiscal de référence de 2025" in nav.texte()


def test_les_erreurs_disent_quoi_corriger(nav):
    nav.ouvrir("/suis-je-eligible")
    nav.envoyer({"commune": "Saint-Denis", "adultes": "0"}, "Voir le résultat")
    assert nav.statut == 422
    assert nav.page.title.get_text().startswith("Erreur – ")
    assert nav.page.select_one("#resume[autofocus]")
    assert len(nav.erreurs()) == 5
    assert len(nav.page.select(".candidats input[type=radio]")) >= 2
    nav.envoyer({**SEULE, "commune-choix": "97411", "commune": "Saint-Denis"}, "Voir le résultat")
    assert nav.statut == 200
    assert "Saint-Denis" in mots(nav.page.select_one(".resultat h3"))


def test_la_commune_se_preremplit_par_son_code(nav):
    nav.ouvrir("/suis-je-eligible?commune=69266")
    assert nav.page.find("input", {"name": "commune"})["value"] == "Villeurbanne (69100)"
    assert nav.ouvrir("/suis-je-eligible?commune=99109").page.find("input", {"name": "commune"}).get("value") is None


def test_rien_n_est_garde(app, repondre, client):
    def compter() -> dict[str, int]:
        return {
            table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }

    avant = compter()
    nav = repondre(revenu="31337")
    db.session.rollback()
    assert compter() == avant
    assert nav.adresse == "/suis-je-eligible", "le revenu n’est pas dans l’adresse"
    assert nav.reponse.headers["Cache-Control"] == "no-store"
    assert "31337" not in client.get("/suis-je-eligible", base_url=nav.base).get_data(as_text=True)
    assert nav.page.find("form", {"action": "/suis-je-eligible"})["method"] == "post"


def test_un_envoi_n_attend_pas_le_verrou_d_ecriture(app, repondre):
    with app.app_context(), db.engine.connect() as autre:
        autre.exec_driver_sql("SELECT 1")
        autre.connection.dbapi_connection.execute("COMMIT")
        autre.connection.dbapi_connection.execute("PRAGMA query_only=0")
        autre.connection.dbapi_connection.execute("BEGIN IMMEDIATE")
        assert repondre().statut == 200
        autre.connection.dbapi_connection.execute("ROLLBACK")


def test_un_envoi_d_un_autre_site_est_refuse(client):
    entetes = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/suis-je-eligible", data=SEULE, headers=entetes, base_url="http://127.0.0.1").status_code == 400
