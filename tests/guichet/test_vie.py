"""La vie d'une demande au guichet : renouveler, rectifier, avertir, radier, rendre active, transférer, écrire."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from portail.assistance.modeles import Message
from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import db
from portail.demande.cycle_de_vie import Etat, etat
from portail.demande.foyer import demandeur
from portail.demande.modeles import Demande, GenreEvenement
from portail.documents.modeles import DocumentEmis
from portail.guichet.modeles import EcritureJournal
from tests import fabriques
from tests.guichet.enregistrees import enregistrer
from tests.guichet.gestes import presser
from tests.guichet.monde import Monde, agent, guichet
from tests.navigateur import Navigateur

RAISON = "Trois courriers restés sans réponse."


@pytest.fixture
def nav(monde: Monde, naviguer) -> Navigateur:
    """L'instructeur, devant la demande d'Ana, enregistrée."""
    enregistrer(monde.demande_69, monde.instructeur)
    return naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}")


@pytest.fixture
def ana(app, monde) -> Navigateur:
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, monde.ana))
    return Navigateur(client)


def lire(monde: Monde) -> Demande:
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, monde.demande_69)
        assert demande.evenements is not None
        return demande


def actes(monde: Monde) -> list[str]:
    E = EcritureJournal
    with db.sessionmaker() as session:
        requete = sa.select(E).where(E.demande_id == monde.demande_69, ~E.acte.like("lecture%")).order_by(E.id)
        return [f"{acte.acte.code} {acte.objet or ''}".strip() for acte in session.scalars(requete)]


def sujets() -> list[str]:
    with db.sessionmaker() as session:
        return list(session.scalars(sa.select(Envoi.sujet).order_by(Envoi.id)))


def genres(monde: Monde) -> list[GenreEvenement]:
    return [evenement.genre for evenement in lire(monde).evenements]


def aller(nav: Navigateur, monde: Monde, suite: str) -> Navigateur:
    return nav.ouvrir(f"/guichet/demandes/{monde.demande_69}/{suite}")


def mettre_a_jour(ana: Navigateur, monde: Monde) -> Navigateur:
    """Ana a deux demandes : celle du Rhône."""
    ana.ouvrir("/demandes")
    adresse = f"/demandes/{monde.demande_69}/mise-a-jour"
    return ana.poster(adresse, ana.saisie(ana.page.find("form", action=adresse)))


def texte(nav: Navigateur) -> str:
    return nav.texte().replace("\u00a0", " ").replace("\u202f", " ")


# --- Renouveler ------------------------------------------------------------------------------------------


def test_renouveler_pour_la_personne(app, horloge, monde, nav, naviguer):
    horloge.avancer(days=320)
    nav = naviguer(monde.accueil).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert "24 novembre 2027 (dans 45 jours)" in texte(nav)
    nav.suivre("Renouveler pour la personne")
    nav.envoyer(bouton="Renouveler la demande")
    assert nav.statut == 422
    assert "Écrivez ce montant" in texte(nav)
    cle = monde.personne_69
    nav.envoyer({f"revenu-{cle}-montant": "19 250"}, "Renouveler la demande")
    assert "10 octobre 2028" in texte(nav)
    demande = lire(monde)
    assert (demande.presentee_le, demande.deposee_le) == (date(2027, 10, 10), fabriques.INSTANT)
    with db.sessionmaker() as session:
        declaration = session.get_one(Demande, monde.demande_69).declaration_deposee
        assert demandeur(declaration).revenu.rfr_n2 == 19250
        emis = session.scalars(sa.select(DocumentEmis.acte).where(DocumentEmis.demande_id == monde.demande_69)).all()
    assert emis == ["renouvellement-2027-10-10"]
    assert actes(monde)[-1] == "renouvellement"
    assert genres(monde)[-1] is GenreEvenement.RENOUVELLEMENT
    assert sujets()[-1] == "Votre renouvellement est enregistré"


def test_on_ne_renouvelle_pas_trop_tot(monde, nav):
    assert "Renouveler pour la personne" not in texte(nav)
    assert aller(nav, monde, "renouveler").h1.startswith("Demande d")


# --- Identité --------------------------------------------------------------------------------------------


@pytest.mark.asvs("2.3.5")
def test_rectifier_l_identite_document_en_main(monde, nav, ana, horloge):
    nav.suivre("Rectifier l’identité")
    horloge.avancer(minutes=10)
    nav.envoyer({"nom_naissance": "Da Silva"}, "Rectifier l’identité")
    assert nav.statut == 422
    assert "Choisissez le document que vous avez vu." in texte(nav)
    assert "Cochez la case" in texte(nav)
    assert lire(monde).nom_cherche == "SILVA"
    mettre_a_jour(ana, monde)
    nav.envoyer({"document": "passeport", "vu": "oui"}, "Rectifier l’identité")
    assert "Ana Da Silva" in nav.h1
    demande = lire(monde)
    assert (demande.nom_cherche, demande.deposee_le) == ("DA SILVA", fabriques.INSTANT)
    with db.sessionmaker() as session:
        noms = [demandeur(d).nom_naissance for d in session.get_one(Demande, monde.demande_69).declarations]
    assert noms == ["Silva", "Da Silva", "Da Silva"]  # celle d'avant, le brouillon d'Ana, celle qui compte
    assert actes(monde)[-1] == "modification_identite document vu : Passeport ; champs : nom_naissance"
    assert sujets()[-2:] == ["Votre identité a été rectifiée", "Une identité a été rectifiée"]
    ana.ouvrir(f"/demandes/{monde.demande_69}/evenements")
    assert "Identité rectifiée : Passeport" in texte(ana)
    ana.ouvrir(f"/demandes/{monde.demande_69}/attestation")
    assert "Da Silva" in ana.page.get_text()


def test_sans_changement_rien_n_est_ecrit(monde, nav):
    nav.suivre("Rectifier l’identité")
    nav.envoyer({"document": "carte", "vu": "oui"}, "Rectifier l’identité")
    assert nav.statut == 409
    assert "Rien n’a changé dans l’identité." in texte(nav)
    assert genres(monde)[-1] is GenreEvenement.ENREGISTREMENT


@pytest.mark.parametrize(("champ", "phrase"), [("nom_naissance", "Nom de naissance"), ("prenoms", "Prénom")])
def test_une_identite_ne_se_vide_pas(monde, nav, champ, phrase):
    nav.suivre("Rectifier l’identité")
    nav.envoyer({"document": "carte", "vu": "oui", champ: ""}, "Rectifier l’identité")
    assert nav.statut == 422
    assert f"Il manque une réponse : {phrase}" in texte(nav)
    assert lire(monde).nom_cherche == "SILVA"


# --- Avertir, radier, rendre active ----------------------------------------------------------------------


def test_sans_reponse_l_avertissement_puis_un_mois_puis_la_radiation(monde, nav, ana, horloge, naviguer):
    nav.suivre("Radier la demande")
    assert "Fusion" not in texte(nav)
    assert "Demande non renouvelée" not in texte(nav)
    aller(nav, monde, "radier?motif=c")
    presser(nav, "Envoyer l’avertissement", precision=RAISON)
    assert "Avertie le 24 novembre 2026" in texte(nav)
    ana.ouvrir("/demandes")
    assert "risque d’être radiée à partir du 24 décembre 2026" in texte(ana)
    assert "Votre demande risque d’être radiée" in sujets()
    aller(nav, monde, "radier")
    assert "pourra être prononcée à partir du 24 décembre 2026." in texte(nav)
    horloge.avancer(days=30)
    nav = aller(naviguer(monde.instructeur), monde, "radier")
    presser(nav, "Radier la demande", precision=RAISON)
    assert lire(monde).motif_radiation == "c"
    assert actes(monde)[-2:] == ["avertissement motif c", "radiation motif c"]
    assert "Elle peut redevenir active jusqu’au 24 mai 2027" in texte(nav)


def test_radier_avant_le_delai_est_refuse(monde, nav):
    aller(nav, monde, "radier?motif=d")
    presser(nav, "Envoyer l’avertissement", precision=RAISON)
    formulaire = {"motif": "d", "acte": "radier", "precision": RAISON, "version": version(monde)}
    nav.poster(f"/guichet/demandes/{monde.demande_69}/radier", {**formulaire, "csrf_token": jeton(nav)})
    assert nav.statut == 409
    assert "La radiation ne peut être prononcée qu’à partir du 24 décembre 2026." in texte(nav)
    assert lire(monde).radiee_le is None


def test_sans_avertissement_ni_motif_au_guichet_c_est_refuse(monde, nav):
    for motif in ("c", "a", "e", "f"):
        donnees = {"motif": motif, "acte": "radier", "precision": RAISON, "version": version(monde)}
        nav.poster(f"/guichet/demandes/{monde.demande_69}/radier", {**donnees, "csrf_token": jeton(nav)})
        assert nav.statut == 409, motif
    assert lire(monde).radiee_le is None


def test_mettre_a_jour_est_repondre_a_l_avertissement(monde, nav, ana):
    aller(nav, monde, "radier?motif=c")
    presser(nav, "Envoyer l’avertissement", precision=RAISON)
    mettre_a_jour(ana, monde)
    presser(ana.ouvrir(f"/demandes/{monde.demande_69}/verifier"), "Soumettre ma demande", atteste="oui")
    demande = lire(monde)
    assert (demande.avertie_le, demande.motif_avertissement) == (None, None)


def test_lever_un_avertissement_se_dit_a_la_personne(monde, nav, ana):
    aller(nav, monde, "radier?motif=d")
    presser(nav, "Envoyer l’avertissement", precision=RAISON)
    envoi = nav.saisie(nav.bouton("Lever l’avertissement").find_parent("form"))
    for _ in range(2):
        nav.poster(f"/guichet/demandes/{monde.demande_69}/avertissement/lever", envoi)
    assert lire(monde).avertie_le is None
    assert actes(monde)[-1] == "avertissement levé"
    assert genres(monde).count(GenreEvenement.AVERTISSEMENT_LEVE) == 1
    assert sujets()[-1] == "Votre demande ne risque plus d’être radiée"
    ana.ouvrir(f"/demandes/{monde.demande_69}/evenements")
    assert "votre demande n’est pas radiée. Vous n’avez rien à faire." in texte(ana)


def test_l_avertissement_donne_ne_cache_pas_les_autres_motifs(monde, nav):
    aller(nav, monde, "radier?motif=c")
    presser(nav, "Envoyer l’avertissement", precision=RAISON)
    aller(nav, monde, "radier")
    assert "à partir du 24 décembre 2026" in texte(nav)
    assert "jusqu’au 24 décembre" not in texte(nav), "ce jour-là, la radiation se prononce"
    nav.suivre("Radier pour un autre motif")
    assert "Renonciation écrite" in texte(nav)
    assert "Irrecevabilité" not in texte(nav), "il demanderait un second avertissement, qui serait refusé"


def test_une_renonciation_radie_puis_se_rattrape_trente_jours(monde, nav, horloge, naviguer):
    aller(nav, monde, "radier?motif=b")
    assert "jusqu’au 24 décembre 2026" in texte(nav)
    assert "ancienneté est perdue" not in texte(nav)
    envoi = {**nav.saisie(nav.formulaire("precision")), "precision": "Courrier du 20 novembre.", "acte": "radier"}
    for _ in range(2):
        nav.poster(f"/guichet/demandes/{monde.demande_69}/radier", envoi)
        assert nav.statut == 200
        assert "sera radiée aujourd’hui" not in texte(nav)
    assert genres(monde).count(GenreEvenement.RADIATION) == 1
    assert etat(lire(monde), date(2026, 11, 24)) is Etat.RADIEE
    assert "Écrire à la personne" not in texte(nav)
    horloge.avancer(days=30)
    nav = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    nav.suivre("Rendre la demande active")
    envoi = {**nav.saisie(nav.formulaire("precision")), "precision": "La personne est revenue sur son choix."}
    for _ in range(2):  # double clic : la seconde fois, elle est déjà active, et son dossier le montre
        nav.poster(f"/guichet/demandes/{monde.demande_69}/reactiver", envoi)
        assert nav.statut == 200
        assert "ne peut pas redevenir active" not in texte(nav)
    assert genres(monde).count(GenreEvenement.REACTIVATION) == 1
    demande = lire(monde)
    assert (demande.radiee_le, demande.motif_radiation, demande.presentee_le) == (None, None, date(2026, 11, 24))
    assert genres(monde)[-1] is GenreEvenement.REACTIVATION
    assert sujets()[-1] == "Votre demande est de nouveau active"


def test_une_demande_radiee_sans_attestation_n_y_mene_pas(monde, nav):
    lien = f"/guichet/demandes/{monde.demande_69}/attestation.pdf"
    assert nav.page.find("a", href=lien)
    aller(nav, monde, "radier?motif=b")
    presser(nav, "Radier la demande", precision="Courrier du 20 novembre.")
    assert nav.page.find("a", href=lien) is None
    assert nav.client.get(lien).status_code == 404


def test_trop_tard_ou_pour_un_motif_definitif_la_page_le_dit(monde, nav, horloge, naviguer):
    aller(nav, monde, "radier?motif=b")
    presser(nav, "Radier la demande", precision="Courrier du 20 novembre.")
    horloge.avancer(days=31)
    nav = aller(naviguer(monde.instructeur), monde, "reactiver")
    assert "Le délai est passé" in texte(nav)
    assert nav.page.find("main").find("form") is None
    donnees = {"precision": RAISON, "version": version(monde), "csrf_token": jeton(nav)}
    assert nav.poster(f"/guichet/demandes/{monde.demande_69}/reactiver", donnees).statut == 409
    assert lire(monde).radiee_le is not None


def test_le_delai_passe_page_ouverte_se_dit_sans_renvoyer_a_une_case_absente(monde, nav, horloge, naviguer):
    aller(nav, monde, "radier?motif=b")
    presser(nav, "Radier la demande", precision="Courrier du 20 novembre.")
    horloge.avancer(days=31)
    nav = naviguer(monde.instructeur).ouvrir("/guichet")
    donnees = {"precision": "", "version": version(monde), "csrf_token": jeton(nav)}
    nav.poster(f"/guichet/demandes/{monde.demande_69}/reactiver", donnees)
    assert "Le délai pour rendre cette demande active est passé." in texte(nav)


def test_un_avertissement_donne_deux_fois_la_seconde_vide_ne_renvoie_pas_a_une_case_absente(monde, nav, naviguer):
    """Deux agents ont la page ouverte : le second envoie la sienne sans rien y écrire."""
    collegue = aller(naviguer(monde.responsable), monde, "radier?motif=c")
    presser(aller(nav, monde, "radier?motif=c"), "Envoyer l’avertissement", precision=RAISON)
    presser(collegue, "Envoyer l’avertissement", precision="")
    assert "La demande a changé pendant que vous lisiez cette page." in texte(collegue)


def test_une_autre_demande_active_empeche_de_rendre_celle_ci_active(app, monde, nav):
    aller(nav, monde, "radier?motif=b")
    presser(nav, "Radier la demande", precision="Courrier du 20 novembre.")
    with db.sessionmaker() as session:
        fabriques.brouillon(session, session.get_one(Compte, monde.ana))
    aller(nav, monde, "reactiver")
    nav.envoyer({"precision": RAISON}, "Rendre la demande active")
    assert nav.statut == 409
    assert "déjà une autre demande active dans ce territoire" in texte(nav)


# --- Transférer, écrire ----------------------------------------------------------------------------------


def test_transferer_a_un_autre_guichet_du_territoire(monde, nav, ana):
    assert "Aucun autre guichet ne couvre ce territoire." in texte(aller(nav, monde, "transferer"))
    with db.sessionmaker() as session:
        autre = guichet(session, "69123", nom="Mairie de Lyon").id
    aller(nav, monde, "transferer")
    assert "Mairie de Paris" not in texte(nav)
    nav.envoyer({"guichet": str(autre), "precision": "La personne a déménagé à Lyon."}, "Transférer la demande")
    assert lire(monde).guichet_id == autre
    assert actes(monde)[-1] == "transfert de 69266 à 69123"
    ana.ouvrir(f"/demandes/{monde.demande_69}/evenements")
    assert "Demande suivie par un autre guichet" in texte(ana)
    nav.poster(
        f"/guichet/demandes/{monde.demande_69}/transferer",
        {"guichet": str(monde.g2), "precision": RAISON, "version": version(monde), "csrf_token": jeton(nav)},
    )
    assert nav.statut == 422
    assert lire(monde).guichet_id == autre


def test_un_papier_transfere_se_remplit_chez_qui_le_suit(monde, nav, naviguer):
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, monde.demande_69)
        demande.compte_id, demande.saisie_guichet_id = None, monde.g1
    with db.sessionmaker() as session:
        autre = guichet(session, "69123", nom="Mairie de Lyon")
        collegue = agent(session, autre).id
        aller(nav, monde, "transferer").envoyer(
            {"guichet": str(autre.id), "precision": RAISON}, "Transférer la demande"
        )
    saisie = f"/guichet/saisie/{monde.demande_69}"
    la_bas = naviguer(collegue).ouvrir("/guichet/saisie")
    assert la_bas.poster(f"{saisie}/ouvrir", {"csrf_token": jeton(la_bas)}).statut == 200
    assert nav.poster(f"{saisie}/ouvrir", {"csrf_token": jeton(nav)}).statut == 404, (
        "celui qui l’a confiée ne la tient plus"
    )


def test_un_transfert_renvoye_plus_tard_dit_que_la_demande_a_change(monde, nav, horloge):
    with db.sessionmaker() as session:
        autre = guichet(session, "69123", nom="Mairie de Lyon").id
    aller(nav, monde, "transferer")
    envoi = nav.saisie(nav.page.select_one("main form"))
    envoi.setlist("guichet", [str(autre)])
    envoi.setlist("precision", [RAISON])
    for statut in (200, 409):
        assert nav.poster(f"/guichet/demandes/{monde.demande_69}/transferer", envoi).statut == statut
        horloge.avancer(minutes=1)
    assert "La demande a changé" in texte(nav)
    assert "Choisissez une des réponses" not in texte(nav), "l’agent a bien choisi : c’est déjà fait"
    assert genres(monde).count(GenreEvenement.TRANSFERT) == 1


def test_ecrire_a_la_personne_qui_le_lit_dans_son_compte(monde, nav, ana, dossier):
    nav.suivre("Écrire à la personne")
    nav.envoyer({"texte": "Passez nous voir avec votre bail.\n\nMerci."}, "Envoyer le message")
    assert "Pas encore lu." in texte(nav)
    assert b"votre bail" not in (dossier / "portail.sqlite").read_bytes()
    ana.ouvrir("/demandes")
    assert "1 message du guichet à lire" in texte(ana)
    ana.suivre("Lire les messages")
    assert "Passez nous voir avec votre bail." in texte(ana)
    assert "Mairie 69266" in texte(ana)
    presser(ana, "J’ai lu ces messages")
    assert "message du guichet à lire" not in texte(ana)
    assert "Lu le 24 novembre 2026." in texte(nav.ouvrir(f"/guichet/demandes/{monde.demande_69}"))
    with db.sessionmaker() as session:
        envoi = session.scalars(sa.select(Envoi).where(Envoi.cle.like("message-%"))).one()
        assert "bail" not in envoi.corps
        assert session.scalars(sa.select(Message)).one().lu_le is not None


def test_le_meme_message_ecrit_un_autre_jour_part_aussi_et_le_meme_envoi_une_seule_fois(monde, nav):
    """« Passez au guichet » se redit : le texte seul ne fait pas un doublon."""

    def messages() -> int:
        with db.sessionmaker() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0

    for nombre in (1, 2):
        aller(nav, monde, "ecrire")
        saisie = {**nav.saisie(nav.formulaire("texte")), "texte": "Passez au guichet."}
        for _ in range(2):  # un double clic
            nav.poster(f"/guichet/demandes/{monde.demande_69}/ecrire", saisie)
        assert (nav.statut, messages()) == (200, nombre)


def test_sans_compte_pas_de_message(monde, nav):
    aller(nav, monde, "ecrire")
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, monde.demande_69).compte_id = None
    nav.envoyer({"texte": "Bonjour"}, "Envoyer le message")
    assert nav.statut == 409
    assert "n’a pas de compte" in texte(nav)
    assert "Écrire à la personne" not in texte(nav.ouvrir(f"/guichet/demandes/{monde.demande_69}"))
    assert "appelez-la, ou écrivez-lui par la poste" in texte(nav)
    assert aller(nav, monde, "ecrire").h1.startswith("Demande d")


@pytest.mark.parametrize("suite", ["ecrire", "transferer", "renvoyer", "radier", "evenements/nouveau?genre=visite"])
def test_un_geste_qui_ne_se_peut_pas_montre_le_dossier(monde, nav, naviguer, suite):
    """Radiée ou d'un autre territoire : rien à remplir pour rien."""
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, monde.demande_69).radiee_le = fabriques.INSTANT
    assert aller(nav, monde, suite).h1.startswith("Demande d")
    raison = {"raison": "La personne est venue à notre guichet."}
    nav.ouvrir(f"/guichet/demandes/{monde.demande_75}/raison").envoyer(raison, "Ouvrir la demande")
    assert nav.ouvrir(f"/guichet/demandes/{monde.demande_75}/{suite}").h1.startswith("Demande d")


