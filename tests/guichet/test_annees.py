"""Des années de suivi, par le navigateur : mise à jour, renouvelée, en retard, réactivée, abandonnée, reprise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portail import courriel, taches
from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import db
from portail.demande.contexte import contexte_de
from portail.demande.cycle_de_vie import Etat, brouillon, etat
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration, Demande, Evenement
from portail.documents.modeles import DocumentEmis, GenreDocument
from portail.guichet import acte, identite
from portail.guichet.modeles import Agent
from tests import fabriques
from tests.guichet.enregistrees import enregistrer
from tests.guichet.gestes import presser
from tests.guichet.monde import Monde
from tests.navigateur import Navigateur, mots


class Ana:
    """Ana, ses visites au fil des ans, et sa demande du Rhône."""

    def __init__(self, app, horloge, monde: Monde) -> None:
        self.app, self.horloge, self.monde = app, horloge, monde
        self.rang = iter(range(1, 50))

    def revenir(self, jour: date) -> Navigateur:
        """Une nouvelle session ce jour-là, sur le tableau de bord ; les travaux de la nuit sont passés."""
        self.horloge.instant = datetime(jour.year, jour.month, jour.day, 10, 0, tzinfo=UTC)
        taches.suivre()
        taches.passer()
        return self.entrer()

    def entrer(self) -> Navigateur:
        client = self.app.test_client()
        with db.sessionmaker() as session:
            proprietaire = session.get_one(Compte, self.monde.ana)
            fabriques.connecter(self.app, client, session, proprietaire, f"{next(self.rang):043d}")
        return Navigateur(client).ouvrir("/demandes")

    def carte(self, nav: Navigateur):
        return nav.ouvrir("/demandes").page.find(id=f"d{self.monde.demande_69}").find_parent("article")

    def mettre_a_jour(self, nav: Navigateur) -> Navigateur:
        adresse = f"/demandes/{self.monde.demande_69}/mise-a-jour"
        return nav.poster(adresse, nav.saisie(nav.ouvrir("/demandes").page.find("form", action=adresse)))

    def aller(self, nav: Navigateur, suite: str) -> Navigateur:
        return nav.ouvrir(f"/demandes/{self.monde.demande_69}/{suite}")

    @property
    def demande(self) -> Demande:
        with db.sessionmaker() as session:
            return session.get_one(Demande, self.monde.demande_69)

    def attestations(self) -> list[str]:
        requete = sa.select(DocumentEmis.acte).where(
            DocumentEmis.demande_id == self.monde.demande_69, DocumentEmis.genre == GenreDocument.ATTESTATION
        )
        with db.sessionmaker() as session:
            return list(session.scalars(requete.order_by(DocumentEmis.id)))

    def genres(self) -> list[str]:
        with db.sessionmaker() as session:
            requete = sa.select(Evenement.genre).where(Evenement.demande_id == self.monde.demande_69)
            return [genre.code for genre in session.scalars(requete.order_by(Evenement.id))]


@pytest.fixture
def ana(app, horloge, monde) -> Ana:
    enregistrer(monde.demande_69, monde.instructeur)
    return Ana(app, horloge, monde)


def lu(texte: str) -> str:
    return texte.replace("\u00a0", " ").replace("\u202f", " ")


def renouveler(ana: Ana, nav: Navigateur, montant: str) -> Navigateur:
    ana.aller(nav, "renouveler")
    return presser(
        nav, "Renouveler ma demande", **{f"revenu-{ana.monde.personne_69}-montant": montant, "atteste": "oui"}
    )


def test_dix_ans_de_suivi(ana):
    numero, anciennete = ana.demande.numero_unique, ana.demande.deposee_le

    nav = ana.revenir(date(2026, 12, 1))
    carte = lu(mots(ana.carte(nav)))
    assert "Active" in carte
    assert "avant le 24 novembre 2027 (dans 358 jours), possible dès le 24 septembre 2027" in carte

    # Mise à jour : les différences avant de soumettre, l'ancienne déclaration compte jusque-là.
    ana.mettre_a_jour(nav)
    assert nav.h1 == "Informations générales"
    ana.aller(nav, "etapes/demandeurs").envoyer({"telephone_portable": "06 99 88 77 66"}, "Poursuivre plus tard")
    assert "Vérifier et soumettre ma mise à jour" in lu(mots(ana.carte(nav)))
    ana.aller(nav, "verifier")
    texte = lu(nav.texte())
    assert "Ce que vous changez" in texte
    assert "06 99 88 77 66 (avant : 06 12 34 56 78)" in texte
    assert "un guichet compare votre identité" not in texte
    presser(nav, "Soumettre ma demande", atteste="oui")
    assert nav.h1 == "Votre demande est à jour"
    assert ana.demande.presentee_le == date(2026, 11, 24)
    assert ana.genres()[-1] == "modification"

    # Premier renouvellement, à l'ouverture : rien n'a changé, une page.
    nav = ana.revenir(date(2027, 9, 24))
    carte = lu(mots(ana.carte(nav)))
    assert "Renouvelez votre demande avant le 24 novembre 2027 (dans 61 jours)." in carte
    nav.suivre("Renouveler")
    assert "Revenu fiscal de référence 2025 (avis d’impôt 2026)" in lu(nav.texte())
    renouveler(ana, nav, "19 100")
    assert nav.h1 == "Votre demande est renouvelée"
    assert "valable jusqu’au 24 septembre 2028" in lu(nav.texte())

    # Deuxième, en retard mais dans la grâce, avec un changement.
    nav = ana.revenir(date(2028, 10, 10))
    assert "Votre demande devait être renouvelée avant le 24 septembre 2028." in lu(mots(ana.carte(nav)))
    ana.aller(nav, "renouveler")
    presser(nav, "Mettre à jour, puis renouveler")
    ana.aller(nav, "etapes/logement-actuel").envoyer({"nb_habitants": "4"}, "Poursuivre plus tard")
    assert "Soumettre renouvelle aussi votre demande." in lu(ana.aller(nav, "verifier").texte())
    presser(nav, "Soumettre ma demande", atteste="oui")
    assert nav.h1 == "Votre demande est renouvelée"
    assert ana.demande.presentee_le == date(2028, 10, 10)

    # Oubliée : prévenue cinq fois, radiée, rendue active au guichet dans le délai.
    for ecart in (-60, -30, -7, -1, 3):
        ana.revenir(date(2029, 10, 10) + timedelta(days=ecart))
    nav = ana.revenir(date(2029, 11, 11))
    carte = lu(mots(ana.carte(nav)))
    assert "Radiée" in carte
    assert "Jusqu’au 10 avril 2030, un guichet peut la rendre active" in carte
    from portail.guichet import acte, radiations
    from portail.guichet.modeles import Agent

    with db.sessionmaker() as session:
        demande = session.get_one(Demande, ana.monde.demande_69)
        agent = session.get_one(Agent, ana.monde.instructeur)
        ana.horloge.instant = datetime(2030, 4, 10, 9, 0, tzinfo=UTC)
        radiations.reactiver(session, demande, acte.version(demande), "Venue au guichet.", agent, ana.horloge())
        session.commit()
    demande = ana.demande
    assert (demande.radiee_le, demande.presentee_le) == (None, date(2030, 4, 10))
    assert etat(demande, date(2030, 4, 11)) is Etat.ACTIVE

    # Abandonnée, puis reprise au dernier jour du délai.
    nav = ana.revenir(date(2030, 6, 1))
    nav.ouvrir(f"/demandes/{ana.monde.demande_69}/abandonner")
    assert "Votre ancienneté, qui compte depuis le 24 novembre 2026." in lu(nav.texte())
    presser(nav, "Abandonner la demande", motif="loge_prive", compris="oui")
    assert "jusqu’au 1er juillet 2030" in lu(mots(ana.carte(nav)))
    nav = ana.revenir(date(2030, 7, 1))
    presser(nav, "Revenir sur mon abandon")
    demande = ana.demande
    assert (demande.numero_unique, demande.deposee_le) == (numero, anciennete)
    assert (demande.radiee_le, demande.presentee_le) == (None, date(2030, 4, 10))
    assert ana.genres()[2:] == [
        "enregistrement", "modification", "renouvellement", "renouvellement", "radiation", "reactivation",
        "renouvellement", "abandon", "radiation", "reactivation",
    ]  # fmt: skip
    assert ana.attestations() == ["renouvellement-2027-09-24", "renouvellement-2028-10-10"]
    assert ana.aller(nav, "attestation").statut == 200
    assert ana.attestations()[-1] == "renouvellement-2030-04-10"


def test_l_identite_verifiee_se_lit_et_ne_se_change_plus_en_ligne(ana):
    nav = ana.revenir(date(2026, 12, 1))
    ana.mettre_a_jour(nav)
    texte = lu(nav.texte())
    assert (
        "Un guichet a vérifié votre identité. Pour la corriger : présentez-vous à un guichet avec un document." in texte
    )
    assert "Silva" in texte
    for nom in ("civilite", "nom_naissance", "prenoms", "nir", "date_naissance-jour", "nationalite"):
        assert nav.page.find(attrs={"name": nom}) is None, nom
    saisie = nav.saisie(nav.formulaire())
    for nom, valeur in (("nom_naissance", "Autre"), ("date_naissance-annee", "1990"), ("nom_usage", "Martin")):
        saisie[nom] = valeur
    saisie["action"] = "plus-tard"
    nav.poster(f"/demandes/{ana.monde.demande_69}/etapes/informations-generales", saisie)
    with db.sessionmaker() as session:
        requete = sa.select(Declaration).where(
            Declaration.demande_id == ana.monde.demande_69, Declaration.deposee_le.is_(None)
        )
        personne = demandeur(session.scalars(requete).one())
        assert (personne.nom_naissance, personne.date_naissance) == ("Silva", date(1985, 3, 12))
        assert personne.nom_usage == "Martin"


def test_tant_que_la_mise_a_jour_n_est_pas_soumise_l_ancienne_compte(ana):
    nav = ana.revenir(date(2026, 12, 1))
    ana.mettre_a_jour(nav)
    ana.aller(nav, "etapes/souhaits").envoyer({"nb_personnes_a_loger": "3"}, "Poursuivre plus tard")
    assert lu(mots(ana.carte(nav))).startswith("Demande n°")
    with db.sessionmaker() as session:
        assert session.get_one(Demande, ana.monde.demande_69).declaration_deposee.souhaits.nb_personnes_a_loger == 1
    ana.aller(nav, "mise-a-jour/effacer")
    presser(nav, "Effacer ma mise à jour")
    with db.sessionmaker() as session:
        declarations = session.get_one(Demande, ana.monde.demande_69).declarations
        assert [d.est_brouillon for d in declarations] == [False]


def test_deux_clics_ouvrent_le_meme_brouillon(ana):
    nav = ana.revenir(date(2026, 12, 1))
    ana.mettre_a_jour(nav)
    ana.mettre_a_jour(nav)
    with db.sessionmaker() as session:
        assert len(session.get_one(Demande, ana.monde.demande_69).declarations) == 2


def test_renouveler_demande_les_revenus_et_l_attestation(ana):
    nav = ana.revenir(date(2027, 10, 1))
    ana.aller(nav, "renouveler")
    presser(nav, "Renouveler ma demande")
    assert nav.statut == 422
    assert "Écrivez ce montant, ou dites pourquoi vous n’avez pas d’avis d’impôt." in lu(nav.texte())
    assert "Cochez la case pour attester que rien n’a changé." in lu(nav.texte())
    explication = {f"revenu-{ana.monde.personne_69}-explication": "Rattachée à mes parents", "atteste": "oui"}
    presser(nav, "Renouveler ma demande", **explication)
    assert nav.h1 == "Votre demande est renouvelée"
    with db.sessionmaker() as session:
        revenu = demandeur(session.get_one(Demande, ana.monde.demande_69).declaration_deposee).revenu
        assert (revenu.a_un_avis_n2.code, revenu.rfr_n2) == ("non", None)
        assert revenu.sans_avis_explication == "Rattachée à mes parents"


def test_renouveler_deux_fois_n_en_fait_qu_un(ana):
    nav = ana.revenir(date(2027, 10, 1))
    ana.aller(nav, "renouveler")
    formulaire = nav.page.find("form", action=f"/demandes/{ana.monde.demande_69}/renouveler")
    saisie = nav.saisie(formulaire)
    saisie[f"revenu-{ana.monde.personne_69}-montant"] = "19000"
    saisie["atteste"] = "oui"
    for _ in range(2):
        nav.poster(formulaire["action"], saisie)
        assert nav.h1 == "Votre demande est renouvelée"
    assert ana.genres().count("renouvellement") == 1


def test_une_mise_a_jour_commencee_avant_l_enregistrement_ne_change_pas_l_identite_verifiee(app, horloge, monde):
    """Commencée pendant qu'un guichet vérifie, elle remplaçait ensuite le nom vérifié par un nom que nul n'a vu."""
    ana = Ana(app, horloge, monde)
    nav = ana.entrer()
    ana.mettre_a_jour(nav)
    ailleurs = {"nom_naissance": "Autre", "prenoms": "Zelda", "nom_usage": "Lopez"}
    ana.aller(nav, "etapes/informations-generales").envoyer(ailleurs, "Poursuivre plus tard")
    ana.aller(nav, "verifier")
    enregistrer(monde.demande_69, monde.instructeur)
    presser(nav, "Soumettre ma demande", atteste="oui")
    assert nav.statut == 409, "ce qui se relisait n'est plus vrai"
    presser(nav, "Soumettre ma demande", atteste="oui")
    assert nav.h1 == "Votre demande est à jour"
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, monde.demande_69)
        elle = demandeur(demande.declaration_deposee)
        assert (elle.nom_naissance, elle.prenoms, elle.nom_usage) == ("Silva", "Ana", "Lopez")
        assert demande.nom_cherche == "SILVA"


def test_une_date_refusee_dans_une_mise_a_jour_ne_se_reclame_plus_une_fois_l_identite_verifiee(app, horloge, monde):
    """Verrouillée, la question se lit sans pouvoir être corrigée : l'étape la réclamait pour toujours."""
    ana = Ana(app, horloge, monde)
    nav = ana.entrer()
    ana.mettre_a_jour(nav)
    date_fausse = {f"date_naissance-{case}": valeur for case, valeur in zip(("jour", "mois"), ("31", "2"), strict=True)}
    ana.aller(nav, "etapes/informations-generales").envoyer(date_fausse, "Poursuivre plus tard")
    assert "1 réponse à corriger" in mots(ana.aller(nav, "verifier").page)
    enregistrer(monde.demande_69, monde.instructeur)
    assert "réponse à corriger" not in mots(ana.aller(nav, "verifier").page)


