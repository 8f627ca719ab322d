"""Les étapes disent toutes la même chose de la même façon : leurs champs, leurs colonnes, leurs règles, leurs pièces."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from portail.demande import formulaire as module_formulaire
from portail.demande.etape import Etape, Section
from portail.demande.formulaire import regles
from portail.demande.modeles import (
    AnnexeHandicap,
    CommuneSouhaitee,
    Coordonnees,
    Declaration,
    Foyer,
    LogementActuel,
    MotifDeclare,
    Motifs,
    Personne,
    Ressources,
    RevenuFiscal,
    SituationProfessionnelle,
    Souhaits,
)
from portail.demande.parcours import PARCOURS
from portail.formulaire import Attendu, Facultatif, Presence, Requis
from portail.referentiels.parametres import catalogue_pieces

# Ce que remplit chaque section : la seule liste écrite ici, pour que le reste se vérifie contre elle.
CIBLES = {
    "informations-generales": {"nombre": Declaration, "identite": Personne},
    "demandeurs": {
        "situation": Coordonnees,
        "codemandeur": Personne,
        "contact": Coordonnees,
        "adresse": Coordonnees,
        "aidant": Coordonnees,
        "colocation": Coordonnees,
        "colocataire": Personne,
    },
    "composition-du-foyer": {
        "charge": Foyer,
        "a-charge": Personne,
        "autres": Foyer,
        "autre-enfant": Personne,
        "naissances": Foyer,
        "handicap": Foyer,
        "annexe": AnnexeHandicap,
    },
    "situation-professionnelle": {"situation": SituationProfessionnelle},
    "revenu-fiscal": {"revenu": RevenuFiscal},
    "ressources-mensuelles": {"adulte": Ressources, "charge": Ressources},
    "logement-actuel": {"logement": LogementActuel},
    "motifs": {"motif": MotifDeclare, "precisions": Motifs},
    "souhaits": {"commune": CommuneSouhaitee, "elargir": Souhaits, "logement": Souhaits},
}
SECTIONS = [(etape, section) for etape in PARCOURS.etapes for section in etape.sections]
NOMS = [f"{etape.slug}/{section.nom}" for etape, section in SECTIONS]


def test_les_neuf_etapes_dans_l_ordre_du_guide():
    assert [(etape.slug, etape.titre) for etape in PARCOURS.etapes] == [
        ("informations-generales", "Informations générales"),
        ("demandeurs", "Demandeurs"),
        ("composition-du-foyer", "Composition du foyer"),
        ("situation-professionnelle", "Situation professionnelle"),
        ("revenu-fiscal", "Revenu fiscal"),
        ("ressources-mensuelles", "Ressources mensuelles"),
        ("logement-actuel", "Logement actuel"),
        ("motifs", "Motifs"),
        ("souhaits", "Souhaits"),
    ]


def test_la_liste_des_cibles_est_complete():
    assert {etape.slug: {section.nom for section in etape.sections} for etape in PARCOURS.etapes} == {
        slug: set(sections) for slug, sections in CIBLES.items()
    }


@pytest.mark.parametrize(("etape", "section"), SECTIONS, ids=NOMS)
def test_chaque_champ_est_une_colonne_de_sa_cible(etape: Etape, section: Section):
    colonnes = {colonne.key for colonne in sa.inspect(CIBLES[etape.slug][section.nom]).column_attrs}
    champs = {nom for nom, _ in regles(section.formulaire)}
    assert champs, "une section sans question"
    assert champs <= colonnes


@pytest.mark.asvs("2.1.1")
@pytest.mark.parametrize(("etape", "section"), SECTIONS, ids=NOMS)
def test_la_premiere_regle_de_chaque_champ_dit_sa_presence(etape: Etape, section: Section):
    for nom, regle in regles(section.formulaire):
        assert type(regle) in {Facultatif, Attendu, Requis}, f"{nom} : {regle!r}"


@pytest.mark.parametrize(("etape", "section"), SECTIONS, ids=NOMS)
def test_les_regles_lues_sans_instancier_sont_celles_du_formulaire(etape: Etape, section: Section, en_contexte):
    """`regles` lit la classe : elle doit voir les mêmes champs, dans le même ordre, que le formulaire ouvert."""
    declaration = _declaration()
    cible = next(iter(_ouvrir_tout(declaration, section)), None)
    assert cible is not None, f"aucune ligne pour {section.nom}"
    from portail.demande.contexte import contexte_de

    # Au guichet, aucune question n'est ôtée de la page.
    contexte = replace(contexte_de(declaration), au_guichet=True)
    formulaire = section.formulaire(cible, contexte, None, "x-")
    assert [(champ.short_name, champ.regle) for champ in formulaire] == list(regles(section.formulaire))


def _declaration():
    from portail.db import db
    from tests import fabriques

    compte = fabriques.compte(db.session)
    declaration = fabriques.remplir_couple(fabriques.brouillon(db.session, compte))
    db.session.commit()
    return declaration


def _ouvrir_tout(declaration, section: Section):
    """Les lignes d'une section, en répondant oui à ce qui l'ouvre."""
    from portail.choix import OuiNon
    from portail.db import db

    foyer, coordonnees = declaration.foyer, declaration.coordonnees
    foyer.a_personnes_a_charge = foyer.a_autres_enfants = OuiNon.OUI
    foyer.a_handicap = foyer.logement_a_adapter = coordonnees.a_colocataires = OuiNon.OUI
    for etape in PARCOURS.etapes:
        etape.completer(declaration)
    db.session.commit()
    return section.lignes(declaration)


@pytest.mark.parametrize("etape", PARCOURS.etapes, ids=lambda etape: etape.slug)
def test_les_noms_sont_uniques_dans_une_etape(etape: Etape, en_contexte):
    declaration = _declaration()
    for section in etape.sections:
        _ouvrir_tout(declaration, section)
    from portail.demande.contexte import contexte_de

    noms = [
        nom
        for bloc in etape.ouvrir(declaration, contexte_de(declaration))
        for champ in bloc.formulaire
        for nom in {champ.name, *champ.noms}
    ]
    doubles = [nom for nom, fois in Counter(noms).items() if fois > 1]
    assert not doubles
    assert len({section.nom for section in etape.sections}) == len(etape.sections)


@pytest.mark.parametrize("etape", PARCOURS.etapes, ids=lambda etape: etape.slug)
def test_aucun_nom_de_champ_ne_se_confond_avec_une_section(etape: Etape):
    """La page de conflit rattache « nom-… » à son champ : un champ nommé comme une section prendrait ses lignes."""
    sections = {section.nom for section in etape.sections if section.prefixee or section.repetition}
    libres = {
        nom
        for section in etape.sections
        if not (section.prefixee or section.repetition)
        for nom, _ in regles(section.formulaire)
    }
    assert not sections & libres


def test_une_etape_sans_regle_est_refusee_au_demarrage():
    from portail.champs import ChampTexte

    class SansRegle(module_formulaire.FormulaireEtape):
        nom = ChampTexte("Nom", [object()])

    with pytest.raises(TypeError, match="première règle"):
        regles(SansRegle)


def test_seules_quelques_questions_bloquent_la_soumission():
    """La liste courte de la conception (§ 2, n° 6) : écran 1 et première commune."""
    requises = {
        (etape.slug, section.nom, nom)
        for etape, section in SECTIONS
        for nom, regle in regles(section.formulaire)
        if regle.requise
    }
    identite = ("civilite", "nom_naissance", "prenoms", "nir", "date_naissance", "nationalite")
    assert requises == {
        ("informations-generales", "nombre", "nb_codemandeurs"),
        *(("informations-generales", "identite", nom) for nom in identite),
        *(("demandeurs", "codemandeur", nom) for nom in identite),  # la même identité, seulement attendue d'eux
        ("souhaits", "commune", "commune"),
    }


@pytest.mark.parametrize("presence", [Facultatif, Attendu, Requis])
def test_une_regle_de_presence_ne_refuse_jamais_un_vide(presence: type[Presence]):
    assert presence.attendue in {True, False}
    assert issubclass(presence, Presence)


def test_chaque_piece_du_catalogue_a_un_libelle_une_explication_et_un_document_qui_convient(en_contexte):
    for piece in catalogue_pieces().values():
        assert piece.libelle
        assert piece.explication.endswith(".")
        assert piece.acceptees
        assert all(piece.acceptees)


def test_chaque_aide_ouverte_sur_place_existe():
    from portail.information.faq import trouver

    citees = [section.question for _, section in SECTIONS if section.question]
    assert len(citees) >= 6
    champs = [champ for _, section in SECTIONS for _, champ in section.formulaire._unbound_fields or ()]
    citees += [champ.kwargs["question"] for champ in champs if "question" in champ.kwargs]
    assert all(trouver(slug) for slug in citees)
