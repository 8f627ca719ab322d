"""Vérifier et soumettre : un acte entier ou pas d'acte, une seule fois, puis plus rien ne bouge."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from portail import courriel
from portail.courriel import Envoi
from portail.db import db
from portail.demande import depot
from portail.demande.listes import Occupation
from portail.pieces.modeles import Fichier, PieceFournie
from tests import fabriques
from tests.demande.conftest import Foyer, contenu, les_deux_moteurs
from tests.guichet.monde import guichet
from tests.navigateur import mots
from tests.pieces.cas import jpeg

SOUMETTRE = "Soumettre ma demande"


def joindre_l_identite(foyer: Foyer) -> None:
    """Une pièce d'identité déjà reçue (son contenu n'est pas lu ici)."""
    with foyer.declaration() as declaration:
        fichier = Fichier(
            rang=1, cle=f"{foyer.demande_id:032x}", nom="carte.jpg", type_mime="image/jpeg", taille=1, pages=1,
            empreinte_recue="0" * 64, recu_le=fabriques.INSTANT,
        )  # fmt: skip
        declaration.demande.pieces.append(
            PieceFournie(code="ID", personne=declaration.personnes[0].cle, fichiers=[fichier])
        )


@pytest.fixture
def prete(ana_remplie) -> Foyer:
    joindre_l_identite(ana_remplie)
    return ana_remplie


@pytest.fixture
def couple_pret(couple) -> Foyer:
    joindre_l_identite(couple)
    return couple


def verifier(foyer: Foyer):
    return foyer.navigateur().ouvrir(f"{foyer.adresse()}/verifier")


def soumettre(foyer: Foyer):
    return verifier(foyer).envoyer(atteste="oui", bouton=SOUMETTRE)


# --- Ce qui manque -----------------------------------------------------------------------------------------------------


def test_ce_qui_manque_est_nomme_avec_un_lien_vers_l_element_qui_existe(ana):
    with ana.declaration() as declaration:
        ana_ = declaration.personnes[0]
        ana_.nom_naissance = ana_.prenoms = ana_.date_naissance = ana_.nir = None
        declaration.communes[0].commune = None
    nav = verifier(ana)
    liens = {mots(lien): lien["href"] for lien in nav.page.select("#manques a")}
    assert list(liens) == [
        "Avec combien de co-demandeurs faites-vous cette demande ?",
        "Civilité",
        "Nom de naissance",
        "Prénom(s)",
        "Numéro de sécurité sociale",
        "Date de naissance",
        "Nationalité",
        "Pièce d’identité (vous)",
        "Commune souhaitée n° 1",
    ]
    for texte, adresse in liens.items():
        page, _, ancre = adresse.partition("#")
        element = nav.ouvrir(page).page.find(id=ancre)
        assert element is not None, f"{texte} : #{ancre} n’existe pas"
        assert element.name in {"input", "select", "textarea"}, f"{texte} : le lien mène à une case"


@pytest.mark.asvs("2.2.2", "2.3.1")
def test_soumettre_sans_l_indispensable_ne_depose_rien(ana):
    nav = soumettre(ana)
    assert nav.statut == 422
    assert nav.page.title.get_text().startswith("Erreur – Vérifier et soumettre ma demande")
    assert nav.page.find(id="resume").has_attr("autofocus")
    assert nav.page.select_one("#resume a")["href"] == "#manques"
    assert ana.valeur("declaration", "deposee_le") is None
    assert ana.nombre("envoi") == 0


@pytest.mark.asvs("2.3.1")
def test_l_attestation_est_exigee(prete):
    nav = verifier(prete).envoyer(bouton=SOUMETTRE)
    assert nav.statut == 422
    assert nav.erreurs() == ["Cochez la case pour attester que vos réponses sont exactes."]
    assert nav.page.select_one("#resume a")["href"] == "#atteste"
    assert nav.page.find(id="atteste")["aria-describedby"] == "e-atteste"
    assert prete.valeur("declaration", "deposee_le") is None


@pytest.mark.parametrize("atteste", ["non", "", "Oui", "1"])
def test_une_autre_valeur_n_atteste_de_rien(prete, atteste):
    nav = verifier(prete)
    nav.poster(f"{prete.adresse()}/verifier", {"csrf_token": nav.valeur("csrf_token"), "atteste": atteste})
    assert nav.statut == 422
    assert prete.valeur("declaration", "deposee_le") is None


def test_les_reponses_a_corriger_sont_montrees_avant_l_envoi(prete):
    prete.navigateur(slug="logement-actuel").repondre(surface="douze")
    nav = verifier(prete)
    (lien,) = nav.page.select("#a-corriger a")
    assert mots(lien) == "Surface"
    assert lien["href"] == f"{prete.adresse('logement-actuel')}#surface"
    assert "ne partiront pas avec la demande" in nav.texte()
    assert "Votre demande peut partir" not in nav.texte()


def test_le_recapitulatif_dit_a_corriger_et_non_pas_de_reponse(couple_pret):
    tom = couple_pret.valeur("personne", "id", "WHERE prenoms = 'Tom'")
    siret = f"situation-{tom}-siret_employeur"
    with couple_pret.declaration() as declaration:
        declaration.logement_actuel.surface = None
        (situation,) = [p.situation for p in declaration.personnes if p.id == tom]
        situation.siret_employeur = "73282932000074"
    couple_pret.navigateur(slug="logement-actuel").repondre(surface="douze")
    couple_pret.navigateur(slug="situation-professionnelle").repondre(**{siret: "123"})
    nav = verifier(couple_pret)
    dites = {mots(dt): mots(dt.find_next("dd")) for dt in nav.page.select("dl.faits dt")}
    assert dites["Surface"] == "À corriger : Surface"
    (lien,) = nav.page.select("dl.faits a[href$='#surface']")
    assert lien["href"] == f"{couple_pret.adresse('logement-actuel')}#surface"
    (lien,) = nav.page.select(f"dl.faits a[href$='#{siret}']")
    assert "(réponse d’avant : 732 829 320 00074)" in mots(lien.find_parent("dd"))
    assert len(nav.page.select("dl.faits dd a")) == 2


def test_le_recapitulatif_ne_repete_pas_le_titre_d_une_ligne_a_l_autre(prete):
    nav = prete.navigateur(slug="souhaits")
    nav.envoyer(bouton="Ajouter une commune")
    nav.ouvrir(prete.adresse() + "/verifier")
    titres = [mots(titre) for titre in nav.page.select("section[aria-labelledby=r-souhaits] h3")]
    assert titres.count("Où souhaitez-vous habiter ?") == 1


def test_le_recapitulatif_dit_tout_sauf_l_annexe_et_le_numero(couple_pret):
    with couple_pret.declaration() as declaration:
        from portail.choix import OuiNon
        from portail.demande.listes import AideTechnique
        from portail.demande.modeles import AnnexeHandicap

        declaration.foyer.a_handicap = declaration.foyer.logement_a_adapter = OuiNon.OUI
        declaration.annexes.append(
            AnnexeHandicap(rang=1, besoins="Un besoin secret", aides_techniques=(AideTechnique.LIT,))
        )
    nav = verifier(couple_pret)
    texte = nav.texte()
    for attendu in (
        "Léa",
        "Tom",
        "Léo",
        "Infirmière",
        "41 000 € par an",
        "890 € par mois",
        "Logement trop petit",
        "Villeurbanne (69100)",
    ):
        assert attendu in texte, attendu
    assert "Un besoin secret" not in texte
    assert "Lit médicalisé" not in texte
    assert "L’annexe « handicap » est jointe à votre demande. Elle n’est pas affichée ici." in texte
    assert fabriques.nir("2850369266001") not in str(nav.page)
    assert [mots(h2) for h2 in nav.page.select("section.recap h2")] == [
        "Informations générales", "Demandeurs", "Composition du foyer", "Situation professionnelle", "Revenu fiscal",
        "Ressources mensuelles", "Logement actuel", "Motifs", "Souhaits",
    ]  # fmt: skip
    for etape in ("Demandeurs", "Souhaits"):
        assert nav.lien(f"Modifier {etape}")


# --- Le dépôt ------------------------------------------------------------------------------------------------------------


@les_deux_moteurs
def test_soumettre_depose_une_fois_et_le_dit(prete):
    nav = soumettre(prete)
    assert nav.h1 == "Votre demande est soumise"
    assert nav.statut == 200
    for phrase in (
        "Nous l’avons reçue le 24 novembre 2026 à 11 h 00",
        "ana@exemple.fr",
        "5 jours ouvrés",
        "numéro unique",
        "un mois",
    ):
        assert phrase in nav.texte(), phrase
    assert prete.nombre("evenement", "WHERE genre = 'depot'") == 1
    (envoi,) = prete.lire(sa.select(Envoi.cle, Envoi.destinataire, Envoi.sujet, Envoi.corps, Envoi.envoye_le))
    assert envoi.cle == f"depot-{prete.declaration_id}"
    assert envoi.destinataire == "ana@exemple.fr"
    assert envoi.envoye_le is None
    for personnel in ("Silva", "2850369266", "Aide-soignante", "Villeurbanne"):
        assert personnel not in envoi.corps, "un courriel ne porte aucune donnée du dossier"
    nav.ouvrir("/demandes")
    assert "Soumise, en cours de vérification" in nav.texte()


def test_sans_guichet_pour_ce_territoire_la_page_soumise_le_dit(prete):
    assert "Aucun guichet de ce site ne s’occupe encore de ce territoire" in soumettre(prete).texte()
    (corps,) = prete.lire(sa.select(Envoi.corps))[0]
    assert "Aucun guichet de ce site ne s’occupe encore de ce territoire" in corps, "le courriel ne promet pas mieux"
    assert "/guichets" in corps
    assert "Un guichet va maintenant" not in corps
    with prete.app.app_context():
        guichet(db.session)
    nav = prete.navigateur().ouvrir(f"{prete.adresse()}/soumise")
    assert "Aucun guichet" not in nav.texte()


def test_avec_un_guichet_pour_ce_territoire_le_courriel_dit_le_delai(prete):
    with prete.app.app_context():
        guichet(db.session)
    assert "Aucun guichet" not in soumettre(prete).texte()
    (corps,) = prete.lire(sa.select(Envoi.corps))[0]
    assert "Un guichet va maintenant vérifier votre pièce d’identité, en général en 5 jours ouvrés" in corps
    assert "Aucun guichet" not in corps


def test_soumettre_deux_fois_mene_au_meme_endroit(prete):
    nav = verifier(prete)
    valeurs = {"csrf_token": nav.valeur("csrf_token"), "atteste": "oui"}
    for _ in range(3):
        nav.poster(f"{prete.adresse()}/verifier", valeurs)
        assert nav.h1 == "Votre demande est soumise"
    assert prete.nombre("evenement", "WHERE genre = 'depot'") == prete.nombre("envoi") == 1


@les_deux_moteurs
def test_ce_qui_a_change_depuis_la_relecture_se_relit_avant_de_partir(prete):
    """Une autre page, ou un co-demandeur, a écrit : on n'atteste pas de ce qu'on n'a pas lu."""
    nav = verifier(prete)
    prete.navigateur(slug="logement-actuel").repondre(nb_habitants="7")
    nav.envoyer(atteste="oui", bouton=SOUMETTRE)
    assert nav.statut == 409
    assert "Votre demande a changé pendant que vous relisiez. Relisez-la avant de soumettre." in nav.texte()
    assert prete.nombre("evenement", "WHERE genre = 'depot'") == 0
    assert nav.envoyer(atteste="oui", bouton=SOUMETTRE).h1 == "Votre demande est soumise"


