"""Le code du bordereau rend une demande papier à son titulaire : une fois, à lui seul, sans rien dire aux autres."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from portail.compte.modeles import Compte
from portail.db import db
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet import reclamation
from portail.guichet.modeles import ActeJournal, Agent, CodeReclamation, EcritureJournal
from tests import fabriques
from tests.demande.gestes import NavigateurQuiTape
from tests.fabriques import INSTANT, nir
from tests.guichet.gestes import presser
from tests.guichet.monde import Monde, entrer, monter
from tests.guichet.papier import NAISSANCE, NOM, PRENOM, commencer, papier_depose, remplir
from tests.navigateur import Navigateur, mots

SIEN = nir("2710599341001")
REFUS = "Ce code ne permet pas d’ouvrir une demande avec votre compte."


@pytest.fixture
def guichet(app, monde: Monde) -> NavigateurQuiTape:
    client = app.test_client()
    entrer(app, client, monde.accueil, jeton="k" * 43)
    return NavigateurQuiTape(client)


def personne(app, courriel: str = "awa@exemple.fr", jeton: str = "w" * 43, **valeurs: object) -> Navigateur:
    """Le navigateur d'Awa, connectée à son compte neuf."""
    elle = {"nom_naissance": NOM, "prenoms": PRENOM, "date_naissance": NAISSANCE, "nir": None, **valeurs}
    client = app.test_client()
    with db.sessionmaker() as session:
        compte = fabriques.compte(session, courriel, **elle)
        if compte.nir:
            from portail.chiffrement import coffre

            compte.nir_empreinte = coffre().empreinte(compte.nir, "nir")
            session.commit()
        fabriques.connecter(app, client, session, compte, jeton)
    return Navigateur(client)


def reclamer(nav: Navigateur, code: str, numero: str = "") -> Navigateur:
    nav.ouvrir("/demandes/rattacher/bordereau")
    return nav.envoyer({"code": code, "numero": numero}, "Accéder")


def proprietaire(demande_id: int) -> int | None:
    with db.sessionmaker() as session:
        return session.get_one(Demande, demande_id).compte_id


def test_le_titulaire_retrouve_sa_demande_a_son_tableau(app, monde, guichet):
    demande_id, code = papier_depose(guichet)
    awa = personne(app)
    awa.ouvrir("/demandes")
    assert "Vous n’avez pas de demande rattachée à votre compte." in awa.texte()
    awa.suivre("Rattacher une demande existante")
    assert awa.h1 == "Rattacher une demande existante"
    awa.suivre("J’ai un code de bordereau, remis par un guichet")
    awa.envoyer({"code": code.lower().replace("-", " ")}, "Accéder")
    assert awa.h1 == "Bonjour Awa !"
    assert "Soumise, en cours de vérification" in awa.texte()
    assert awa.ouvrir(f"/demandes/{demande_id}/soumise").statut == 200
    awa.ouvrir(f"/demandes/{demande_id}/evenements")
    assert "Demande rattachée à un compte" in awa.texte()
    awa.ouvrir("/compte/consultations")
    assert "demande saisie au guichet" in awa.texte().lower()
    assert "dossier papier repris par son titulaire" in awa.texte().lower()
    with db.sessionmaker() as session:
        acte = session.scalar(sa.select(EcritureJournal).where(EcritureJournal.acte == ActeJournal.RECLAMATION))
        lue = (acte.demande_id, acte.compte_id, acte.guichet_code, acte.agent_id)
    assert lue == (demande_id, proprietaire(demande_id), "69266", None)


def test_reprise_par_son_titulaire_la_demande_n_est_plus_au_guichet(app, monde, guichet):
    demande_id, code = papier_depose(guichet)
    reclamer(personne(app), code)
    guichet.ouvrir("/guichet/saisie")
    jeton = guichet.page.find(attrs={"name": "csrf_token"})["value"]
    assert guichet.poster(f"/guichet/saisie/{demande_id}/ouvrir", {"csrf_token": jeton}).statut == 404
    assert guichet.poster(f"/guichet/demandes/{demande_id}/code", {"csrf_token": jeton}).statut == 404
    assert "nouveau code de bordereau" not in guichet.ouvrir(f"/guichet/demandes/{demande_id}").texte()


def test_le_code_ne_sert_qu_une_fois(app, monde, guichet):
    demande_id, code = papier_depose(guichet)
    awa = reclamer(personne(app), code)
    sien = proprietaire(demande_id)
    assert sien is not None
    autre = reclamer(personne(app, "awa2@exemple.fr", "x" * 43), code)
    assert REFUS in autre.texte()
    assert REFUS in reclamer(awa, code).texte()
    assert proprietaire(demande_id) == sien


