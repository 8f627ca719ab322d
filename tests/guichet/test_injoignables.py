"""« Appeler ou écrire » : qui le courriel n'atteint pas, les lettres, et noter que c'est fait."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from portail.courriel import Envoi
from portail.db import db
from portail.demande.modeles import Coordonnees, Demande, RappelPrepare, Role
from portail.guichet import injoignables, instruction
from portail.guichet.injoignables import Motif
from portail.guichet.lettres import _corriger, adresse_postale
from portail.guichet.modeles import ActeJournal, Agent, MotifRenvoi, Renvoi, RenvoiChamp
from tests.demande import memoire
from tests.documents.controles import controler
from tests.fabriques import INSTANT, LYON, OUI
from tests.guichet.enregistrees import enregistrer
from tests.guichet.gestes import presser
from tests.guichet.lecture import ecritures, lire, un
from tests.guichet.monde import Monde, monter
from tests.guichet.test_echanges_import import agent
from tests.guichet.test_tableau_de_bord import dater
from tests.navigateur import Navigateur
from tests.socle.applications import compter

PRESENTEE = date(2025, 12, 1)
LISTE = "/guichet/appeler-ou-ecrire"


def renvoyer(monde: Monde) -> None:
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, monde.demande_69)
        cle = ("demandeurs", "contact", "", "telephone_portable")
        instruction.renvoyer(
            session, demande, demande.declaration_deposee_id, session.get_one(Agent, monde.instructeur),
            MotifRenvoi.PIECE_PERIMEE, "La carte a expiré en mars.", {cle: "Il manque un chiffre."}, INSTANT,
        )  # fmt: skip
        session.commit()


def sans_compte(demande_id: int) -> None:
    dater(demande_id, compte_id=None)


def rappel_a_faire(demande_id: int) -> None:
    """Un rappel que la tâche de nuit n'a pas pu envoyer."""
    dater(demande_id, presentee_le=PRESENTEE)
    with db.sessionmaker() as session, session.begin():
        session.add(
            RappelPrepare(
                demande_id=demande_id, presentee_le=PRESENTEE, jours=-30, prepare_le=INSTANT, par_courriel=False,
                a_faire_le=INSTANT,
            )
        )  # fmt: skip


def abandonner_les_courriels(instant=INSTANT) -> None:
    with db.engine.begin() as connexion:
        connexion.execute(sa.update(Envoi.__table__).values(prochain_essai_le=None, envoye_le=None, cree_le=instant))


def lus(agent_id: int) -> list[tuple[int, Motif]]:
    with db.sessionmaker() as session:
        return [(p.demande.id, p.motif) for p in injoignables.lire(session, agent(agent_id)).personnes]


def noter(agent_id: int, *demandes: int, instant=INSTANT) -> int:
    with db.sessionmaker() as session:
        nombre = injoignables.noter(session, session.get_one(Agent, agent_id), demandes, instant)
        session.commit()
        return nombre


def test_les_trois_raisons_sur_les_deux_moteurs(app_deux_moteurs):
    monde = monter()
    assert lus(monde.accueil) == []
    renvoyer(monde)
    assert lus(monde.accueil) == [], "Ana a un compte : elle a reçu un courriel"
    sans_compte(monde.demande_69)
    assert lus(monde.accueil) == [(monde.demande_69, Motif.CORRIGER)]
    assert lus(monde.ailleurs) == [], "pas d’un autre territoire"
    enregistrer(monde.demande_75, monde.ailleurs)
    abandonner_les_courriels()
    assert lus(monde.ailleurs) == [(monde.demande_75, Motif.COURRIEL)]
    rappel_a_faire(monde.demande_75)
    assert lus(monde.ailleurs) == [(monde.demande_75, Motif.RENOUVELER)]
    assert noter(monde.ailleurs, monde.demande_75, monde.demande_69) == 1, "celle d’un autre territoire ne change pas"
    assert lus(monde.ailleurs) == []
    (rappel,) = lire(sa.select(RappelPrepare))
    assert rappel.traite_le == INSTANT
    (ecriture,) = ecritures(ActeJournal.MESSAGE)
    assert (ecriture.demande_id, ecriture.objet) == (monde.demande_75, "personne prévenue : à renouveler")


def test_prevenue_elle_revient_si_un_autre_courriel_se_perd(monde):
    enregistrer(monde.demande_69, monde.instructeur)
    abandonner_les_courriels()
    assert noter(monde.accueil, monde.demande_69) == 1
    assert lus(monde.accueil) == []
    abandonner_les_courriels(INSTANT + timedelta(days=2))
    assert lus(monde.accueil) == [(monde.demande_69, Motif.COURRIEL)]


def test_un_courriel_en_attente_ou_parti_n_est_pas_perdu(monde):
    enregistrer(monde.demande_69, monde.instructeur)
    assert lus(monde.accueil) == []
    with db.engine.begin() as connexion:
        connexion.execute(sa.update(Envoi.__table__).values(prochain_essai_le=None, envoye_le=INSTANT))
    assert lus(monde.accueil) == []


