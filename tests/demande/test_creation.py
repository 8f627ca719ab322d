"""« Je crée une nouvelle demande » : la commune d'abord, un seul brouillon par territoire."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from portail.db import db
from tests import fabriques
from tests.demande.conftest import Foyer, les_deux_moteurs
from tests.demande.gestes import NavigateurQuiTape
from tests.navigateur import mots

COMMENCER = "Commencer ma demande"


@pytest.fixture
def personne(app) -> Foyer:
    """Un compte connecté, sans demande."""
    client = app.test_client()
    with app.app_context():
        compte = fabriques.compte(db.session, nir_empreinte="e" * 64, nom_usage="Durand")
        fabriques.connecter(app, client, db.session, compte)
        return Foyer(app, client, compte.id, 0, 0)


def nouvelle(personne: Foyer) -> NavigateurQuiTape:
    return NavigateurQuiTape(personne.client).ouvrir("/demandes/nouvelle")


@les_deux_moteurs
@pytest.mark.parametrize("tape", ["69266", "Villeurbanne", "villeurbane", "69100", "VILLEURBANNE (69100)"])
def test_une_commune_comme_on_la_tape(personne, tape):
    nav = nouvelle(personne).envoyer(commune=tape, bouton=COMMENCER)
    if nav.h1 != "Informations générales":  # une faute de frappe se confirme
        assert mots(nav.page.select_one(".candidats legend")) == "Code postal ou commune : choisissez"
        nav.envoyer({"commune-choix": "69266"}, bouton=COMMENCER)
    assert nav.h1 == "Informations générales"
    assert personne.valeur("demande", "territoire") == "069"
    assert personne.valeur("commune_souhaitee", "commune") == fabriques.VILLEURBANNE


def test_le_brouillon_reprend_ce_que_le_compte_sait(personne):
    nav = nouvelle(personne).envoyer(commune="Villeurbanne", bouton=COMMENCER)
    assert [nav.valeur(nom) for nom in ("nom_naissance", "nom_usage", "prenoms")] == ["Silva", "Durand", "Ana"]
    assert [nav.valeur(f"date_naissance-{partie}") for partie in ("jour", "mois", "annee")] == ["12", "3", "1985"]
    assert "2 85 03 •• ••• ••• ••" in nav.texte()
    assert nav.valeur("civilite") == nav.valeur("nationalite") == ""
    nav.ouvrir(nav.adresse.replace("informations-generales", "demandeurs"))
    assert nav.valeur("courriel") == "ana@exemple.fr"
    nav.ouvrir(nav.adresse.replace("demandeurs", "souhaits"))
    assert [v for n, v in nav.saisie(nav.formulaire()).items() if n.endswith("-commune")] == ["Villeurbanne (69100)"]


@pytest.mark.parametrize("tape", ["", "   ", "Xyzzyville", "99999"])
def test_sans_commune_rien_n_est_cree_et_la_page_dit_quoi_faire(personne, tape):
    nav = nouvelle(personne).envoyer(commune=tape, bouton=COMMENCER)
    assert nav.statut == 422
    assert nav.erreurs()
    assert nav.page.select_one("#resume a")["href"] == "#commune"
    assert personne.nombre("demande") == 0


def test_une_commune_ambigue_se_choisit_sans_javascript(personne):
    nav = nouvelle(personne).envoyer(commune="Saint-Denis", bouton=COMMENCER)
    assert nav.statut == 422
    assert nav.valeur("commune") == "Saint-Denis"
    choix = [mots(label) for label in nav.page.select(".candidats label")]
    assert len(choix) > 1
    assert any("93" in libelle for libelle in choix)
    assert personne.nombre("demande") == 0
    nav.envoyer({"commune-choix": "93066"}, bouton=COMMENCER)
    assert nav.h1 == "Informations générales"
    assert personne.valeur("demande", "territoire") == "111"


def test_hors_du_systeme_national_rien_n_est_cree_et_le_lien_est_donne(personne):
    with personne.app.app_context():
        import sqlalchemy as sa

        from portail.referentiels.modeles import Commune, TerritoireHorsSne

        ailleurs = db.session.scalars(sa.select(TerritoireHorsSne).order_by(TerritoireHorsSne.code_departement)).all()
        cas = [
            (
                a.code_departement,
                a.url,
                a.nom_portail,
                db.session.scalars(
                    sa.select(Commune.code_insee)
                    .where(Commune.code_departement == a.code_departement)
                    .order_by(Commune.code_insee)
                ).first(),
            )
            for a in ailleurs
        ]
    assert cas, "la table des territoires hors SNE est vide"
    for code, url, nom, commune in cas:
        if commune is None:
            continue
        nav = nouvelle(personne).envoyer(commune=commune, bouton=COMMENCER)
        assert nav.h1 == ("Votre demande se fait sur un autre site" if nom else "Votre demande ne se fait pas ici"), (
            code
        )
        assert "None" not in nav.texte()
        if url:
            assert nav.lien(f"Aller sur {nom}")["href"] == url
        else:
            assert (nom or "La mairie, ou le service du logement de la collectivité") in nav.texte()
        assert "Nous n’avons rien créé ici." in nav.texte()
    assert personne.nombre("demande") == personne.nombre("evenement") == personne.nombre("cle_idempotence") == 0


def test_un_brouillon_ouvert_est_propose_d_abord(personne):
    nouvelle(personne).envoyer(commune="Villeurbanne", bouton=COMMENCER)
    nav = nouvelle(personne)
    assert "Vous avez déjà un brouillon." in nav.texte()
    nav.suivre("Reprendre ma demande : Villeurbanne")
    assert nav.h1 == "Informations générales"


@pytest.mark.asvs("2.3.2")
@les_deux_moteurs
@pytest.mark.parametrize(
    ("premiere", "seconde", "nombre"),
    [
        ("Villeurbanne", "Lyon (69)", 1),
        ("Paris 11e", "Montreuil (93100)", 1),
        ("Paris", "75020", 1),
        ("Villeurbanne", "Montreuil (93100)", 2),
        ("Ajaccio", "Bastia", 2),
    ],
)
def test_une_seule_demande_par_territoire(personne, premiere, seconde, nombre):
    for commune in (premiere, seconde):
        nav = nouvelle(personne)
        nav.envoyer(commune=commune, bouton=COMMENCER)
        if nav.statut == 422:
            choix = nav.page.select_one(".candidats input")["value"]
            nav.envoyer({"commune-choix": choix}, bouton=COMMENCER)
    assert personne.nombre("demande") == nombre
    if nombre == 1:
        assert nav.h1 == "Vous avez déjà une demande dans ce territoire"
        nav.suivre("Reprendre ma demande")
        assert nav.h1 == "Informations générales"


def test_une_demande_radiee_laisse_la_place(personne):
    nouvelle(personne).envoyer(commune="Villeurbanne", bouton=COMMENCER)
    with personne.app.app_context(), db.sessionmaker() as session, session.begin():
        from portail.demande.modeles import Demande

        session.query(Demande).one().radiee_le = fabriques.INSTANT
    nav = nouvelle(personne)
    nav.envoyer(commune="Villeurbanne", bouton=COMMENCER)
    assert nav.h1 == "Informations générales"
    assert personne.nombre("demande") == 2


# --- Une fois, pas deux ----------------------------------------------------------------------------------------------


def test_le_double_clic_mene_deux_fois_au_meme_brouillon(personne):
    nav = nouvelle(personne)
    nav.taper("commune", "Villeurbanne")
    valeurs = nav.saisie(nav.formulaire())
    adresses = [nav.poster("/demandes/nouvelle", valeurs).adresse for _ in range(3)]
    assert len(set(adresses)) == 1
    assert personne.nombre("demande") == 1


def test_la_meme_page_avec_une_autre_commune_est_une_autre_demande(personne):
    """Retour en arrière, autre département : ce n'est pas un double clic."""
    nav = nouvelle(personne)
    nav.taper("commune", "Villeurbanne")
    valeurs = nav.saisie(nav.formulaire())
    premiere = nav.poster("/demandes/nouvelle", valeurs).adresse
    valeurs["commune"] = "Montreuil (93100)"
    assert nav.poster("/demandes/nouvelle", valeurs).adresse != premiere
    assert personne.nombre("demande") == 2


