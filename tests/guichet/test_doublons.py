"""« Peut-être la même personne » : la raison est dite ; grave seulement si l'autre est active et du même territoire."""

from __future__ import annotations

from datetime import date

import pytest

from portail.db import db, lecture
from portail.demande.modeles import Demande
from portail.guichet import acces
from portail.guichet.doublons import MEME_NIR, MEME_NOM, Doublon, doublons
from tests import fabriques
from tests.fabriques import PARIS, nir
from tests.guichet.lecture import ecritures
from tests.guichet.monde import Monde, demande_deposee, monter
from tests.socle.applications import compter

AUTRE_NIR = nir("2850369266999")
GRAVE = "Peut-être la même personne"
A_SAVOIR = "peut-être de la même personne"


def autre_demande(commune: str = "69266", adresse: str = "autre@exemple.fr", **identite: object) -> int:
    """Une demande de plus, sous un autre compte. Rend son numéro."""
    with db.sessionmaker() as session:
        return demande_deposee(session, fabriques.compte(session, adresse, **identite), commune).id


def vus(monde: Monde) -> list[Doublon]:
    with lecture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        return doublons(session, demande, acces.declaration_qui_compte(session, demande))


def test_meme_numero_et_meme_nom_dans_le_meme_territoire(app_deux_moteurs):
    monde = monter()
    deux = autre_demande()
    grave = next(doublon for doublon in vus(monde) if doublon.id == deux)
    assert grave.raisons == (MEME_NIR, MEME_NOM)
    assert grave.est_grave


def test_le_nom_sans_accents_et_la_naissance_suffisent(app_deux_moteurs):
    monde = monter()
    deux = autre_demande(nir=AUTRE_NIR, nom_naissance="S’ÎLVA", prenoms="Anna")
    (trouve,) = [doublon for doublon in vus(monde) if doublon.id == deux]
    assert trouve.raisons == (MEME_NOM,)


@pytest.mark.parametrize(
    "identite",
    [
        {"nir": AUTRE_NIR, "nom_naissance": "Sylva"},
        {"nir": AUTRE_NIR, "date_naissance": date(1985, 3, 13)},
    ],
)
def test_ce_qui_differe_n_est_pas_un_doublon(app, identite):
    monde = monter()
    autre_demande(**identite)
    assert {doublon.id for doublon in vus(monde)} == {monde.demande_75}, "la sienne, dans un autre territoire"


def test_une_demande_par_territoire_est_permise(app, monde, naviguer):
    """Celle d'Ana en Île-de-France n'est pas une alerte."""
    nav = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert GRAVE not in nav.texte()
    assert A_SAVOIR in nav.texte()
    assert "dans un autre territoire" in nav.texte()
    assert nav.page.find("a", href=f"/guichet/demandes/{monde.demande_75}") is None


def test_une_demande_radiee_n_est_pas_grave(app, monde, naviguer, horloge):
    deux = autre_demande()
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, deux).radiee_le = horloge()
    nav = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert GRAVE not in nav.texte()
    assert ", radiée" in nav.texte()


def test_une_autre_active_du_meme_territoire_alerte_et_s_ouvre(app, monde, naviguer):
    deux = autre_demande()
    nav = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert GRAVE in nav.texte()
    assert f"{MEME_NIR}, {MEME_NOM}" in nav.texte()
    nav.suivre(f"dossier {deux}")
    assert nav.h1 == "Demande d’Ana Silva"
    assert [e.demande_id for e in ecritures()] == [monde.demande_69, deux]


def test_un_brouillon_n_est_pas_un_doublon(app):
    monde = monter()
    with db.sessionmaker() as session:
        fabriques.brouillon(session, fabriques.compte(session, "brouillon@exemple.fr"))
    assert {doublon.id for doublon in vus(monde)} == {monde.demande_75}


def test_trois_requetes_au_plus(app):
    monde = monter()
    for rang in range(6):
        autre_demande(PARIS if rang % 2 else "69266", f"p{rang}@exemple.fr")
    with lecture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        declaration = acces.declaration_qui_compte(session, demande)
        with compter(db.engine) as ordres:
            trouves = doublons(session, demande, declaration)
    assert len(trouves) == 7
    assert len(ordres) <= 3
    assert [t.territoire for t in trouves] == ["069"] * 3 + ["111"] * 4, "le même territoire d’abord"