@pytest.mark.asvs("2.3.4")
@les_deux_moteurs
def test_cinquante_envois_paralleles_un_seul_depot(prete):
    nav = verifier(prete)
    valeurs = {"csrf_token": nav.valeur("csrf_token"), "atteste": "oui"}
    fils = 10
    depart = Barrier(fils)

    def envoyer(rang: int):
        client = prete.app.test_client()
        client.set_cookie(prete.app.extensions["portail"].cookie_session, "s" * 43, domain="127.0.0.1")
        if rang < fils:
            depart.wait()
        return client.post(f"{prete.adresse()}/verifier", data=valeurs, base_url=nav.base)

    with ThreadPoolExecutor(fils) as ouvriers:
        reponses = list(ouvriers.map(envoyer, range(50)))
    assert {(r.status_code, r.headers["Location"]) for r in reponses} == {(303, f"{prete.adresse()}/soumise")}
    assert prete.nombre("declaration", "WHERE deposee_le IS NOT NULL") == 1
    assert prete.nombre("evenement", "WHERE genre = 'depot'") == 1
    assert prete.nombre("envoi") == 1


@pytest.mark.asvs("2.3.3", "16.5.3")
@les_deux_moteurs
@pytest.mark.parametrize("endroit", ["_ne_garder_que_ce_qui_se_demande", "mettre_en_boite", "commit"])
def test_une_panne_au_milieu_ne_laisse_rien(prete, monkeypatch, endroit):
    """Le disque, la base ou la boîte d'envoi lâchent : ni dépôt, ni événement, ni courriel, ni réponse vidée."""
    prete.navigateur(slug="logement-actuel").repondre(surface="douze")
    with prete.declaration() as declaration:
        declaration.logement_actuel.bailleur_nom = "Réponse d'une question masquée"
    avant = contenu(prete)
    nav = verifier(prete)
    valeurs = {"csrf_token": nav.valeur("csrf_token"), "atteste": "oui"}
    prete.app.config["PROPAGATE_EXCEPTIONS"] = False
    prete.app.testing = False

    def panne(*_, **__):
        raise RuntimeError("panne")

    with monkeypatch.context() as pose:
        if endroit == "commit":
            pose.setattr("sqlalchemy.orm.Session.commit", panne)
        elif endroit == "mettre_en_boite":
            reelle = courriel.mettre_en_boite
            pose.setattr(courriel, "mettre_en_boite", lambda *a, **k: (reelle(*a, **k), panne()))
        else:
            reel = depot._ne_garder_que_ce_qui_se_demande
            pose.setattr(depot, endroit, lambda *a: (reel(*a), panne()))
        reponse = prete.client.post(f"{prete.adresse()}/verifier", data=valeurs, base_url=nav.base)
    assert reponse.status_code == 500
    assert contenu(prete) == avant
    assert prete.nombre("envoi") == 0
    assert soumettre(prete).h1 == "Votre demande est soumise", "réessayer suffit"


