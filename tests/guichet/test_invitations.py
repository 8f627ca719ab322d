"""Le lien d'invitation : l'ouvrir n'use rien, l'accepter le consomme, personne d'autre ne choisit le mot de passe."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from portail.db import db
from portail.guichet import agents, invitations
from portail.guichet.modeles import ActeJournal, Agent, Guichet, RoleAgent
from tests.guichet.lecture import courriels, ecritures, lien_recu, objets, un
from tests.guichet.monde import MOT_DE_PASSE, guichet
from tests.guichet.test_connexion import se_connecter
from tests.navigateur import Navigateur


def inviter(adresse: str = "lea@ville.fr") -> tuple[int, str]:
    """Un guichet, une agente invitée. Rend son numéro et son lien (sans le site)."""
    with db.sessionmaker() as session:
        chez = session.get(Guichet, 1) or guichet(session)
        lien = agents.inviter(
            session, chez, prenom="Léa", nom="Petit", adresse=adresse, role=RoleAgent.RESPONSABLE, par=None
        )
        session.commit()
        return session.query(Agent).filter_by(courriel=adresse).one().id, lien.removeprefix("http://127.0.0.1")


def accepter(nav: Navigateur, lien: str, passe: str = MOT_DE_PASSE, encore: str | None = None) -> Navigateur:
    nav.ouvrir(lien)
    return nav.envoyer({"mot_de_passe": passe, "confirmation": encore or passe}, "Enregistrer ce mot de passe")


@pytest.mark.asvs("6.4.3")
def test_le_lien_recu_mene_au_mot_de_passe_puis_a_la_connexion(app_deux_moteurs):
    numero, lien = inviter()
    assert lien_recu("lea@ville.fr") == lien
    nav = Navigateur(app_deux_moteurs.test_client())
    assert nav.ouvrir(lien).h1 == "Choisir votre mot de passe"
    assert "Léa Petit" in nav.texte()
    assert un(Agent, numero).mot_de_passe is None
    accepter(nav, lien)
    assert (nav.h1, nav.adresse) == ("Connexion des agents", "/guichet/connexion?motif=mot-de-passe")
    assert se_connecter(nav, "lea@ville.fr").h1 == "Protéger votre accès"
    assert objets(ActeJournal.AGENT) == [
        f"agent {numero} : invité comme responsable",
        f"agent {numero} : invitation acceptée",
    ]


@pytest.mark.asvs("6.4.1")
def test_ouvrir_le_lien_n_use_rien_le_prendre_si(app, nav):
    _, lien = inviter()
    for _ in range(5):
        assert nav.client.get(lien).status_code == 200
    assert nav.client.head(lien).status_code == 200
    accepter(nav, lien)
    nav.ouvrir(lien)
    assert (nav.statut, nav.h1) == (410, "Ce lien ne fonctionne plus")
    assert "Léa" not in nav.texte()


def test_un_double_clic_dit_le_mot_de_passe_choisi(app, nav, horloge):
    _, lien = inviter()
    accepter(nav, lien)
    second = {"mot_de_passe": MOT_DE_PASSE, "confirmation": MOT_DE_PASSE}
    second["csrf_token"] = nav.page.find(attrs={"name": "csrf_token"})["value"]
    assert nav.poster(lien, second).adresse == "/guichet/connexion?motif=mot-de-passe"
    horloge.avancer(minutes=1)
    assert nav.poster(lien, second).statut == 410


def test_deux_acceptations_simultanees_n_en_font_qu_une(app_deux_moteurs):
    _, lien = inviter()
    secret = lien.rsplit("/", 1)[1]

    def prendre(rang: int) -> bool:
        from portail.db import ecriture

        with app_deux_moteurs.app_context(), ecriture() as session:
            return agents.accepter(session, secret, f"haché {rang}") is not None

    with ThreadPoolExecutor(6) as fils:
        assert sorted(fils.map(prendre, range(6))) == [False] * 5 + [True]


@pytest.mark.asvs("6.4.1")
def test_le_lien_vaut_sept_jours(app, nav, horloge):
    _, lien = inviter()
    horloge.avancer(days=6, hours=23, minutes=59)
    assert nav.ouvrir(lien).statut == 200
    horloge.avancer(minutes=1)
    assert nav.ouvrir(lien).statut == 410
    jeton = nav.ouvrir("/guichet/connexion").page.find(attrs={"name": "csrf_token"})["value"]
    saisie = {"csrf_token": jeton, "mot_de_passe": MOT_DE_PASSE, "confirmation": MOT_DE_PASSE}
    assert nav.client.post(lien, data=saisie).status_code == 410


def test_un_lien_neuf_annule_l_ancien(app, nav):
    numero, ancien = inviter()
    with db.sessionmaker() as session, session.begin():
        neuf = agents.remettre_a_zero(session, session.get(Agent, numero), None)
    assert nav.ouvrir(ancien).statut == 410
    assert nav.ouvrir(neuf.removeprefix("http://127.0.0.1")).statut == 200


@pytest.mark.parametrize("colonne", ["agent", "guichet"])
def test_le_lien_d_un_agent_desactive_ou_d_un_guichet_ferme_ne_vaut_plus_rien(app, nav, horloge, colonne):
    numero, lien = inviter()
    with db.sessionmaker() as session, session.begin():
        if colonne == "agent":
            session.get(Agent, numero).desactive_le = horloge()
        else:
            session.get(Guichet, 1).ferme_le = horloge()
    assert nav.ouvrir(lien).statut == 410


@pytest.mark.parametrize(
    ("passe", "encore", "phrase"),
    [
        ("quinze signes !", None, "16 au moins"),
        ("mairie 69266 villeurbanne", None, "reprend votre nom"),
        ("abcabcabcabcabcabcabc", None, "devine facilement"),
        (MOT_DE_PASSE, f"{MOT_DE_PASSE} ", "pas les mêmes"),
        ("", None, "Choisissez un mot de passe."),
    ],
)
def test_un_mot_de_passe_faible_est_explique_et_n_use_pas_le_lien(app, nav, passe, encore, phrase):
    _, lien = inviter()
    accepter(nav, lien, passe, encore or passe)
    assert nav.statut == 422
    assert any(phrase in erreur for erreur in nav.erreurs()), nav.erreurs()
    assert nav.page.find(id="mot_de_passe").get("value") is None
    assert accepter(nav, lien).h1 == "Connexion des agents"


def test_un_lien_invente_ne_dit_rien(app, nav):
    inviter()
    for faux in ("x", "j" * 43, "é", "../connexion", "a" * 400):
        reponse = nav.client.get(f"/guichet/invitation/{faux}")
        assert reponse.status_code in {404, 410, 303}, faux


def test_l_adresse_du_lien_ne_se_transmet_ni_ne_se_garde(app, nav):
    _, lien = inviter()
    entetes = nav.client.get(lien).headers
    assert entetes["Referrer-Policy"] == "no-referrer"
    assert entetes["Cache-Control"] == "no-store"


def test_accepter_ferme_les_sessions_ouvertes(app, naviguer):
    numero, lien = inviter()
    ailleurs = naviguer(numero)
    accepter(naviguer(), lien)
    assert ailleurs.client.get("/guichet").status_code == 303


def test_les_invitations_perimees_s_oublient(app, horloge):
    numero, _ = inviter()
    horloge.avancer(days=31)
    with db.sessionmaker() as session, session.begin():
        invitations.purger(session, horloge())
    with db.sessionmaker() as session:
        assert session.query(invitations.Invitation).count() == 0
        assert session.get(Agent, numero) is not None


def test_l_invitation_d_apres_part_sous_le_numero_d_une_oubliee(app, horloge):
    """SQLite redonne ce numéro, et la boîte d'envoi se souvient trois mois de l'ancienne : rien ne partait."""
    inviter()
    horloge.avancer(days=31)
    with db.sessionmaker() as session, session.begin():
        invitations.purger(session, horloge())
    _, lien = inviter("bob@ville.fr")
    assert lien_recu("bob@ville.fr") == lien


def test_une_meme_adresse_n_est_agent_qu_une_fois(app_deux_moteurs):
    inviter()
    with db.sessionmaker() as session, pytest.raises(agents.AdresseDejaPrise):
        agents.inviter(
            session,
            session.get(Guichet, 1),
            prenom="L",
            nom="P",
            adresse="lea@ville.fr",
            role=RoleAgent.ACCUEIL,
            par=None,
        )
    assert len(courriels("lea@ville.fr")) == 1
    assert len(ecritures(ActeJournal.AGENT)) == 1, "l’acte abandonné ne laisse pas d’écriture"
