"""La saisie papier sur SQLite et sur PostgreSQL : un seul brouillon par envoi, effacé tout entier quand on l'abandonne."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from portail.db import Base, db
from portail.demande.creation import commencer_un_papier
from portail.demande.modeles import Demande, Evenement
from portail.pieces.modeles import Fichier, PieceFournie
from portail.referentiels import recherche
from portail.stockage import stockage
from tests.demande.gestes import NavigateurQuiTape
from tests.fabriques import INSTANT, VILLEURBANNE
from tests.guichet.gestes import presser
from tests.guichet.monde import Monde, entrer, monter
from tests.guichet.papier import commencer, papier_depose, remplir

CLE = "b" * 32


def agent_devant_l_ecran(app, monde: Monde) -> NavigateurQuiTape:
    client = app.test_client()
    entrer(app, client, monde.accueil)
    return NavigateurQuiTape(client)


SUITES_D_UNE_DEMANDE = ("demande_id", "declaration_id", "personne_id", "piece_id")


def lignes() -> dict[str, int | None]:
    """Combien de lignes dans les tables d'une demande ; le journal, lui, survit à ce dont il parle."""
    tables = [
        table
        for table in Base.metadata.sorted_tables
        if table.name != "ecriture_journal" and any(c.name in SUITES_D_UNE_DEMANDE for c in table.columns)
    ]
    with db.sessionmaker() as session:
        return {table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables}


def test_abandonner_n_en_laisse_aucune_ligne(app_deux_moteurs):
    monde = monter()
    avant = lignes()
    nav = agent_devant_l_ecran(app_deux_moteurs, monde)
    demande_id = commencer(nav)
    remplir(demande_id)
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, demande_id)
        piece = PieceFournie(code="ID", personne=demande.declarations[0].personnes[0].cle)
        piece.fichiers.append(
            Fichier(rang=1, cle=CLE, nom="c.jpg", type_mime="image/jpeg", taille=3, pages=1,
                    empreinte_recue="0" * 64, recu_le=INSTANT)
        )  # fmt: skip
        demande.pieces.append(piece)
    stockage().ecrire(CLE, b"abc")
    assert lignes() != avant
    presser(nav.ouvrir(f"/guichet/saisie/{demande_id}/abandonner"), "Oui, effacer cette saisie")
    assert lignes() == avant
    assert not stockage().existe(CLE)


def test_de_la_commune_au_bordereau(app_deux_moteurs):
    monde = monter()
    nav = agent_devant_l_ecran(app_deux_moteurs, monde)
    demande_id, code = papier_depose(nav)
    assert len(code) == len("XXXX-XXXX-XXXX")
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, demande_id)
        assert (demande.guichet_id, demande.presentee_le.isoformat()) == (monde.g1, "2026-11-20")


def test_deux_envois_simultanes_de_la_meme_page_font_un_brouillon(app_deux_moteurs):
    monde = monter()
    ensemble, nees = threading.Barrier(2), []

    def envoyer() -> None:
        with app_deux_moteurs.app_context(), db.sessionmaker() as session:
            lieu = recherche.lieu(VILLEURBANNE)
            ensemble.wait()
            nees.append(commencer_un_papier(session, monde.g1, "Un agent", lieu, "la-cle", INSTANT).id)
            session.commit()

    fils = [threading.Thread(target=envoyer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(nees) == 2
    assert nees[0] == nees[1]
    with db.sessionmaker() as session:
        du_guichet = sa.select(sa.func.count()).where(Evenement.reference == "papier:la-cle")
        assert session.scalar(du_guichet) == 1