@pytest.mark.parametrize(
    "ecart",
    [
        {"nom_naissance": "Diallou"},
        {"date_naissance": date(1971, 5, 10)},
        {"nir": nir("2710599341002")},
        {"nir": None},
    ],
    ids=["autre nom", "autre naissance", "autre numéro", "numéro absent du compte"],
)
def test_une_identite_discordante_se_repond_comme_un_code_inconnu(app, monde, guichet, ecart):
    demande_id, code = papier_depose(guichet, nir=SIEN)
    nav = personne(app, **{"nir": SIEN, **ecart})
    discordant, inconnu = reclamer(nav, code), None
    texte = discordant.texte()
    assert (discordant.statut, REFUS in texte) == (422, True)
    inconnu = reclamer(nav, "ABCD-EFGH-JKMN")
    assert inconnu.texte() == texte
    assert proprietaire(demande_id) is None


def test_l_identite_concorde_sans_accents_et_avec_le_numero(app, monde, guichet):
    demande_id, code = papier_depose(guichet, nir=SIEN, nom_naissance="Le Goff-D’Arc")
    reclamer(personne(app, nom_naissance="LE GOFF D'ARC", nir=SIEN), code)
    assert proprietaire(demande_id) is not None


def test_le_numero_unique_s_il_est_ecrit_doit_etre_le_bon(app, monde, guichet, naviguer):
    demande_id, code = papier_depose(guichet)
    instructeur = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{demande_id}")
    presser(instructeur, "Enregistrer et donner le numéro unique", original_vu="oui")
    with db.sessionmaker() as session:
        numero = session.get_one(Demande, demande_id).numero_unique
    awa = personne(app)
    assert REFUS in reclamer(awa, code, numero[:-1] + "0").texte()
    assert proprietaire(demande_id) is None
    assert REFUS in reclamer(awa, "", numero).texte() or "Écrivez le code" in awa.texte()
    reclamer(awa, code, f"{numero[:3]} {numero[3:]}".lower())
    assert proprietaire(demande_id) is not None


@pytest.mark.parametrize(("heure", "sert"), [(21, True), (22, False)], ids=["le-soir", "minuit-passe"])
def test_le_code_sert_six_mois_jusqu_au_soir_du_jour_ecrit(app, monde, guichet, horloge, heure, sert):
    """Le bordereau dit « jusqu’au 24 mai 2027 » : le code n'y valait plus rien dès l'heure où il avait été remis."""
    demande_id, code = papier_depose(guichet)
    assert "jusqu’au 24 mai 2027" in guichet.texte()
    horloge.instant = datetime(2027, 5, 24, heure, 30, tzinfo=UTC)
    nav = reclamer(personne(app), code)
    assert (REFUS in nav.texte()) is not sert
    assert (proprietaire(demande_id) is not None) is sert


def test_un_nouveau_code_annule_l_ancien(app, monde, guichet):
    demande_id, ancien = papier_depose(guichet)
    guichet.ouvrir(f"/guichet/demandes/{demande_id}")
    presser(guichet, "Remettre un nouveau code de bordereau")
    assert guichet.h1 == "Nouveau bordereau"
    neuf = mots(guichet.page.find(class_="code-bordereau"))
    assert neuf != ancien
    awa = personne(app)
    assert REFUS in reclamer(awa, ancien).texte()
    reclamer(awa, neuf)
    assert proprietaire(demande_id) is not None


def test_un_guichet_qui_n_a_ni_saisi_ni_instruit_ne_donne_pas_de_code(app, monde, guichet, naviguer):
    from tests.guichet.monde import agent
    from tests.guichet.monde import guichet as nouveau_guichet

    demande_id, _ = papier_depose(guichet)
    with db.sessionmaker() as session:
        voisin = agent(session, nouveau_guichet(session, "69029", communes=("69029",))).id
    nav = naviguer(voisin).ouvrir(f"/guichet/demandes/{demande_id}")
    assert nav.statut == 200
    assert "nouveau code" not in nav.texte()
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    assert nav.poster(f"/guichet/demandes/{demande_id}/code", {"csrf_token": jeton}).statut == 404


def test_la_base_ne_garde_que_l_empreinte_du_code(app, monde, guichet, dossier):
    _, code = papier_depose(guichet)
    brut = b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))
    assert code.encode() not in brut
    assert code.replace("-", "").encode() not in brut


def test_cinq_essais_par_jour_puis_il_faut_attendre(app, monde, guichet, horloge):
    demande_id, code = papier_depose(guichet)
    awa = personne(app)
    for _ in range(5):
        assert reclamer(awa, "ABCD-EFGH-JKMN").statut == 422
    reclamer(awa, code)
    assert awa.statut == 429
    assert int(awa.reponse.headers["Retry-After"]) > 3600
    assert proprietaire(demande_id) is None
    assert "Accéder" in awa.texte(), "la page reste là, rien n’est perdu"


def test_beaucoup_de_comptes_d_un_meme_reseau_sont_freines(app, monde, guichet):
    statuts = []
    for rang in range(5):
        nav = personne(app, f"p{rang}@exemple.fr", f"{rang:043d}", prenoms=f"P{rang}")
        statuts += [reclamer(nav, "ABCD-EFGH-JKMN").statut for _ in range(5)]
    assert statuts.count(422) == 20
    assert statuts[20:] == [429] * 5