def test_rectifier_l_identite_l_annee_d_apres_ne_touche_pas_aux_revenus(ana):
    """Personne ne les redemande ce jour-là : ils restent ceux de l'année où ils ont été dits."""
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, ana.monde.demande_69)
        agent = session.get_one(Agent, ana.monde.instructeur)
        identite.rectifier(
            session,
            demande,
            acte.version(demande),
            {"prenoms": "Anna"},
            "carte",
            agent,
            datetime(2027, 1, 4, tzinfo=UTC),
        )
    with db.sessionmaker() as session:
        compte = session.get_one(Demande, ana.monde.demande_69).declaration_deposee
        assert (demandeur(compte).prenoms, demandeur(compte).revenu.rfr_n2) == ("Anna", 18_400)
        assert contexte_de(compte).annee_n2 == 2024
    nav = ana.revenir(date(2027, 1, 5))
    ana.mettre_a_jour(nav)
    assert "l’avis d’impôt 2026 (revenus 2025)" in lu(ana.aller(nav, "etapes/revenu-fiscal").texte())
    with db.sessionmaker() as session:  # la mise à jour, elle, redemande
        ouvert = brouillon(session.get_one(Demande, ana.monde.demande_69))
        assert demandeur(ouvert).revenu.rfr_n2 is None