def test_l_anciennete_est_celle_du_premier_depot(prete, horloge):
    premier = horloge()
    soumettre(prete)
    horloge.avancer(days=400)
    with prete.app.app_context(), db.sessionmaker() as session, session.begin():
        from portail.demande.modeles import Declaration, Demande

        demande = session.get_one(Demande, prete.demande_id)
        seconde = Declaration(cree_le=horloge(), modifiee_le=horloge(), revisions={})
        copier(session.get_one(Declaration, prete.declaration_id), seconde)
        demande.declarations.append(seconde)
    with prete.app.app_context(), db.sessionmaker() as session, session.begin():
        from portail.demande.contexte import contexte_au

        seconde = session.scalars(sa.select(Declaration).where(Declaration.deposee_le.is_(None))).one()
        contexte = contexte_au(horloge().date())
        depot.deposer(session, seconde, contexte, horloge())
    dates = {ligne[0] for ligne in prete.lire(sa.select(Declaration.deposee_le))}
    assert dates == {premier, premier + timedelta(days=400)}
    assert prete.lire(sa.select(Demande.deposee_le))[0][0] == premier


def copier(ancienne, nouvelle) -> None:
    """Le plus court brouillon déposable : la même personne, la même commune."""
    from portail.demande.foyer import nouvelle_personne
    from portail.demande.modeles import CommuneSouhaitee, Coordonnees, LogementActuel, Motifs, Role, Souhaits
    from portail.demande.modeles import Foyer as Menage

    ana = ancienne.personnes[0]
    identite = {
        nom: getattr(ana, nom)
        for nom in ("cle", "civilite", "nom_naissance", "prenoms", "date_naissance", "nationalite", "nir")
    }
    nouvelle.nb_codemandeurs = 0
    nouvelle.personnes = [nouvelle_personne(Role.DEMANDEUR, 1, **identite)]
    nouvelle.communes = [CommuneSouhaitee(rang=1, commune=ancienne.communes[0].commune)]
    nouvelle.coordonnees, nouvelle.foyer, nouvelle.souhaits = Coordonnees(), Menage(), Souhaits()
    nouvelle.logement_actuel, nouvelle.motifs = LogementActuel(), Motifs()