@pytest.mark.parametrize("changement", [{"presentee_le": date(2026, 11, 20)}, {"radiee_le": INSTANT}])
def test_une_demande_renouvelee_ou_radiee_n_est_plus_a_renouveler(monde, changement):
    enregistrer(monde.demande_69, monde.instructeur)
    rappel_a_faire(monde.demande_69)
    assert lus(monde.accueil) == [(monde.demande_69, Motif.RENOUVELER)]
    dater(monde.demande_69, **changement)
    assert lus(monde.accueil) == []


@pytest.fixture
def nav(monde: Monde, naviguer) -> Navigateur:
    """Un agent d'accueil ; Ana, sans compte, doit corriger."""
    renvoyer(monde)
    sans_compte(monde.demande_69)
    return naviguer(monde.accueil).ouvrir(LISTE)


def ecrire(nav: Navigateur, **reponses: str):
    """Les lettres des personnes cochées, contrôlées comme tout document, prêtes à lire."""
    valeurs = nav.saisie(nav.formulaire("demande"))
    for nom, valeur in reponses.items():
        valeurs.setlist(nom, [valeur])
    reponse = nav.client.post(f"{LISTE}/lettres.pdf", data=valeurs, base_url=nav.base)
    assert (reponse.status_code, reponse.mimetype) == (200, "application/pdf")
    assert reponse.headers["Content-Disposition"].startswith('attachment; filename="lettres-2026')
    return " ".join(controler(reponse.data).tout()).replace("\u00a0", " ")


def test_la_liste_donne_de_quoi_appeler(monde, nav):
    assert nav.h1 == "Appeler ou écrire"
    assert "Ana Silva À corriger depuis le 24 novembre 2026 06 12 34 56 78" in nav.texte()
    assert nav.page.find("a", href="tel:0612345678") is not None


def test_la_lettre_dit_quoi_corriger_et_s_inscrit(monde, nav):
    tout = ecrire(nav)
    assert "Ana Silva Chez Marta Silva 12 rue des Lilas 69100 Villeurbanne" in tout
    assert "Votre demande est à corriger" in tout
    assert "La pièce d’identité ou le titre de séjour est périmé. • La carte a expiré en mars." in tout
    assert "Téléphone portable : Il manque un chiffre." in tout
    (ecriture,) = ecritures(ActeJournal.LECTURE)
    assert (ecriture.demande_id, ecriture.objet) == (monde.demande_69, "lettre préparée : selon")
    assert "lettre préparée le 24 novembre 2026" in nav.ouvrir(LISTE).texte(), "préparée, elle n’est pas encore partie"


def test_la_lettre_dit_de_qui_parle_chaque_remarque(app):
    """« Prénom(s) : deux n » ne disait pas lequel des enfants."""
    foyer = memoire.declaration()
    lea, max_ = (memoire.ajouter(foyer, Role.A_CHARGE, prenoms=prenom) for prenom in ("Léa", "Max"))
    lea.cle, max_.cle, foyer.personnes[0].cle = "lea", "max", "ana"
    de_l_enfant = ("composition-du-foyer", "a-charge", "prenoms")
    champs = [
        RenvoiChamp(etape=etape, section=section, champ=champ, personne=cle, remarque="À relire.")
        for (etape, section, champ), cle in [
            (de_l_enfant, "lea"),
            (de_l_enfant, "max"),
            (("informations-generales", "identite", "prenoms"), "ana"),
        ]
    ]
    demande = foyer.demande
    demande.declaration_deposee, demande.renvoyee_le = foyer, INSTANT
    demande.renvois.append(Renvoi(motif=MotifRenvoi.PIECE_PERIMEE, champs=champs, renvoye_le=INSTANT))
    _objet, corps = _corriger(demande)
    assert [ligne.replace("\u00a0", " ") for ligne in corps[corps.index("À revoir :") + 1]] == [
        "Prénom(s) (Léa) : À relire.",
        "Prénom(s) (Max) : À relire.",
        "Prénom(s) : À relire.",
    ]


def test_noter_la_fait_quitter_la_liste(monde, nav):
    nav.poster(LISTE, nav.saisie(nav.formulaire("demande")))
    assert nav.h1 == "Noter les personnes prévenues", "toutes sont cochées d’avance : la liste se relit"
    assert "Ana Silva" in nav.texte()
    assert ecritures(ActeJournal.MESSAGE) == []
    presser(nav, "Oui, cette personne est prévenue")
    assert "C’est noté : 1 personne prévenue aujourd’hui." in nav.texte()
    assert "Personne n’attend d’être prévenu." in nav.texte()


def test_la_lettre_de_renouvellement(monde, naviguer):
    numero = enregistrer(monde.demande_69, monde.instructeur)
    rappel_a_faire(monde.demande_69)
    nav = naviguer(monde.accueil).ouvrir(LISTE)
    tout = ecrire(nav)
    assert "est valable jusqu’au 1er décembre 2026" in tout
    assert f"{numero[:3]} {numero[3:5]}" in tout
    assert "R441-2-8" in tout