def test_renouvelee_pendant_une_panne_du_courriel_elle_n_est_pas_rappelee_ensuite(ana, monkeypatch):
    monkeypatch.setattr(courriel, "_transporter", lambda *_: (_ for _ in ()).throw(OSError("serveur en panne")))
    nav = ana.revenir(date(2027, 11, 27))
    monkeypatch.undo()
    renouveler(ana, nav, "19 100")
    taches.passer()
    with db.sessionmaker() as session:
        sujets = session.scalars(sa.select(Envoi.sujet)).all()
    assert "Votre renouvellement est enregistré" in sujets
    assert "Votre demande n’a pas été renouvelée" not in sujets


def test_l_enfant_attendu_l_an_passe_se_relit_avant_de_renouveler(ana):
    nav = ana.revenir(date(2027, 10, 1))
    phrase = "L’enfant est né ? Ajoutez-le parmi les personnes à charge"
    assert phrase not in lu(ana.aller(nav, "renouveler").texte())
    with db.engine.begin() as connexion:
        connexion.execute(sa.text("UPDATE foyer SET attend_un_enfant = 'oui', naissance_prevue_le = '2027-02-01'"))
    assert phrase in lu(ana.aller(nav, "renouveler").texte())
    ana.mettre_a_jour(nav)
    assert phrase in lu(ana.aller(nav, "etapes/composition-du-foyer").texte())
    assert phrase in lu(mots(ana.aller(nav, "verifier").page.find(id="a-relire")))


