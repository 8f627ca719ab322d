"""Saisir une demande papier : les mêmes étapes, par l'agent ; elle rejoint les autres à vérifier."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail.courriel import Envoi
from portail.db import db
from portail.demande.cycle_de_vie import Etat, etat
from portail.demande.modeles import Declaration, Demande, Evenement, GenreEvenement, Personne
from portail.guichet.modeles import ActeJournal, Agent, CodeReclamation, EcritureJournal, GuichetCommune, SessionAgent
from portail.pieces.modeles import Fichier, PieceFournie
from portail.referentiels import recherche
from portail.referentiels.modeles import Commune, TerritoireHorsSne
from portail.stockage import stockage
from tests.demande.gestes import NavigateurQuiTape
from tests.fabriques import INSTANT, nir
from tests.guichet.gestes import presser
from tests.guichet.monde import Monde, agent, entrer
from tests.guichet.papier import NOM, PRENOM, commencer, papier_depose, remplir
from tests.navigateur import mots
from tests.verificateurs import poids

ETAPE, PAGE = 11 * 1024, 9 * 1024


@pytest.fixture
def ouvrir(app):
    """Un navigateur qui tape, connecté comme cet agent."""
    rang = iter(range(500, 600))

    def neuf(agent_id: int, *, htmx: bool = False) -> NavigateurQuiTape:
        client = app.test_client()
        entrer(app, client, agent_id, jeton=f"{next(rang):043d}")
        return NavigateurQuiTape(client, htmx=htmx)

    return neuf


@pytest.fixture
def nav(monde: Monde, ouvrir) -> NavigateurQuiTape:
    return ouvrir(monde.accueil)


def objets(acte: ActeJournal = ActeJournal.SAISIE) -> list[str | None]:
    requete = sa.select(EcritureJournal.objet).where(EcritureJournal.acte == acte).order_by(EcritureJournal.id)
    with db.sessionmaker() as session:
        return list(session.scalars(requete))


def test_une_demande_sans_compte_nait_au_guichet_et_s_inscrit_au_journal(monde, nav):
    demande_id = commencer(nav)
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, demande_id)
        assert (demande.compte_id, demande.saisie_guichet_id, demande.territoire) == (None, monde.g1, "069")
        assert etat(demande, INSTANT.date()) is Etat.BROUILLON
        assert demande.declarations[0].communes[0].commune == "69266"
    assert objets() == ["commencée"]


def test_le_double_envoi_ne_commence_qu_une_demande(monde, nav):
    nav.ouvrir("/guichet/saisie")
    formulaire = nav.formulaire("commune")
    valeurs = nav.saisie(formulaire)
    valeurs.setlist("commune", ["Villeurbanne"])
    premiere = nav.poster("/guichet/saisie", valeurs).adresse
    seconde = nav.poster("/guichet/saisie", valeurs).adresse
    assert premiere == seconde
    with db.sessionmaker() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Demande.saisie_guichet_id == monde.g1)) == 1


@pytest.mark.parametrize(("commune", "phrase"), [("Paris", "Mairie de Paris"), ("Bordeaux", "Aucun guichet")])
def test_une_commune_qui_n_est_pas_la_sienne_dit_le_bon_guichet(monde, nav, commune, phrase):
    nav.ouvrir("/guichet/saisie")
    nav.envoyer({"commune": commune}, "Commencer la saisie")
    assert nav.h1 == "Cette commune n’est pas à votre guichet"
    assert phrase in nav.texte()
    with db.sessionmaker() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Demande.saisie_guichet_id.is_not(None))) == 0


def test_une_commune_de_son_territoire_que_nul_ne_couvre_est_prise(monde, nav):
    assert commencer(nav, "Lyon")


@pytest.mark.parametrize("departement", ["35", "988"])
def test_une_commune_hors_du_systeme_national_renvoie_ailleurs(monde, nav, departement):
    with db.sessionmaker() as session, session.begin():
        ailleurs = session.get_one(TerritoireHorsSne, departement)
        du_departement = sa.select(Commune.code_insee).where(Commune.code_departement == ailleurs.code_departement)
        commune = session.scalars(du_departement.limit(1)).one()
        session.add(GuichetCommune(guichet_id=monde.g1, commune=commune))
        dit = ailleurs.nom_portail or "La demande nationale ne se fait pas"
    nav.ouvrir("/guichet/saisie")
    nav.envoyer({"commune": recherche.lieu(commune).libelle}, "Commencer la saisie")
    assert nav.h1 == "Cette commune n’est pas à votre guichet"
    assert dit in nav.texte()
    with db.sessionmaker() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Demande.saisie_guichet_id.is_not(None))) == 0


def test_les_etapes_sont_les_memes_dans_l_habit_du_guichet(monde, nav):
    demande_id = commencer(nav)
    assert "Demande papier, dossier" in nav.page.get_text()
    assert nav.page.find("form", id="formulaire")["autocomplete"] == "off"
    assert [c["autocomplete"] for c in nav.page.select("main [autocomplete]:not(form)")] in ([], ["off"])
    nav.envoyer({}, "Enregistrer et continuer")
    assert nav.statut in {200, 422}
    for slug in ("demandeurs", "composition-du-foyer", "motifs", "souhaits"):
        nav.ouvrir(f"/guichet/saisie/{demande_id}/etapes/{slug}")
        assert nav.statut == 200
        liens = {a["href"] for a in nav.page.select("main a[href]")}
        assert not [lien for lien in liens if lien.startswith("/demandes")], liens


@pytest.mark.parametrize("htmx", [False, True])
def test_l_enregistrement_automatique_et_le_bouton_laissent_la_meme_chose(monde, ouvrir, htmx):
    nav = ouvrir(monde.accueil, htmx=htmx)
    demande_id = commencer(nav)
    with db.sessionmaker() as session:
        qui = session.get_one(Demande, demande_id).declarations[0].personnes[0].id
    assert qui
    nav.ouvrir(f"/guichet/saisie/{demande_id}/etapes/informations-generales")
    nav.repondre(nom_naissance=NOM, prenoms=PRENOM, nb_codemandeurs="0")
    assert nav.est_a_jour()
    with db.sessionmaker() as session:
        personne = session.get_one(Personne, qui)
        assert (personne.nom_naissance, personne.prenoms) == (NOM, PRENOM)


def test_la_raison_de_l_absence_de_numero_suffit_au_guichet(monde, ouvrir):
    nav = ouvrir(monde.accueil, htmx=True)
    demande_id = commencer(nav)
    nav.ouvrir(f"/guichet/saisie/{demande_id}/etapes/informations-generales")
    assert "Sans numéro de sécurité sociale, pour quelle raison" in nav.texte()
    assert "présentez-vous à un" not in nav.texte()
    assert nav.page.find("input", id="nir").has_attr("aria-required")
    nav.repondre(raison_sans_nir="arrivee")
    assert not nav.page.find("input", id="nir").has_attr("aria-required")
    assert nav.est_a_jour()
    nav.repondre(nir=nir("2710599341001"))
    assert nav.page.find(id="q-raison_sans_nir").has_attr("hidden")


def test_la_personne_connectee_n_a_pas_cette_question(app, monde, client):
    from tests import fabriques

    with db.sessionmaker() as session:
        leo = session.get_one(Demande, monde.brouillon).compte_id
        fabriques.connecter(app, client, session, session.get_one(fabriques.Compte, leo))
    page = NavigateurQuiTape(client).ouvrir(f"/demandes/{monde.brouillon}/etapes/informations-generales")
    assert "pour quelle raison" not in page.texte()
    avec = page.saisie(page.formulaire())
    avec.add("raison_sans_nir", "arrivee")
    page.poster(page.formulaire()["action"], avec)
    with db.sessionmaker() as session:
        assert session.get_one(Demande, monde.brouillon).declarations[0].personnes[0].raison_sans_nir is None


def test_deposer_donne_l_anciennete_du_papier_et_rejoint_les_demandes_a_verifier(monde, nav, naviguer):
    demande_id, code = papier_depose(nav)
    assert nav.h1 == "Bordereau de dépôt"
    assert len(code.replace("-", "")) == 12
    assert "Awa D." in nav.texte()
    assert NOM not in nav.texte()
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, demande_id)
        assert demande.deposee_le.date().isoformat() == demande.presentee_le.isoformat() == "2026-11-20"
        assert demande.guichet_id == monde.g1
        assert etat(demande, INSTANT.date()) is Etat.SOUMISE
        depot = session.scalar(sa.select(Evenement).where(Evenement.genre == GenreEvenement.DEPOT).limit(1).where(
            Evenement.demande_id == demande_id))  # fmt: skip
        assert depot.date_du_fait.isoformat() == "2026-11-20"
        assert session.scalars(sa.select(Envoi).where(Envoi.cle == f"depot-{demande.declarations[0].id}")).all() == []
    assert objets() == ["commencée", "déposée, papier reçu le 2026-11-20", "code de réclamation remis"]
    instructeur = naviguer(monde.instructeur).ouvrir("/guichet/demandes")
    assert "Awa Diallo" in instructeur.texte()
    instructeur.ouvrir(f"/guichet/demandes/{demande_id}")
    assert "Brouillon commencé" not in instructeur.texte(), "recopié après coup, il passerait pour le dernier évènement"
    assert "Dernier dépôt" not in instructeur.texte(), "il n’y en a qu’un"
    presser(instructeur, "Enregistrer et donner le numéro unique", original_vu="oui")
    with db.sessionmaker() as session:
        assert session.get_one(Demande, demande_id).numero_unique.startswith("0691126")


@pytest.mark.parametrize(
    ("date", "phrase"),
    [
        (("25", "11", "2026"), "n’est pas encore arrivée"),
        (("23", "11", "2025"), "plus d’un an"),
        (("", "", ""), "Indiquez le jour où le guichet a reçu le papier."),
    ],
)
def test_la_date_de_reception_est_bornee(monde, nav, date, phrase):
    demande_id = commencer(nav)
    remplir(demande_id)
    nav.ouvrir(f"/guichet/saisie/{demande_id}/verifier")
    formulaire = nav.formulaire("signee")
    valeurs = nav.saisie(formulaire)
    for nom, valeur in zip(("jour", "mois", "annee"), date, strict=True):
        valeurs.setlist(f"recue_le-{nom}", [valeur])
    valeurs.add("signee", "oui")
    nav.poster(formulaire["action"], valeurs)
    assert nav.statut == 422
    assert phrase in nav.texte()
    with db.sessionmaker() as session:
        assert session.get_one(Demande, demande_id).deposee_le is None


def test_sans_signature_ni_reponses_rien_n_est_depose(monde, nav):
    demande_id = commencer(nav)
    remplir(demande_id, nom_naissance=None)
    formulaire = nav.ouvrir(f"/guichet/saisie/{demande_id}/verifier").formulaire("signee")
    nav.poster(formulaire["action"], nav.saisie(formulaire))
    assert (nav.statut, "Cochez la case" in nav.texte()) == (422, True)
    valeurs = nav.saisie(nav.formulaire("signee"))
    valeurs.add("signee", "oui")
    nav.poster(formulaire["action"], valeurs)
    assert (nav.statut, "Il manque des réponses" in nav.texte()) == (422, True)
    with db.sessionmaker() as session:
        assert session.scalars(sa.select(CodeReclamation)).all() == []


def test_deposer_deux_fois_ne_donne_qu_un_code(monde, nav):
    demande_id = commencer(nav)
    remplir(demande_id)
    formulaire = nav.ouvrir(f"/guichet/saisie/{demande_id}/verifier").formulaire("signee")
    valeurs = nav.saisie(formulaire)
    valeurs.add("signee", "oui")
    nav.poster(formulaire["action"], valeurs)
    assert nav.h1 == "Bordereau de dépôt"
    nav.poster(formulaire["action"], valeurs)
    assert nav.h1 == "Cet écran est effacé"
    with db.sessionmaker() as session:
        assert len(session.scalars(sa.select(CodeReclamation)).all()) == 1


def test_un_brouillon_papier_n_est_qu_a_son_guichet(monde, nav, ouvrir):
    demande_id = commencer(nav)
    remplir(demande_id)
    collegue = ouvrir(monde.instructeur)
    collegue.ouvrir("/guichet/saisie")
    assert f"Dossier {demande_id} (A. D.)" in collegue.texte()
    assert "Awa" not in collegue.texte(), "la liste reste à l’écran quand la personne suivante s’assied"
    presser(collegue, "Reprendre")
    assert collegue.adresse.startswith(f"/guichet/saisie/{demande_id}/etapes/")
    ailleurs = ouvrir(monde.ailleurs)
    ailleurs.ouvrir("/guichet/saisie")
    assert f"Dossier {demande_id}" not in ailleurs.texte()
    jeton = ailleurs.page.find(attrs={"name": "csrf_token"})["value"]
    avant = objets()
    for suite in ("ouvrir", "etapes/motifs", "verifier", "abandonner", "numeriser", "numeriser/ranger", "pieces/ID"):
        ailleurs.poster(f"/guichet/saisie/{demande_id}/{suite}", {"csrf_token": jeton, "signee": "oui"})
        assert ailleurs.statut == 404, suite
    assert ailleurs.ouvrir(f"/guichet/saisie/{demande_id}/etapes/motifs").h1 == "Cet écran est effacé"
    assert objets() == avant
    assert ailleurs.ouvrir(f"/guichet/demandes/{demande_id}").statut == 404


def test_le_brouillon_papier_ne_se_lit_pas_au_dossier_ni_dans_la_recherche(monde, nav):
    demande_id = commencer(nav)
    remplir(demande_id)
    assert nav.ouvrir(f"/guichet/demandes/{demande_id}").statut == 404
    assert "Awa" not in nav.ouvrir("/guichet/demandes").texte()


def test_reprendre_plus_tard_referme_l_ecran(monde, nav):
    demande_id = commencer(nav)
    nav.envoyer({"nom_naissance": NOM}, "Reprendre plus tard")
    assert nav.h1 == "Cet écran est effacé"
    assert NOM not in nav.page.get_text()
    for suite in ("", "/etapes/motifs", "/verifier", "/pieces/ID", "/numeriser"):
        assert nav.ouvrir(f"/guichet/saisie/{demande_id}{suite}").h1 == "Cet écran est effacé", suite
    presser(nav.ouvrir("/guichet/saisie"), "Reprendre")
    assert nav.valeur("nom_naissance") == NOM
    assert objets() == ["commencée", "rouverte"]


def test_terminer_efface_l_ecran_et_fait_oublier_le_navigateur(monde, nav):
    demande_id = commencer(nav)
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    reponse = nav.client.post("/guichet/saisie/terminer", data={"csrf_token": jeton}, base_url=nav.base)
    assert (reponse.status_code, reponse.location) == (303, "/guichet/saisie/fermee")
    assert reponse.headers["Clear-Site-Data"] == '"cache"'
    assert reponse.headers["Cache-Control"] == "no-store"
    assert nav.ouvrir(f"/guichet/saisie/{demande_id}/etapes/informations-generales").h1 == "Cet écran est effacé"
    with db.sessionmaker() as session:
        assert session.scalars(sa.select(SessionAgent.saisie_id)).all() == [None]


def test_un_envoi_d_une_page_encore_affichee_n_est_pas_perdu(monde, nav, ouvrir):
    """Deux onglets : en ouvrir une autre referme la première, mais ce qui s'y écrit encore s'enregistre."""
    premiere = commencer(nav)
    gardee = nav.formulaire()
    valeurs = nav.saisie(gardee)
    valeurs.setlist("nom_naissance", [NOM])
    seconde = commencer(nav)
    assert premiere != seconde
    assert nav.ouvrir(f"/guichet/saisie/{premiere}/etapes/motifs").h1 == "Cet écran est effacé"
    nav.poster(gardee["action"], valeurs)
    with db.sessionmaker() as session:
        assert session.get_one(Demande, premiere).declarations[0].personnes[0].nom_naissance == NOM
    assert objets() == ["commencée", "commencée", "rouverte"]


@pytest.mark.asvs("14.3.2")
def test_toutes_les_pages_interdisent_la_memoire_du_navigateur(monde, nav):
    demande_id = commencer(nav)
    for suite in ("/etapes/motifs", "/verifier", "/pieces/ID", "/numeriser"):
        reponse = nav.client.get(f"/guichet/saisie/{demande_id}{suite}", base_url=nav.base)
        assert (reponse.status_code, reponse.headers["Cache-Control"]) == (200, "no-store"), suite


def test_abandonner_efface_la_saisie_et_ses_documents(monde, nav):
    demande_id = commencer(nav)
    remplir(demande_id)
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, demande_id)
        piece = PieceFournie(code="ID", personne=demande.declarations[0].personnes[0].cle)
        piece.fichiers.append(
            Fichier(rang=1, cle="a" * 32, nom="c.jpg", type_mime="image/jpeg", taille=3, pages=1,
                    empreinte_recue="0" * 64, recu_le=INSTANT)
        )  # fmt: skip
        demande.pieces.append(piece)
    stockage().ecrire("a" * 32, b"abc")
    nav.ouvrir(f"/guichet/saisie/{demande_id}/abandonner")
    assert "sans retour possible" in nav.texte()
    presser(nav, "Oui, effacer cette saisie")
    assert mots(nav.page.find(id="fait")) == "La saisie est effacée."
    assert nav.h1 == "Saisir une demande papier"
    assert "Saisies en cours" not in nav.texte()
    assert not stockage().existe("a" * 32)
    with db.sessionmaker() as session:
        assert session.get(Demande, demande_id) is None
        assert session.scalar(sa.select(sa.func.count(Declaration.id)).where(Declaration.demande_id == demande_id)) == 0
    assert objets()[-1] == "abandonnée, effacée"


def test_une_demande_deposee_ne_s_abandonne_pas(monde, nav):
    demande_id, _ = papier_depose(nav)
    assert nav.ouvrir(f"/guichet/saisie/{demande_id}/abandonner").statut == 404


def test_renvoyee_pour_correction_la_demande_papier_revient_au_guichet(monde, nav, naviguer, horloge):
    demande_id, _ = papier_depose(nav)
    instructeur = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{demande_id}/renvoyer")
    assert "La personne retrouve" not in instructeur.texte(), "sans compte, elle ne retrouve rien"
    presser(instructeur, "Renvoyer", motif="reponses", explication="Relisez la date.")
    assert "Chez la personne" not in instructeur.texte()
    presser(instructeur, "Reprendre la saisie")
    assert instructeur.adresse.startswith(f"/guichet/saisie/{demande_id}/")
    horloge.avancer(minutes=20)
    nav.ouvrir("/guichet/saisie")
    assert "à corriger" in nav.texte()
    assert not [a for a in nav.page.select("main a") if "Abandonner" in a.get_text()]
    presser(nav, "Reprendre")
    nav.ouvrir(f"/guichet/saisie/{demande_id}/verifier")
    assert "Date de réception" not in nav.texte()
    presser(nav, "Déposer la correction", signee="oui")
    assert nav.h1 == "Cet écran est effacé"
    assert objets()[-1] == "correction déposée"
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, demande_id)
        assert len(demande.declarations) == 2
        assert demande.presentee_le.isoformat() == "2026-11-20"
        assert etat(demande, INSTANT.date()) is Etat.SOUMISE


@pytest.mark.parametrize(("annee", "pris"), [("2010", True), ("2012", False)])
def test_un_mineur_emancipe_se_saisit_au_guichet(monde, nav, annee, pris):
    demande_id = commencer(nav)
    naissance = {"date_naissance-jour": "1", "date_naissance-mois": "3", "date_naissance-annee": annee}
    nav.envoyer(naissance, "Enregistrer et continuer")
    with db.sessionmaker() as session:
        personne = session.get_one(Demande, demande_id).declarations[0].personnes[0]
        assert (personne.date_naissance is not None) is pris
    assert any("émancipation" in erreur for erreur in nav.erreurs()) is not pris


def test_chaque_page_de_la_saisie_tient_dans_son_poids(monde, nav):
    from portail.demande.parcours import PARCOURS

    demande_id = commencer(nav)
    remplir(demande_id)
    entetes = {"Accept-Encoding": "br"}
    for etape in PARCOURS.etapes:
        page = nav.client.get(f"/guichet/saisie/{demande_id}/etapes/{etape.slug}", headers=entetes, base_url=nav.base)
        assert poids(page) <= ETAPE, etape.slug
    for suite in ("verifier", "numeriser", "pieces/ID"):
        page = nav.client.get(f"/guichet/saisie/{demande_id}/{suite}", headers=entetes, base_url=nav.base)
        assert poids(page) <= PAGE, suite


def test_aucune_page_lue_de_la_saisie_n_ecrit_hors_du_journal(monde, nav, dossier):
    from tests.socle.routes import differences, photo

    demande_id = commencer(nav)
    avant = photo(dossier)
    for suite in ("", "/etapes/motifs", "/verifier", "/pieces/ID", "/numeriser", "/abandonner"):
        assert nav.client.get(f"/guichet/saisie/{demande_id}{suite}", base_url=nav.base).status_code < 400
    assert differences(avant, photo(dossier)) <= {"ecriture_journal"}


def test_un_agent_d_un_autre_guichet_du_territoire_ne_voit_pas_le_brouillon(monde, nav, ouvrir):
    from tests.guichet.monde import guichet

    demande_id = commencer(nav)
    with db.sessionmaker() as session:
        voisin = agent(session, guichet(session, "69029", communes=("69029",)))
        assert session.get_one(Agent, voisin.id).guichet_id != monde.g1
    autre = ouvrir(voisin.id)
    autre.ouvrir("/guichet/saisie")
    jeton = autre.page.find(attrs={"name": "csrf_token"})["value"]
    assert autre.poster(f"/guichet/saisie/{demande_id}/ouvrir", {"csrf_token": jeton}).statut == 404