# --- Ce que le dépôt transmet --------------------------------------------------------------------------------------------


@les_deux_moteurs
def test_les_reponses_masquees_et_les_lignes_retirees_ne_partent_pas(couple_pret):
    with couple_pret.declaration() as declaration:
        logement = declaration.logement_actuel
        logement.bailleur_nom, logement.bailleur_siren = "Ancien bailleur", "732829320"  # question masquée
        tom = declaration.personnes[1].situation
        tom.chomage_plus_1_an = None
        tom.date_fin_chomage = fabriques.INSTANT.date()
    nav = couple_pret.navigateur(slug="composition-du-foyer")
    zoe = couple_pret.valeur("personne", "id", "WHERE prenoms = 'Zoé'")
    nav.forger(f"retirer-oui:a-charge:{zoe}")
    nav.forger("ajouter:a-charge")  # une ligne ouverte et restée vide
    couple_pret.navigateur(slug="logement-actuel").repondre(surface="douze")
    couple_pret.navigateur(slug="motifs").forger("ajouter:motif")
    assert couple_pret.valeur("logement_actuel", "bailleur_nom") == "Ancien bailleur", "gardée jusqu’au dépôt"
    assert soumettre(couple_pret).h1 == "Votre demande est soumise"
    assert couple_pret.valeur("logement_actuel", "bailleur_nom") is None
    assert couple_pret.valeur("logement_actuel", "bailleur_siren") is None
    assert couple_pret.nombre("situation_professionnelle", "WHERE date_fin_chomage IS NOT NULL") == 0
    prenoms = {ligne[0] for ligne in couple_pret.lire(sa.text("SELECT prenoms FROM personne"))}
    assert prenoms == {"Léa", "Tom", "Léo", "Max", "Lou"}
    assert couple_pret.nombre("ressources") == couple_pret.nombre("revenu_fiscal") == 5
    assert couple_pret.nombre("motif_declare") == 1
    assert couple_pret.nombre("saisie_refusee") == 0
    assert couple_pret.valeur("logement_actuel", "surface") == 61