def test_ouverte_avant_minuit_le_31_decembre_la_page_n_ecrit_pas_sous_l_autre_annee(ana):
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, ana.monde.demande_69).presentee_le = date(2027, 1, 5)
    ana.horloge.instant = datetime(2027, 12, 31, 22, 55, tzinfo=UTC)
    nav = ana.entrer()
    case = f"revenu-{ana.monde.personne_69}-montant"
    ana.aller(nav, "renouveler")
    assert "Revenu fiscal de référence 2025" in nav.texte()
    ana.horloge.avancer(minutes=10)
    presser(nav, "Renouveler ma demande", **{case: "21 000", "atteste": "oui"})
    assert nav.statut == 409
    assert "Donnez les revenus de la nouvelle année." in nav.texte()
    assert "Revenu fiscal de référence 2026" in nav.texte()
    assert not nav.page.find(attrs={"name": case}).get("value")
    presser(nav, "Renouveler ma demande", **{case: "22 000", "atteste": "oui"})
    assert nav.h1 == "Votre demande est renouvelée"


def test_avec_une_mise_a_jour_ouverte_renouveler_la_propose(ana):
    nav = ana.revenir(date(2027, 10, 1))
    ana.mettre_a_jour(nav)
    ana.aller(nav, "renouveler")
    assert "Vous avez commencé une mise à jour" in nav.texte()
    assert nav.page.find("form", action=f"/demandes/{ana.monde.demande_69}/renouveler") is None


