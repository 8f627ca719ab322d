"""La vie d'une demande au guichet, acte par acte, sur SQLite et PostgreSQL ; deux agents en même temps, un seul acte."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from portail.assistance.modeles import Message
from portail.db import db
from portail.demande.foyer import demandeur
from portail.demande.modeles import Demande
from portail.demande.renouvellement import RevenuDeclare
from portail.guichet import acces, acte, identite, radiations, vie
from portail.guichet.instruction import Conflit
from portail.guichet.modeles import Agent
from tests.guichet.enregistrees import enregistrer
from tests.guichet.monde import Monde, guichet, monter


def agir(monde: Monde, geste) -> None:
    """Un acte de l'instructeur, dans sa transaction, la demande verrouillée."""
    with db.sessionmaker() as session:
        agent = session.get_one(Agent, monde.instructeur)
        demande = acces.demande_a_instruire(session, agent, monde.demande_69)
        geste(session, demande, acte.version(demande), agent)
        session.commit()


def lire(monde: Monde) -> Demande:
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, monde.demande_69)
        assert demandeur(demande.declaration_deposee).nom_naissance
        return demande


def test_chaque_acte_sur_les_deux_moteurs(app_deux_moteurs, horloge):
    monde = monter()
    enregistrer(monde.demande_69, monde.instructeur)
    with db.sessionmaker() as session:
        autre = guichet(session, "69123").id
    horloge.avancer(days=320)
    instant = horloge()
    revenus = {monde.personne_69: RevenuDeclare(19_000, None)}
    agir(monde, lambda s, d, v, a: vie.renouveler(s, d, v, revenus, a, instant))
    agir(monde, lambda s, d, v, a: identite.rectifier(s, d, v, {"nom_naissance": "Da Silva"}, "carte", a, instant))
    agir(monde, lambda s, d, v, a: vie.ecrire(s, d, "Bonjour.", a, instant))
    agir(monde, lambda s, d, v, a: vie.transferer(s, d, v, autre, "Déménagement.", a, instant))
    agir(monde, lambda s, d, v, a: radiations.avertir(s, d, v, "c", "Sans réponse.", a, instant))
    agir(monde, lambda s, d, v, a: radiations.lever_l_avertissement(s, d, v, a, instant))
    agir(monde, lambda s, d, v, a: radiations.radier(s, d, v, "b", "Courrier.", a, instant))
    agir(monde, lambda s, d, v, a: radiations.reactiver(s, d, v, "Elle revient.", a, instant))
    demande = lire(monde)
    assert (demande.presentee_le, demande.guichet_id, demande.radiee_le) == (date(2027, 10, 10), autre, None)
    assert demandeur(demande.declaration_deposee).nom_naissance == "Da Silva"
    assert demandeur(demande.declaration_deposee).revenu.rfr_n2 == 19_000
    with db.sessionmaker() as session:
        assert session.query(Message).one().texte == "Bonjour."


def test_deux_agents_radient_en_meme_temps_un_seul_le_fait(app_deux_moteurs, horloge):
    monde = monter()
    enregistrer(monde.demande_69, monde.instructeur)
    vue = acte.version(lire(monde))

    def radier(_rang: int) -> str:
        with app_deux_moteurs.app_context():
            try:
                agir(monde, lambda s, d, _v, a: radiations.radier(s, d, vue, "b", "Courrier.", a, horloge()))
            except Conflit:
                return "conflit"
            return "radiée"

    with ThreadPoolExecutor(2) as fils:
        assert sorted(fils.map(radier, range(2))) == ["conflit", "radiée"]
    with db.sessionmaker() as session:
        genres = [evenement.genre.code for evenement in session.get_one(Demande, monde.demande_69).evenements]
    assert genres.count("radiation") == 1