def test_les_codemandeurs_replies_ne_partent_pas_le_codemandeur_annonce_si(ana_remplie):
    joindre_l_identite(ana_remplie)
    nav = ana_remplie.navigateur(slug="informations-generales")
    nav.repondre(nb_codemandeurs="3")
    nav.repondre(nb_codemandeurs="1")
    assert ana_remplie.nombre("personne", "WHERE role = 'codemandeur'") == 3
    assert soumettre(ana_remplie).h1 == "Votre demande est soumise"
    assert ana_remplie.nombre("personne", "WHERE role = 'codemandeur'") == 1, "annoncé, même sans réponse"


def test_une_question_masquee_par_une_autre_est_videe_en_cascade(prete):
    with prete.declaration() as declaration:
        from portail.choix import OuiNon

        declaration.logement_actuel.occupation = Occupation.SANS_ABRI
        c = declaration.coordonnees
        c.sans_domicile, c.courrier_different, c.courrier_voie = OuiNon.OUI, OuiNon.OUI, "rue cachée"
        c.courrier_a_l_etranger, c.courrier_pays = OuiNon.OUI, "Belgique"
    soumettre(prete)
    assert prete.nombre("logement_actuel", "WHERE surface IS NULL AND loyer_mensuel IS NULL AND categorie IS NULL") == 1
    vides = ("courrier_different", "courrier_voie", "courrier_a_l_etranger", "courrier_pays", "adresse_voie")
    assert prete.nombre("coordonnees", "WHERE " + " AND ".join(f"{nom} IS NULL" for nom in vides)) == 1


# --- Après le dépôt ------------------------------------------------------------------------------------------------------


def test_apres_le_depot_les_etapes_menent_a_la_page_soumise(prete):
    soumettre(prete)
    for adresse in (prete.adresse(), prete.adresse("motifs"), f"{prete.adresse()}/verifier"):
        assert prete.navigateur().ouvrir(adresse).h1 == "Votre demande est soumise"


def test_avant_le_depot_la_page_soumise_mene_a_la_verification(prete):
    assert prete.navigateur().ouvrir(f"{prete.adresse()}/soumise").h1 == "Vérifier et soumettre ma demande"


def test_apres_le_depot_un_document_peut_encore_etre_joint(prete):
    nav = soumettre(prete)
    assert "Ce qui renforcerait votre demande" in nav.texte()
    nav.suivre("Avis d’impôt 2025 (vous)")
    assert nav.lien("Revenir à ma demande")
    case = nav.page.find("input", type="file")["name"]
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    adresse = nav.page.select_one("main form")["action"]
    nav.poster(adresse, {"csrf_token": jeton, case: (io.BytesIO(jpeg()), "avis.jpg")})
    assert nav.page.find("a", string="avis.jpg")
    assert prete.nombre("fichier") == 2


def test_les_annees_de_revenus_ne_glissent_pas_apres_le_depot(prete, horloge):
    soumettre(prete)
    horloge.avancer(days=60)  # l'année suivante : les sessions, elles, ont expiré
    with prete.app.app_context():
        from portail.compte.modeles import Compte

        fabriques.connecter(prete.app, prete.client, db.session, db.session.get(Compte, prete.compte_id), "n" * 43)
    nav = prete.navigateur().ouvrir(f"{prete.adresse()}/soumise")
    assert "Avis d’impôt 2025 (vous)" in nav.texte()
    assert "2026 (vous)" not in nav.texte()