@pytest.mark.parametrize("jour", [date(2027, 9, 23), date(2026, 12, 1)])
def test_avant_l_ouverture_on_ne_renouvelle_pas(ana, jour):
    nav = ana.revenir(jour)
    assert ana.aller(nav, "renouveler").adresse == "/demandes"
    assert ana.genres()[-1] == "enregistrement"


def test_un_guichet_renouvelle_pendant_que_la_personne_relit(ana):
    """Rien n'est écrasé : elle relit ce qui change par rapport à ce qui compte maintenant."""
    nav = ana.revenir(date(2027, 10, 1))
    ana.mettre_a_jour(nav)
    ana.aller(nav, "verifier")
    from portail.demande.renouvellement import RevenuDeclare
    from portail.guichet import acte, vie
    from portail.guichet.modeles import Agent

    with db.sessionmaker() as session:
        demande = session.get_one(Demande, ana.monde.demande_69)
        agent = session.get_one(Agent, ana.monde.accueil)
        revenus = {ana.monde.personne_69: RevenuDeclare(20_000, None)}
        vie.renouveler(session, demande, acte.version(demande), revenus, agent, ana.horloge())
        session.commit()
    presser(nav, "Soumettre ma demande", atteste="oui")
    assert nav.statut == 409
    assert "Relisez-la avant de soumettre." in nav.texte()
    assert "revenus 2025) ? : pas de réponse (avant : Oui)" in lu(nav.texte())
    assert ana.genres()[-1] == "renouvellement"


