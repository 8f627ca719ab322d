"""Fermer un guichet : ses demandes, ses papiers, ses questions et ses agents ont tous une suite, sur les deux moteurs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail.assistance import fils
from portail.assistance.modeles import Fil
from portail.conservation import detachement
from portail.db import db, ecriture
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet import agents, fermeture, porte_saisie
from portail.guichet.guichets import GuichetRefuse
from portail.guichet.modeles import ActeJournal, Agent, Guichet, RoleAgent
from portail.regles.numero_unique import lisible
from tests.fabriques import INSTANT
from tests.guichet.enregistrees import enregistrer
from tests.guichet.lecture import courriels, ecritures, lire, objets, un
from tests.guichet.monde import LYON, Monde, guichet, monter


@pytest.fixture
def monde_deux_moteurs(app_deux_moteurs) -> Monde:
    return monter()


def ouvrir_a_lyon(code: str = "69123", **valeurs: object) -> int:
    with db.sessionmaker() as session:
        return guichet(session, code, communes=(LYON,), nom=f"Mairie {code}", **valeurs).id


def fermer(code: str = "69266", vers: str | None = None) -> fermeture.Bilan:
    return fermeture.fermer(code, vers, INSTANT)


def refus(code: str = "69266", vers: str | None = None) -> str:
    with pytest.raises(GuichetRefuse) as leve:
        fermer(code, vers)
    return str(leve.value)


def changer(monde: Monde, **valeurs: object) -> None:
    with db.sessionmaker() as session, session.begin():
        for nom, valeur in valeurs.items():
            setattr(session.get_one(Demande, monde.demande_69), nom, valeur)


def test_ses_demandes_passent_au_guichet_de_leur_commune_et_la_personne_le_sait(monde_deux_moteurs):
    monde, lyon = monde_deux_moteurs, ouvrir_a_lyon()
    bilan = fermer()
    assert (bilan.reprises, bilan.agents) == ({"Mairie 69123": 1}, 3)
    assert un(Demande, monde.demande_69).guichet_id == lyon
    assert un(Demande, monde.demande_75).guichet_id == monde.g2, "l’autre territoire ne bouge pas"
    (evenement,) = lire(sa.select(Evenement).where(Evenement.genre == GenreEvenement.TRANSFERT))
    assert (evenement.demande_id, evenement.organisme) == (monde.demande_69, "Mairie 69123")
    assert "/evenements" in courriels("ana@exemple.fr")[-1].corps
    assert objets(ActeJournal.TRANSFERT) == ["de 69266 à 69123, guichet fermé"]
    assert objets(ActeJournal.GUICHET) == ["guichet fermé"]
    assert {e.guichet_code for e in ecritures(ActeJournal.TRANSFERT, ActeJournal.GUICHET)} == {"69266"}
    assert un(Guichet, monde.g1).ferme_le == INSTANT
    assert lire(sa.select(Agent.id).where(Agent.guichet_id == monde.g1, Agent.desactive_le.is_(None))) == []
    assert "déjà fermé" in refus()


def test_ses_agents_sont_mis_dehors_et_le_public_ne_le_voit_plus(monde, naviguer):
    ouvrir_a_lyon()
    agente, public = naviguer(monde.responsable), naviguer()
    assert "Mairie 69266" in public.ouvrir("/guichets?ou=69266").texte()
    fermer()
    assert agente.ouvrir("/guichet/demandes").adresse.startswith("/guichet/connexion")
    assert "Mairie 69266" not in public.ouvrir("/guichets?ou=69266").texte()


def test_personne_pour_reprendre_rien_ne_ferme(monde_deux_moteurs):
    monde = monde_deux_moteurs
    assert "du territoire 069" in refus()
    ouvrir_a_lyon()
    ouvrir_a_lyon("69381")
    assert "--vers" in refus(), "deux guichets, aucun désigné pour Villeurbanne"
    assert "du territoire 069" in refus(vers="75056"), "celui-là ne couvre pas le Rhône"
    assert "il ferme" in refus(vers="69266")
    assert "Aucun guichet n’a le code 00000" in refus(vers="00000")
    assert un(Guichet, monde.g1).ferme_le is None
    assert un(Agent, monde.responsable).desactive_le is None
    assert un(Demande, monde.demande_69).guichet_id == monde.g1
    assert ecritures(ActeJournal.TRANSFERT) == []
    assert fermer(vers="69381").reprises == {"Mairie 69381": 1}


def test_un_papier_en_cours_de_saisie_retient_le_guichet(monde_deux_moteurs):
    ouvrir_a_lyon()
    changer(monde_deux_moteurs, saisie_guichet_id=monde_deux_moteurs.g1, compte_id=None, deposee_le=None)
    assert "1 demande(s) papier" in refus()
    changer(monde_deux_moteurs, radiee_le=INSTANT)
    fermer()


def test_un_papier_depose_se_remplit_chez_qui_le_reprend(monde_deux_moteurs):
    monde, lyon = monde_deux_moteurs, ouvrir_a_lyon()
    changer(monde, saisie_guichet_id=monde.g1, compte_id=None)
    fermer()
    assert un(Demande, monde.demande_69).saisie_guichet_id == lyon
    with db.sessionmaker() as session:
        reprenante = Agent(guichet_id=lyon)
        assert porte_saisie.est_de_ce_guichet(session, reprenante, monde.demande_69)


def test_un_papier_repris_en_ligne_puis_rendu_ne_revient_pas_au_guichet_ferme(monde_deux_moteurs):
    monde, lyon = monde_deux_moteurs, ouvrir_a_lyon()
    changer(monde, saisie_guichet_id=monde.g1)
    fermer()
    with ecriture() as session:
        detachement.detacher(session, monde.ana, INSTANT)
    assert un(Demande, monde.demande_69).compte_id is None
    assert un(Demande, monde.demande_69).saisie_guichet_id == lyon


def test_une_radiee_change_de_guichet_sans_que_rien_ne_parte(monde_deux_moteurs):
    lyon = ouvrir_a_lyon()
    changer(monde_deux_moteurs, radiee_le=INSTANT)
    avant = len(courriels("ana@exemple.fr"))
    fermer()
    assert un(Demande, monde_deux_moteurs.demande_69).guichet_id == lyon
    assert len(courriels("ana@exemple.fr")) == avant
    assert lire(sa.select(Evenement).where(Evenement.genre == GenreEvenement.TRANSFERT)) == []


def test_les_questions_suivent_leur_demande_les_autres_vont_au_territoire(monde_deux_moteurs):
    monde, lyon = monde_deux_moteurs, ouvrir_a_lyon()
    with ecriture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        for sujet in (demande, None):
            fil = fils.ouvrir(session, monde.ana, "069", sujet, monde.g1, INSTANT)
            fil.agent_id = monde.accueil
    fermer()
    suivis = {fil.demande_id: (fil.guichet_id, fil.agent_id) for fil in lire(sa.select(Fil))}
    assert suivis == {monde.demande_69: (lyon, None), None: (None, None)}


def test_coupee_en_route_la_fermeture_relancee_finit(monde_deux_moteurs, monkeypatch):
    monde, lyon = monde_deux_moteurs, ouvrir_a_lyon()
    with db.sessionmaker() as session, session.begin():
        autre = session.get_one(Demande, monde.demande_75)
        autre.compte_id, autre.guichet_id, autre.territoire = None, monde.g1, "069"
    monkeypatch.setattr(fermeture, "LOT", 1)
    lots = iter([fermeture._confier_un_lot])

    def couper(*arguments: object) -> int:
        if (confier := next(lots, None)) is None:
            raise KeyboardInterrupt
        return confier(*arguments)

    with monkeypatch.context() as coupure:
        coupure.setattr(fermeture, "_confier_un_lot", couper)
        with pytest.raises(KeyboardInterrupt):
            fermer()
    assert {un(Demande, numero).guichet_id for numero in (monde.demande_69, monde.demande_75)} == {lyon, monde.g1}
    assert fermer().reprises == {"Mairie 69123": 1}
    assert {un(Demande, numero).guichet_id for numero in (monde.demande_69, monde.demande_75)} == {lyon}
    assert objets(ActeJournal.GUICHET) == ["guichet fermé"]


def test_coupee_avant_les_questions_la_fermeture_relancee_les_passe(monde_deux_moteurs, monkeypatch):
    monde = monde_deux_moteurs
    ouvrir_a_lyon()
    with ecriture() as session:
        fils.ouvrir(session, monde.ana, "069", None, monde.g1, INSTANT)

    def couper(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as coupure:
        coupure.setattr(fermeture, "_confier_les_questions", couper)
        with pytest.raises(KeyboardInterrupt):
            fermer()
    assert fermer().reprises == {}
    assert [fil.guichet_id for fil in lire(sa.select(Fil))] == [None]
    assert "déjà fermé" in refus()


def test_rouvrir_ne_rend_que_le_guichet(monde_deux_moteurs):
    monde, lyon = monde_deux_moteurs, ouvrir_a_lyon()
    fermer()
    with ecriture() as session:
        fermeture.rouvrir(session, "69266")
    with pytest.raises(GuichetRefuse, match="déjà ouvert"), ecriture() as session:
        fermeture.rouvrir(session, "69266")
    assert un(Guichet, monde.g1).ferme_le is None
    assert un(Demande, monde.demande_69).guichet_id == lyon
    assert un(Agent, monde.responsable).desactive_le is not None
    assert objets(ActeJournal.GUICHET)[-1] == "guichet rouvert"


def test_un_agent_coupe_est_repris_par_un_autre_guichet(monde_deux_moteurs):
    monde, adresse = monde_deux_moteurs, un(Agent, monde_deux_moteurs.accueil).courriel
    with db.sessionmaker() as session, session.begin():
        session.get_one(Agent, monde.accueil).desactive_le = INSTANT
        demande = session.get_one(Demande, monde.demande_69)
        fils.ouvrir(session, monde.ana, "069", demande, monde.g1, INSTANT).agent_id = monde.accueil
    with ecriture() as session:
        g2, chef = session.get_one(Guichet, monde.g2), session.get_one(Agent, monde.ailleurs)
        agents.inviter(
            session, g2, prenom="Léa", nom="Roy", adresse=adresse, role=RoleAgent.INSTRUCTEUR, par=chef
        )  # fmt: skip
    repris = un(Agent, monde.accueil)
    assert (repris.guichet_id, repris.nom_complet, repris.role) == (monde.g2, "Léa Roy", RoleAgent.INSTRUCTEUR)
    assert (repris.desactive_le, repris.mot_de_passe, repris.secret_totp) == (None, None, None)
    assert "/guichet/invitation/" in courriels(adresse)[-1].corps
    assert "remis à zéro" not in courriels(adresse)[-1].corps
    dites = [(e.guichet_code, e.agent_id, e.objet) for e in ecritures(ActeJournal.AGENT)]
    assert dites[0] == ("69266", None, f"agent {monde.accueil} : passé au guichet 75056")
    assert dites[1] == (
        "75056",
        monde.ailleurs,
        f"agent {monde.accueil} : invité comme instructeur, venu d’un autre guichet",
    )
    assert [fil.agent_id for fil in lire(sa.select(Fil))] == [None], "ses questions restent au guichet qu’il quitte"


@pytest.mark.parametrize("desactive", [True, False])
def test_ni_un_agent_actif_d_ailleurs_ni_un_agent_coupe_d_ici_ne_se_reprend(monde, desactive):
    with db.sessionmaker() as session, session.begin():
        session.get_one(Agent, monde.accueil).desactive_le = INSTANT if desactive else None
    code, adresse = monde.g1 if desactive else monde.g2, un(Agent, monde.accueil).courriel
    with pytest.raises(agents.AdresseDejaPrise), ecriture() as session:
        agents.inviter(
            session, session.get_one(Guichet, code), prenom="Léa", nom="Roy", adresse=adresse,
            role=RoleAgent.ACCUEIL, par=None,
        )  # fmt: skip
    assert un(Agent, monde.accueil).guichet_id == monde.g1


def test_un_agent_repris_ne_lit_plus_le_journal_du_guichet_qu_il_a_quitte(monde, naviguer):
    numero = enregistrer(monde.demande_69, monde.instructeur)
    assert lisible(numero) in naviguer(monde.instructeur).ouvrir("/guichet/journal").texte()
    with db.sessionmaker() as session, session.begin():
        session.get_one(Agent, monde.instructeur).guichet_id = monde.g2
    assert lisible(numero) not in naviguer(monde.instructeur).ouvrir("/guichet/journal").texte()
    assert lisible(numero) in naviguer(monde.responsable).ouvrir("/guichet/journal").texte()