def test_une_demande_active_dans_le_territoire_le_dit_et_garde_le_code(app, monde, guichet):
    demande_id, code = papier_depose(guichet, nom_naissance="Silva", date_naissance=date(1985, 3, 12))
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, monde.ana), "y" * 43)
    ana = reclamer(Navigateur(client), code)
    assert "il ne peut y en avoir qu’une" in ana.texte()
    with db.sessionmaker() as session:
        assert session.get_one(Demande, demande_id).compte_id is None
        assert session.scalars(sa.select(CodeReclamation.utilise_le)).one() is None
        assert session.scalars(sa.select(Evenement).where(Evenement.genre == GenreEvenement.RATTACHEMENT)).all() == []


def test_apres_le_renvoi_la_personne_corrige_elle_meme_ce_qu_elle_a_repris(app, monde, guichet, naviguer):
    demande_id, code = papier_depose(guichet)
    awa = reclamer(personne(app), code)
    instructeur = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{demande_id}/renvoyer")
    presser(instructeur, "Renvoyer", motif="reponses", explication="Relisez la date.")
    awa.ouvrir("/demandes").suivre("Corriger ma demande")
    assert awa.adresse.startswith(f"/demandes/{demande_id}/etapes/")
    awa.ouvrir(f"/demandes/{demande_id}/etapes/informations-generales")
    assert "Arrivée récente en France" in awa.texte(), "la raison donnée au guichet reste lisible"
    awa.ouvrir(f"/demandes/{demande_id}/verifier")
    assert "Pièce d’identité" in mots(awa.page.find(id="manques")), "en ligne, la copie est exigée"


def deposer_sans_page(monde: Monde, instant=INSTANT) -> tuple[int, str]:
    """Une demande papier déposée, sans passer par les pages. Rend (numéro, code)."""
    from portail.demande import depot
    from portail.demande.contexte import contexte_de
    from portail.demande.creation import commencer_un_papier
    from portail.referentiels import recherche

    with db.sessionmaker() as session, session.begin():
        lieu = recherche.lieu(fabriques.VILLEURBANNE)
        demande_id = commencer_un_papier(session, monde.g1, "Un agent", lieu, "cle", instant).id
    remplir(demande_id)
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, demande_id)
        declaration = demande.declarations[0]
        depot.deposer(session, declaration, contexte_de(declaration), instant, recue_le=date(2026, 11, 20))
        return demande_id, reclamation.remettre_un_code(
            session, session.get_one(Agent, monde.accueil), demande, instant
        )


@pytest.mark.asvs("15.4.2")
def test_deux_comptes_au_meme_instant_un_seul_la_prend(app_deux_moteurs):
    monde = monter()
    demande_id, code = deposer_sans_page(monde)
    with db.sessionmaker() as session:
        comptes = [
            fabriques.compte(
                session, f"awa{rang}@exemple.fr", nom_naissance=NOM, prenoms=PRENOM, date_naissance=NAISSANCE, nir=None
            ).id
            for rang in range(2)
        ]
    ensemble, issues = threading.Barrier(2), []

    def essayer(compte_id: int) -> None:
        with app_deux_moteurs.app_context(), db.sessionmaker() as session:
            ensemble.wait()
            try:
                with session.begin():
                    reclamation.reclamer(session, session.get_one(Compte, compte_id), code, "", INSTANT)
                issues.append("prise")
            except reclamation.ReclamationRefusee:
                issues.append("refusée")

    fils = [threading.Thread(target=essayer, args=(compte_id,)) for compte_id in comptes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(issues) == ["prise", "refusée"]
    assert proprietaire(demande_id) in comptes


def test_un_code_inconnu_et_un_code_discordant_coutent_les_memes_requetes(app, monde, guichet):
    _, code = papier_depose(guichet)
    comptees: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *a: comptees.append(a[2]))

    def compter(saisie: str, **identite: object) -> list[str]:
        with db.sessionmaker() as session:
            compte = fabriques.compte(session, f"{len(comptees)}@exemple.fr", **identite)
            comptees.clear()
            with pytest.raises(reclamation.ReclamationRefusee):
                reclamation.reclamer(session, compte, saisie, "", INSTANT)
            return [requete for requete in comptees if requete.lstrip().startswith("SELECT")]

    assert compter("ABCD-EFGH-JKMN") == compter(code, nom_naissance="Autre")


def test_une_demande_jamais_deposee_n_a_pas_de_code(app, monde, guichet):
    demande_id = commencer(guichet)
    remplir(demande_id)
    jeton = guichet.page.find(attrs={"name": "csrf_token"})["value"]
    assert guichet.poster(f"/guichet/demandes/{demande_id}/code", {"csrf_token": jeton}).statut == 404