@pytest.mark.parametrize("cle", ["", "x" * 500, "é\0"])
def test_une_cle_absente_ou_forgee_n_est_pas_une_panne(personne, cle):
    nav = nouvelle(personne)
    nav.taper("commune", "Villeurbanne")
    valeurs = nav.saisie(nav.formulaire())
    valeurs["cle"] = cle
    assert nav.poster("/demandes/nouvelle", valeurs).h1 == "Informations générales"


@les_deux_moteurs
@pytest.mark.parametrize("meme_page", [True, False], ids=["double clic", "deux onglets"])
def test_des_envois_simultanes_ne_font_qu_un_brouillon(personne, meme_page):
    clients, saisies = [], []
    nav = nouvelle(personne)
    for _ in range(8):
        if not meme_page:
            nav = nouvelle(personne)
        nav.taper("commune", "Villeurbanne")
        saisies.append(nav.saisie(nav.formulaire()))
        client = personne.app.test_client()
        client.set_cookie(personne.app.extensions["portail"].cookie_session, "s" * 43, domain="127.0.0.1")
        clients.append(client)
    depart = Barrier(8)

    def envoyer(rang: int):
        depart.wait()
        return clients[rang].post("/demandes/nouvelle", data=saisies[rang], base_url=nav.base)

    with ThreadPoolExecutor(8) as fils:
        reponses = list(fils.map(envoyer, range(8)))
    assert personne.nombre("demande") == personne.nombre("declaration") == personne.nombre("evenement") == 1
    if meme_page:
        adresses = {reponse.headers.get("Location") for reponse in reponses}
        assert len(adresses) == 1, "tous mènent au même brouillon"
    else:
        assert sorted(reponse.status_code for reponse in reponses) == [200] * 7 + [303]
        refuses = [reponse for reponse in reponses if reponse.status_code == 200]
        assert all("déjà une demande dans ce territoire" in r.get_data(as_text=True) for r in refuses)
