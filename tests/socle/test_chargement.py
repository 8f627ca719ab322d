"""Ce qui se charge sans le détour de l'ORM est ce que l'ORM aurait chargé, et vit ensuite dans sa session."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.chargement import Chargement
from portail.db import db
from portail.demande import requetes
from portail.demande.modeles import Declaration, Demande, LogementActuel, Personne
from portail.demande.porte import Cote, Porte
from portail.pieces.modeles import Fichier, PieceFournie
from tests import fabriques

INSTANT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PERSONNES = Chargement(Personne)


def _fichier(rang: int) -> Fichier:
    nom = f"page {rang}"
    recu = {"type_mime": "image/jpeg", "taille": 1, "pages": 1, "empreinte_recue": nom, "recu_le": INSTANT}
    return Fichier(rang=rang, cle=nom, nom=nom, **recu)


@pytest.fixture
def porte(app_deux_moteurs) -> Porte:
    """La porte d'un couple et deux enfants : une pièce de deux fichiers (le second d'abord), une pièce sans fichier."""
    lea = fabriques.compte(db.session, "lea@exemple.fr", prenoms="Léa", nom_naissance="Martin")
    declaration = fabriques.remplir_couple(fabriques.brouillon(db.session, lea), enfants=2)
    for code, fichiers in (("ID", [_fichier(2), _fichier(1)]), ("SF", [])):
        piece = PieceFournie(code=code, personne=declaration.personnes[0].cle, fichiers=fichiers)
        declaration.demande.pieces.append(piece)
    db.session.commit()
    return Porte(Cote.PERSONNE, declaration.demande_id, lea.id, *([""] * 5))


def _colonnes(objet: Any) -> dict[str, Any]:
    return {attribut.key: getattr(objet, attribut.key) for attribut in sa.inspect(type(objet)).column_attrs}


def _contenu(declaration: Declaration) -> list[dict[str, Any]]:
    """Toutes les colonnes de tout ce qu'une page d'étape lit, dans l'ordre où elle le voit."""
    demande = declaration.demande
    objets: list[Any] = [declaration, demande, *(getattr(declaration, nom) for nom in requetes.SUJETS)]
    for personne in declaration.personnes:
        objets += [personne, *(getattr(personne, nom) for nom in requetes.SUJETS_D_UNE_PERSONNE)]
    for nom in requetes.REPETEES:
        objets += getattr(declaration, nom)
    for piece in demande.pieces:
        objets += [piece, *piece.fichiers, *piece.decisions]
    return [_colonnes(objet) for objet in objets]


def test_tout_est_ce_que_l_orm_lit_et_rien_n_est_relu(porte):
    with db.sessionmaker() as session:
        par_l_orm = _contenu(session.scalars(sa.select(Declaration)).one())
    with db.sessionmaker() as session:
        declaration = requetes.derriere_la_porte(session, porte, verrou=False)
        demandees: list[str] = []
        sa.event.listen(session, "do_orm_execute", lambda etat: demandees.append(str(etat.statement)))
        assert _contenu(declaration) == par_l_orm
        assert not demandees, "une page relirait ce qui est déjà là"
    assert len(par_l_orm) > 7 + 4 * 4


@pytest.mark.parametrize("verrou", [False, True])
def test_un_changement_est_suivi_et_rien_d_autre_ne_l_est(porte, verrou):
    with db.sessionmaker() as session:
        declaration = requetes.derriere_la_porte(session, porte, verrou=verrou)
        assert not session.dirty
        declaration.logement_actuel.surface = 77
        assert list(session.dirty) == [declaration.logement_actuel]
        session.commit()
    with db.sessionmaker() as session:
        assert session.scalar(sa.select(LogementActuel.surface)) == 77


def test_relire_rend_les_memes_objets_et_ne_defait_pas_ce_qui_vient_de_changer(porte):
    with db.sessionmaker() as session, session.no_autoflush:
        declaration = requetes.derriere_la_porte(session, porte, verrou=True)
        declaration.personnes[0].prenoms = "Éléonore"
        relue = requetes.derriere_la_porte(session, porte, verrou=True)
        assert relue is declaration
        assert relue.personnes[0].prenoms == "Éléonore"
        assert session.get(Personne, relue.personnes[0].id) is relue.personnes[0]


def test_apres_une_annulation_les_valeurs_sont_celles_de_la_base(porte):
    with db.sessionmaker() as session:
        declaration = requetes.derriere_la_porte(session, porte, verrou=True)
        prenoms = declaration.personnes[0].prenoms
        declaration.personnes[0].prenoms = "Éléonore"
        session.flush()
        session.rollback()
        relue = requetes.derriere_la_porte(session, porte, verrou=True)
        assert relue is declaration
        assert relue.personnes[0].prenoms == prenoms


def test_une_ligne_ajoutee_puis_une_autre_retiree_s_ecrivent(porte):
    with db.sessionmaker() as session:
        declaration = requetes.derriere_la_porte(session, porte, verrou=True)
        retiree = declaration.personnes[-1]
        declaration.personnes.remove(retiree)
        piece = declaration.demande.pieces[1]
        piece.fichiers.append(_fichier(3))
        session.commit()
        numero = retiree.id
    with db.sessionmaker() as session:
        assert session.get(Personne, numero) is None
        relue = requetes.derriere_la_porte(session, porte, verrou=False)
        assert [len(piece.fichiers) for piece in relue.demande.pieces] == [2, 1]


def test_une_relation_non_lue_se_lit_a_la_demande(porte):
    with db.sessionmaker() as session:
        declaration = requetes.derriere_la_porte(session, porte, verrou=False)
        assert declaration.annexes == []
        assert declaration.personnes[0].declaration is declaration


def test_la_jointure_qui_ne_trouve_rien_rend_none(app_deux_moteurs):
    avec_demande = Chargement(Demande, Declaration)
    lea = fabriques.compte(db.session, "lea@exemple.fr")
    db.session.add(Demande(compte_id=lea.id, territoire="069", cree_le=INSTANT))
    db.session.commit()
    requete = sa.select(*avec_demande.colonnes).select_from(
        sa.outerjoin(Demande, Declaration, Declaration.demande_id == Demande.id)
    )
    with Session(db.engine) as session:
        ((demande, declaration),) = avec_demande.lire(session, requete, {})
    assert (demande.territoire, declaration) == ("069", None)


def test_ce_qui_attend_d_etre_ecrit_l_est_avant_de_lire(porte):
    requete = sa.select(*PERSONNES.colonnes).where(Personne.prenoms == sa.bindparam("prenoms"))
    with db.sessionmaker() as session:
        declaration = requetes.derriere_la_porte(session, porte, verrou=True)
        declaration.personnes[0].prenoms = "Éléonore"
        assert PERSONNES.lire(session, requete, {"prenoms": "Éléonore"}) == [(declaration.personnes[0],)]
        session.rollback()