# --- Conflits et droits ----------------------------------------------------------------------------------


def version(monde: Monde) -> str:
    from portail.guichet import acte

    return acte.version(lire(monde))


def jeton(nav: Navigateur) -> str:
    return nav.page.find(attrs={"name": "csrf_token"})["value"]


@pytest.mark.parametrize(
    ("suite", "bouton", "cases"),
    [
        ("radier?motif=b", "Radier la demande", {"precision": RAISON}),
        ("radier?motif=c", "Envoyer l’avertissement", {"precision": RAISON}),
        ("identite", "Rectifier l’identité", {"nom_naissance": "Autre", "document": "carte", "vu": "oui"}),
    ],
)
def test_une_page_depassee_n_ecrase_rien(monde, nav, ana, horloge, suite, bouton, cases):
    aller(nav, monde, suite)
    horloge.avancer(minutes=5)
    mettre_a_jour(ana, monde)
    presser(ana.ouvrir(f"/demandes/{monde.demande_69}/verifier"), "Soumettre ma demande", atteste="oui")
    avant = len(lire(monde).evenements)
    presser(nav, bouton, **cases)
    assert nav.statut == 409
    assert "La demande a changé pendant que vous lisiez cette page." in texte(nav)
    demande = lire(monde)
    assert (demande.radiee_le, demande.avertie_le, demande.nom_cherche) == (None, None, "SILVA")
    assert len(demande.evenements) == avant