def test_l_abandon_se_confirme_et_dit_pourquoi(ana):
    nav = ana.revenir(date(2026, 12, 1))
    ana.aller(nav, "abandonner")
    presser(nav, "Abandonner la demande")
    assert nav.statut == 422
    assert "Choisissez une raison." in lu(nav.texte())
    assert "Cochez la case pour confirmer" in lu(nav.texte())
    assert ana.demande.radiee_le is None
    presser(nav, "Abandonner la demande", motif="delai", compris="oui")
    assert (ana.demande.motif_radiation, ana.genres()[-2:]) == ("b", ["abandon", "radiation"])
    assert mots(nav.page.find(id="fait")) == "Votre demande est abandonnée."
    with db.sessionmaker() as session:
        envois = session.scalars(sa.select(Envoi).where(Envoi.cle.like("abandon-%"))).all()
        assert [envoi.sujet for envoi in envois] == ["Vous avez abandonné votre demande"]
        assert "jusqu’au 31 décembre 2026" in envois[0].corps
        assert not session.scalars(sa.select(Envoi).where(Envoi.cle.like("radiation-%"))).all()


def test_trente_et_un_jours_apres_l_abandon_est_definitif(ana):
    nav = ana.revenir(date(2026, 12, 1))
    ana.aller(nav, "abandonner")
    presser(nav, "Abandonner la demande", motif="autre", compris="oui")
    nav = ana.revenir(date(2027, 1, 1))
    assert "Revenir sur mon abandon" not in nav.texte()
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    nav.poster(f"/demandes/{ana.monde.demande_69}/abandonner/annuler", {"csrf_token": jeton})
    assert (nav.statut, nav.h1) == (409, "Abandon définitif")
    assert ana.demande.radiee_le is not None


def test_une_radiation_par_le_guichet_ne_s_annule_pas_en_ligne(ana):
    nav = ana.revenir(date(2026, 12, 1))
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, ana.monde.demande_69)
        demande.radiee_le, demande.motif_radiation = ana.horloge(), "c"
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    nav.poster(f"/demandes/{ana.monde.demande_69}/abandonner/annuler", {"csrf_token": jeton})
    assert nav.statut == 409
    assert ana.demande.radiee_le is not None
    assert "un guichet peut la rendre active" in lu(mots(ana.carte(nav)))


def test_une_demande_abandonnee_ne_se_remplit_plus(ana):
    nav = ana.revenir(date(2026, 12, 1))
    ana.mettre_a_jour(nav)
    ana.aller(nav, "abandonner")
    presser(nav, "Abandonner la demande", motif="delai", compris="oui")
    for suite in ("/etapes/motifs", ""):
        assert "Radiée" in nav.ouvrir(f"/demandes/{ana.monde.demande_69}{suite}").texte(), suite


def test_une_demande_abandonnee_ne_se_soumet_plus(ana):
    nav = ana.revenir(date(2026, 12, 1))
    ana.mettre_a_jour(nav)
    ana.aller(nav, "verifier")
    formulaire = nav.saisie(nav.formulaire("atteste"))
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, ana.monde.demande_69)
        demande.radiee_le, demande.motif_radiation = ana.horloge(), "b"
    formulaire["atteste"] = "oui"
    nav.poster(f"/demandes/{ana.monde.demande_69}/verifier", formulaire)
    assert nav.adresse == "/demandes"
    assert ana.genres()[-1] == "enregistrement"
