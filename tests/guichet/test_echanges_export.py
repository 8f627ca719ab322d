"""Donner des demandes et des évènements : en flux, masqués, inscrits, sans formule."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc

import pytest
import sqlalchemy as sa

from portail.db import db
from portail.demande.modeles import Demande, Personne
from portail.demande.parcours import PARCOURS
from portail.guichet.echanges import demandes, dictionnaire, export, reponses
from portail.guichet.echanges.application import appliquer
from portail.guichet.echanges.cellules import en_csv
from portail.guichet.echanges.demandes import FAITS, Lesquelles
from portail.guichet.echanges.lecture import lire as lire_fichier
from portail.guichet.modeles import ActeJournal, Agent
from tests import fabriques
from tests.fabriques import INSTANT
from tests.guichet.enregistrees import enregistrer
from tests.guichet.lecture import ecritures
from tests.guichet.monde import Monde, demande_deposee, monter
from tests.guichet.test_echanges_import import agent, recevoir, visite
from tests.socle.applications import compter

pytestmark = pytest.mark.menace("T12")

RAISON = "commission du 12 décembre"
TOUTES = demandes.Filtre(Lesquelles.DU_TERRITOIRE)


def en_lignes(morceaux) -> list[dict[str, str]]:
    texte = "".join(morceaux)
    assert texte.startswith("\ufeff"), "un tableur doit reconnaître l’UTF-8"
    return list(csv.DictReader(io.StringIO(texte.removeprefix("\ufeff"), newline=""), delimiter=";"))


def en_objets(agent_id: int, filtre=TOUTES) -> list[dict]:
    return json.loads("".join(demandes.en_json(agent(agent_id), filtre, RAISON, INSTANT)))["demandes"]


def tableau(agent_id: int, filtre=TOUTES) -> list[dict[str, str]]:
    return en_lignes(demandes.en_tableau(agent(agent_id), filtre, RAISON, INSTANT))


def nommer(demande_id: int, **valeurs: object) -> None:
    """Change le demandeur de la déclaration déposée, sous la garde qui la fige."""
    with db.engine.begin() as connexion:
        connexion.execute(
            sa.update(Personne.__table__)
            .where(
                Personne.declaration_id
                == sa.select(Demande.declaration_deposee_id).where(Demande.id == demande_id).scalar_subquery()
            )
            .values(**valeurs)
        )


@pytest.mark.parametrize("forme", ["json", "csv"])
def test_les_deux_formes_sur_les_deux_moteurs(app_deux_moteurs, forme):
    monde = monter()
    numero = enregistrer(monde.demande_69, monde.instructeur)
    if forme == "json":
        (fiche,) = en_objets(monde.responsable)
        assert (fiche["numero_unique"], fiche["etat"], fiche["deposee_le"]) == (numero, "active", "2026-11-24")
        declaration = fiche["declaration"]
        (identite,) = declaration["informations-generales"]["identite"]
        assert (identite["nom_naissance"], identite["date_naissance"]) == ("Silva", "1985-03-12")
        assert declaration["souhaits"]["logement"][0]["types"] == ["T1", "T2"]
        assert declaration["ressources-mensuelles"]["adulte"][0]["salaire"] == 1650.5
    else:
        (ligne,) = tableau(monde.responsable)
        assert ligne["numero_unique"].replace(" ", "") == numero
        assert ligne["numero_unique"].count(" ") == 4, "sans espaces, un tableur en ferait un nombre"
        assert ligne["ressources-mensuelles.adulte.salaire"] == "1650,50"
        assert ligne["souhaits.logement.types"] == "T1, T2"
        assert ligne["informations-generales.identite.nom_naissance"] == "Silva"


@pytest.mark.asvs("14.2.6")
def test_le_numero_de_securite_sociale_est_masque_et_la_sante_absente(monde):
    texte = json.dumps(en_objets(monde.responsable), ensure_ascii=False) + json.dumps(tableau(monde.responsable))
    assert fabriques.nir("2850369266001") not in texte
    assert "2 85 03 •• ••• ••• ••" in texte
    sections = {(c.etape, c.section) for c in reponses.colonnes()}
    confidentielles = {(e.slug, s.nom) for e in PARCOURS.etapes for s in e.sections if s.confidentielle}
    assert confidentielles
    assert not sections & confidentielles


@pytest.mark.asvs("15.3.1")
def test_chaque_question_du_formulaire_a_sa_colonne_et_rien_d_autre(monde):
    (ligne,) = tableau(monde.responsable)
    assert list(ligne) == [*FAITS, *(colonne.nom for colonne in reponses.colonnes())]
    (fiche,) = en_objets(monde.responsable)
    donnees = {
        f"{etape}.{section}.{champ}"
        for etape, sections in fiche["declaration"].items()
        for section, lignes in sections.items()
        for une in lignes
        for champ in une
        if champ != "ligne"
    }
    assert donnees <= {colonne.nom for colonne in reponses.colonnes()}
    assert len(donnees) > 60


def test_une_section_repetee_met_ses_lignes_dans_la_meme_cellule(monde):
    with db.sessionmaker() as session:
        lea = fabriques.compte(session, "lea@exemple.fr", nom_naissance="Martin", nir=fabriques.nir("2900569266002"))
        declaration = fabriques.remplir_couple(fabriques.brouillon(session, lea), enfants=2)
        session.flush()
        a_plat = dict(zip((c.nom for c in reponses.colonnes()), reponses.cellules(declaration), strict=True))
        session.rollback()
    assert a_plat["composition-du-foyer.a-charge.prenoms"] == "Léo | Zoé"
    assert a_plat["ressources-mensuelles.adulte.salaire"] == "1920 | 1700"
    assert a_plat["situation-professionnelle.situation.profession"] == "Infirmière | Cariste"
    assert a_plat["revenu-fiscal.revenu.rfr_n2"].startswith("41000")


@pytest.mark.asvs("1.2.10")
@pytest.mark.parametrize("debut", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx"])
def test_aucune_cellule_donnee_n_est_une_formule(monde, debut):
    nommer(monde.demande_69, nom_naissance=debut)
    (ligne,) = tableau(monde.responsable)
    assert ligne["informations-generales.identite.nom_naissance"] == f"'{debut}"
    assert not [v for v in ligne.values() if v.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))]
    (fiche,) = en_objets(monde.responsable)
    assert fiche["declaration"]["informations-generales"]["identite"][0]["nom_naissance"] == debut, "JSON : tel quel"


def test_l_export_s_inscrit_demande_par_demande_avant_d_etre_donne(monde):
    morceaux = demandes.en_json(agent(monde.responsable), TOUTES, RAISON, INSTANT)
    next(morceaux)
    assert ecritures(ActeJournal.EXPORT) == []
    assert "Silva" in next(morceaux)
    assert [(e.demande_id, e.raison, e.guichet_code) for e in ecritures(ActeJournal.EXPORT)] == [
        (monde.demande_69, RAISON, "69266")
    ]


def test_seules_les_demandes_des_territoires_et_jamais_un_brouillon(monde):
    assert [fiche["dossier"] for fiche in en_objets(monde.responsable)] == [monde.demande_69]
    assert [fiche["dossier"] for fiche in en_objets(monde.ailleurs)] == [monde.demande_75]


def test_les_filtres_choisissent(monde):
    les_notres = demandes.Filtre(Lesquelles.LES_NOTRES)
    assert len(en_objets(monde.responsable, les_notres)) == 1
    with db.engine.begin() as connexion:
        connexion.execute(sa.update(Demande.__table__).values(guichet_id=None))
    assert en_objets(monde.responsable, les_notres) == []
    depuis = demandes.Filtre(Lesquelles.DU_TERRITOIRE, depuis=INSTANT.date())
    assert len(en_objets(monde.responsable, depuis)) == 1
    plus_tard = demandes.Filtre(Lesquelles.DU_TERRITOIRE, depuis=INSTANT.date().replace(day=25))
    assert en_objets(monde.responsable, plus_tard) == []
    enregistrer(monde.demande_69, monde.instructeur)
    recevoir(monde.instructeur, visite(enregistree(monde), "B", evenement="bail_signe"))
    assert en_objets(monde.responsable) == []
    (radiee,) = en_objets(monde.responsable, demandes.Filtre(Lesquelles.DU_TERRITOIRE, avec_radiees=True))
    assert (radiee["etat"], radiee["motif_radiation"]) == ("radiee", "a")


def enregistree(monde: Monde) -> str:
    with db.sessionmaker() as session:
        numero = session.get_one(Demande, monde.demande_69).numero_unique
        assert numero is not None
        return numero


def test_les_paquets_se_suivent_sans_trou_ni_doublon_et_sans_requete_par_demande(monde, monkeypatch):
    with db.sessionmaker() as session:
        for rang in range(5):
            lea = fabriques.compte(session, f"p{rang}@exemple.fr", nir=fabriques.nir(f"29005692660{rang + 10}"))
            demande_deposee(session, lea)
    with compter(db.engine) as une_fois:
        tous = [fiche["dossier"] for fiche in en_objets(monde.responsable)]
    monkeypatch.setattr(demandes, "PAQUET", 2)
    assert [fiche["dossier"] for fiche in en_objets(monde.responsable)] == tous
    assert len(tous) == len(set(tous)) == 6
    lectures = [ordre for ordre in une_fois if ordre.startswith("SELECT") and "ecriture_journal" not in ordre]
    assert len(lectures) <= 12, "\n".join(ordre[:80] for ordre in lectures)


@pytest.mark.asvs("15.2.2")
def test_la_memoire_ne_suit_pas_le_nombre_de_lignes():
    def ecrire(nombre: int) -> int:
        tracemalloc.start()
        for _ in en_csv(["a", "b"], (("x" * 100, rang) for rang in range(nombre))):
            pass
        _, sommet = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return sommet

    ecrire(1000)
    assert ecrire(20_000) < 2 * ecrire(1_000)


def test_un_evenement_exporte_se_relit_et_ne_fait_rien(monde):
    numero = enregistrer(monde.demande_69, monde.instructeur)
    recevoir(
        monde.instructeur,
        visite(numero, "R1", commentaire="=1+1 ; « oui »\nsuite", organisme="Bâtir, Rhône"),
        visite(numero, "R2", evenement="caleol", valeur="attribution_rang", rang="3"),
    )
    for ecrire in (export.en_tableau, export.en_json):
        texte = "".join(ecrire(agent(monde.responsable), export.Filtre(), RAISON, INSTANT))
        with db.sessionmaker() as session:
            rendu = appliquer(session, session.get_one(Agent, monde.instructeur), lire_fichier(texte.encode()), INSTANT)
        assert [verdict.resultat.code for verdict in rendu.verdicts] == ["deja_recu"] * 2, [
            verdict.phrase for verdict in rendu.verdicts
        ]
    (premiere, _) = en_lignes(export.en_tableau(agent(monde.responsable), export.Filtre(), RAISON, INSTANT))
    assert (premiere["commentaire"], premiere["libelle"]) == ("'=1+1 ; « oui »\nsuite", "Visite d’un logement")
    assert (premiere["guichet"], premiere["visible"]) == ("69266", "oui")


def test_le_dictionnaire_connait_chaque_colonne_et_chaque_code(monde):
    lignes = en_lignes(dictionnaire.en_tableau())
    demandees = {ligne["colonne"] for ligne in lignes if ligne["echange"] == "demandes"}
    assert {colonne.nom for colonne in reponses.colonnes()} <= demandees
    codes = {(ligne["colonne"], ligne["code"]) for ligne in lignes}
    assert {
        ("souhaits.logement.types", "T2"),
        ("evenement", "caleol"),
        ("valeur", "attribution"),
        ("etat", "active"),
    } <= codes
    natures = {ligne["colonne"]: ligne["nature"] for ligne in lignes}
    assert natures["informations-generales.identite.nir"] == "numéro masqué"
    assert natures["souhaits.commune.commune"] == "code Insee"
    assert natures["souhaits.logement.types"] == "codes"