@pytest.mark.parametrize(
    ("suite", "bouton", "cases", "genre"),
    [
        ("radier?motif=c", "Envoyer l’avertissement", {"precision": RAISON}, GenreEvenement.AVERTISSEMENT),
        (
            "identite",
            "Rectifier",
            {"nom_naissance": "Sylva", "document": "carte", "vu": "oui"},
            GenreEvenement.IDENTITE,
        ),
        ("transferer", "Transférer la demande", {"precision": RAISON}, GenreEvenement.TRANSFERT),
        ("renouveler", "Renouveler la demande", {}, GenreEvenement.RENOUVELLEMENT),
    ],
)
def test_un_double_clic_montre_le_dossier_et_ne_fait_le_geste_qu_une_fois(
    monde, nav, naviguer, horloge, suite, bouton, cases, genre
):
    if suite == "transferer":
        with db.sessionmaker() as session:
            cases = {**cases, "guichet": str(guichet(session, "69123", nom="Mairie de Lyon").id)}
    if suite == "renouveler":
        horloge.avancer(days=340)
        nav = naviguer(monde.instructeur)
    page = naviguer(monde.instructeur)
    for navigateur in (nav, page):
        aller(navigateur, monde, suite)
    if suite == "renouveler":
        cases = {f"revenu-{monde.personne_69}-montant": "19250"}
    for navigateur in (nav, page):
        presser(navigateur, bouton, **cases)
        assert navigateur.statut == 200
        assert navigateur.h1.startswith("Demande d")
    assert genres(monde).count(genre) == 1


@pytest.mark.parametrize("suite", ["identite", "radier", "transferer", "reactiver", "renouveler", "ecrire"])
def test_un_agent_d_un_autre_territoire_n_agit_pas(monde, nav, naviguer, suite):
    etranger = naviguer(monde.ailleurs)
    etranger.ouvrir("/guichet/moi")
    reponse = etranger.poster(
        f"/guichet/demandes/{monde.demande_69}/{suite}", {"csrf_token": jeton(etranger), "precision": RAISON}
    )
    assert reponse.statut == 404
    with db.sessionmaker() as session:
        refus = sa.select(EcritureJournal).where(EcritureJournal.acte == "lecture_refusee")
        assert len(session.scalars(refus).all()) == 1


def test_un_accueil_ne_voit_que_ses_gestes(monde, nav, naviguer, horloge):
    horloge.avancer(days=320)
    page = texte(naviguer(monde.accueil).ouvrir(f"/guichet/demandes/{monde.demande_69}"))
    assert "Renouveler pour la personne" in page
    assert "Écrire à la personne" in page
    assert "Radier la demande" not in page
    assert "Rectifier l’identité" not in page