def test_la_lettre_de_renouvellement_apres_l_echeance(monde, naviguer, horloge):
    enregistrer(monde.demande_69, monde.instructeur)
    rappel_a_faire(monde.demande_69)
    dater(monde.demande_69, enregistree_le=INSTANT)
    horloge.avancer(days=10)
    nav = naviguer(monde.accueil).ouvrir(LISTE)
    tout = ecrire(nav)
    assert "n’est plus valable depuis le 1er décembre 2026" in tout


def test_une_convocation_demande_le_jour_l_heure_et_l_objet(monde, nav):
    presser(nav, "Préparer les lettres", lettre="convocation")
    assert nav.statut == 422
    assert len(nav.erreurs()) == 3
    rendez_vous = {
        "lettre": "convocation",
        "jour-jour": "3",
        "jour-mois": "12",
        "jour-annee": "2026",
        "heure": "14 h 30",
    }
    nav.ouvrir(LISTE)
    passe = presser(nav, "Préparer les lettres", **{**rendez_vous, "jour-mois": "1", "objet": "Voir vos papiers"})
    assert passe.erreurs() == ["Ce jour est passé."]
    nav.ouvrir(LISTE)
    tout = ecrire(nav, **rendez_vous, objet="Voir vos papiers")
    assert "Nous vous attendons le 3 décembre 2026 à 14 h 30" in tout
    assert "Voir vos papiers" in tout


@pytest.mark.parametrize("bouton", ["/guichet/appeler-ou-ecrire", "/guichet/appeler-ou-ecrire/lettres.pdf"])
def test_sans_personne_cochee_on_le_dit(monde, nav, bouton):
    valeurs = nav.saisie(nav.formulaire("demande"))
    for cochees in ([], ["x"], [str(monde.demande_75)], [str(2**31)], ["9" * 30], ["9" * 5000]):
        valeurs.setlist("demande", cochees)
        nav.poster(bouton, valeurs)
        assert nav.statut == 422
        assert "Cochez d’abord au moins une personne." in nav.texte()
    assert ecritures(ActeJournal.MESSAGE) == []


def test_sans_adresse_postale_il_faut_appeler(monde, nav):
    with db.engine.begin() as connexion:
        table = Coordonnees.__table__
        connexion.execute(sa.update(table).values(sans_domicile=OUI, domiciliation=None, telephone_portable=None))
    presser(nav.ouvrir(LISTE), "Préparer les lettres")
    assert nav.statut == 422
    assert "n’a d’adresse postale" in nav.texte()
    assert "pas de téléphone (pas d’adresse postale)" in nav.texte()


@pytest.mark.parametrize(
    ("valeurs", "attendue"),
    [
        ({"adresse_numero": "12", "adresse_voie": "rue A", "adresse_code_postal": "69003", "adresse_commune": LYON}, ("12 rue A", "69003 Lyon")),
        ({"sans_domicile": OUI, "domiciliation": "CCAS, 69100 Villeurbanne"}, ("CCAS, 69100 Villeurbanne",)),
        ({"sans_domicile": OUI}, ()),
        ({}, ()),
        ({"heberge_chez": "Marta"}, ()),
        (
            {"adresse_voie": "rue A", "courrier_different": OUI, "courrier_chez": "Marta", "courrier_numero": "3",
             "courrier_voie": "rue B", "courrier_code_postal": "69003", "courrier_commune": LYON},
            ("Chez Marta", "3 rue B", "69003 Lyon"),
        ),
        (
            {"courrier_different": OUI, "courrier_a_l_etranger": OUI, "courrier_voie": "rue B",
             "courrier_ville_etrangere": "1000 Bruxelles", "courrier_pays": "Belgique"},
            ("rue B", "1000 Bruxelles", "Belgique"),
        ),
    ],
)  # fmt: skip
def test_le_courrier_va_la_ou_il_arrive(app, valeurs, attendue):
    assert adresse_postale(Coordonnees(**valeurs)) == attendue


def test_la_liste_se_lit_page_par_page_sans_requete_par_personne(monde, nav, monkeypatch):
    enregistrer(monde.demande_75, monde.ailleurs)
    sans_compte(monde.demande_75)
    rappel_a_faire(monde.demande_75)
    dater(monde.demande_75, territoire="069")
    with compter(db.engine) as ordres:
        nav.ouvrir(LISTE)
    assert len(ordres) <= 6, "\n".join(ordres)
    monkeypatch.setattr(injoignables, "PAGE", 1)
    premiere = nav.ouvrir(LISTE).texte()
    suivante = nav.suivre("Voir les personnes suivantes").texte()
    assert ("À corriger" in premiere, "À renouveler" in premiere) == (True, False)
    assert ("À corriger" in suivante, "À renouveler" in suivante) == (False, True)
    assert un(Demande, monde.demande_75).numero_unique is not None
