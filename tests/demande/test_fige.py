"""Une déclaration déposée est figée : toute modification lève, quel que soit le chemin, et rien n'est écrit."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from portail.choix import OuiNon
from portail.db import db
from portail.demande.fige import DeclarationFigee
from portail.demande.foyer import nouvelle_personne
from portail.demande.listes import Motif
from portail.demande.modeles import (
    AnnexeHandicap,
    CommuneSouhaitee,
    Coordonnees,
    Declaration,
    MotifDeclare,
    Personne,
    Ressources,
    Role,
    SaisieRefusee,
    Souhaits,
)
from tests import fabriques
from tests.demande.conftest import les_deux_moteurs


@pytest.fixture
def deposee(couple):
    """Le couple a déposé : ses réponses ne bougent plus."""
    with couple.declaration() as declaration:
        declaration.annexes.append(AnnexeHandicap(rang=1))
        declaration.refus.append(SaisieRefusee(etape="motifs", champ="x", saisie="{}"))
    with couple.declaration() as declaration:
        declaration.deposee_le = declaration.demande.deposee_le = fabriques.INSTANT
    return couple


def autre_reponse(d: Declaration) -> None:
    d.nb_codemandeurs = 0


def revenir_au_brouillon(d: Declaration) -> None:
    d.deposee_le = None


def autre_jour(d: Declaration) -> None:
    d.deposee_le = fabriques.INSTANT.replace(year=2020)


def sujet(d: Declaration) -> None:
    d.coordonnees.sans_domicile = OuiNon.OUI


def identite(d: Declaration) -> None:
    d.personnes[1].prenoms = "Max"


def ressources(d: Declaration) -> None:
    d.personnes[0].ressources.salaire = Decimal(1)


def situation(d: Declaration) -> None:
    d.personnes[0].situation.profession = "Autre"


def revenu(d: Declaration) -> None:
    d.personnes[0].revenu.rfr_n2 = 1


def motif(d: Declaration) -> None:
    d.motifs_declares[0].motif = Motif.SANTE


def commune(d: Declaration) -> None:
    d.communes[0].commune = fabriques.LYON


def annexe(d: Declaration) -> None:
    d.annexes[0].besoins = "Autre"


def refus(d: Declaration) -> None:
    d.refus[0].saisie = "[]"


def ajouter_un_motif(d: Declaration) -> None:
    d.motifs_declares.append(MotifDeclare(rang=2))


def ajouter_une_personne(d: Declaration) -> None:
    d.personnes.append(nouvelle_personne(Role.A_CHARGE, 9))


def ajouter_par_numero(d: Declaration) -> None:
    sa.orm.object_session(d).add(CommuneSouhaitee(declaration_id=d.id, rang=2, commune=fabriques.LYON))


def ajouter_par_relation(d: Declaration) -> None:
    sa.orm.object_session(d).add(SaisieRefusee(declaration=d, etape="motifs", champ="y", saisie="{}"))


def retirer_une_personne(d: Declaration) -> None:
    d.personnes.remove(d.personnes[2])


def effacer_un_motif(d: Declaration) -> None:
    sa.orm.object_session(d).delete(d.motifs_declares[0])


def effacer_les_refus(d: Declaration) -> None:
    d.refus.clear()


def remplacer_un_sujet(d: Declaration) -> None:
    d.souhaits = Souhaits()


TENTATIVES = [
    autre_reponse, revenir_au_brouillon, autre_jour, sujet, identite, ressources, situation, revenu, motif, commune,
    annexe, refus, ajouter_un_motif, ajouter_une_personne, ajouter_par_numero, ajouter_par_relation,
    retirer_une_personne, effacer_un_motif, effacer_les_refus, remplacer_un_sujet,
]  # fmt: skip


@pytest.mark.parametrize("tenter", TENTATIVES, ids=lambda tenter: tenter.__name__)
def test_aucune_modification_ne_passe(deposee, tenter):
    from tests.demande.conftest import contenu

    avant = contenu(deposee)
    with pytest.raises(DeclarationFigee), deposee.declaration() as declaration:
        tenter(declaration)
    assert contenu(deposee) == avant


@pytest.mark.parametrize(
    "ordre",
    [
        sa.update(Declaration).values(nb_codemandeurs=0),
        sa.update(Personne).values(prenoms="Max"),
        sa.update(Coordonnees).values(courriel=None),
        sa.update(Ressources).values(salaire=Decimal(1)),
        sa.delete(MotifDeclare),
        sa.delete(SaisieRefusee),
    ],
    ids=lambda ordre: str(ordre).split(" SET")[0],
)
def test_aucune_ecriture_en_masse_ne_passe(deposee, ordre):
    with deposee.app.app_context(), db.sessionmaker() as session, pytest.raises(DeclarationFigee):
        session.execute(ordre)


def test_un_brouillon_s_ecrit(couple):
    with couple.declaration() as declaration:
        for tenter in (sujet, identite, ressources, motif, commune, ajouter_un_motif, retirer_une_personne):
            tenter(declaration)
    assert couple.valeur("personne", "prenoms", "WHERE role = 'codemandeur'") == "Max"


@les_deux_moteurs
def test_lire_une_declaration_deposee_ne_leve_rien(deposee):
    nav = deposee.navigateur().ouvrir(f"{deposee.adresse()}/soumise")
    assert nav.h1 == "Votre demande est soumise"
    assert deposee.client.get(f"{deposee.adresse()}/fiche.pdf", base_url=nav.base).status_code == 200


def test_le_brouillon_suivant_de_la_meme_demande_reste_libre(deposee):
    """Mettre à jour une demande enregistrée : une autre déclaration, en brouillon, à côté de celle qui compte."""
    with deposee.app.app_context(), db.sessionmaker() as session, session.begin():
        ancienne = session.get_one(Declaration, deposee.declaration_id)
        session.add(
            Declaration(
                demande=ancienne.demande,
                cree_le=fabriques.INSTANT,
                modifiee_le=fabriques.INSTANT,
                revisions={},
                personnes=[nouvelle_personne(Role.DEMANDEUR, 1, prenoms="Léa")],
                coordonnees=Coordonnees(),
                souhaits=Souhaits(),
            )
        )
    with deposee.app.app_context(), db.sessionmaker() as session, session.begin():
        nouvelle = session.scalars(sa.select(Declaration).where(Declaration.deposee_le.is_(None))).one()
        nouvelle.personnes[0].nom_usage = "Durand"
    assert deposee.nombre("personne", "WHERE nom_usage = 'Durand'") == 1
