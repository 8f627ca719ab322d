"""De la demande à l'attestation : l'adresse, les délais, les listes que l'on n'a pas."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from portail.choix import OuiNon
from portail.db import lecture
from portail.demande.listes import TypeRecherche
from portail.demande.modeles import Coordonnees, Declaration
from portail.documents import delais, registres
from portail.documents.attestation_donnees import Bailleur, Commission
from portail.documents.matiere_attestation import adresse_de, attestation_de
from portail.guichet.modeles import Guichet, TypeGuichet
from portail.referentiels import recherche
from tests import fabriques
from tests.documents.conftest import Dossier, commencer
from tests.documents.exemples import CODE
from tests.fabriques import INSTANT

RECUE = date(2026, 11, 24)
OUI, NON = OuiNon.OUI, OuiNon.NON


def _delais(*communes: str, types: tuple[TypeRecherche, ...] = ()):
    lieux = [lieu for code in communes if (lieu := recherche.lieu(code)) is not None]
    with lecture() as session:
        return delais.de_la_demande(session, lieux, types, RECUE)


def test_un_departement_inconnu_est_a_demander(en_contexte) -> None:
    assert _delais("69266", "69123") == ((), ("Rhône",))


def test_un_delai_par_taille_ne_garde_que_les_tailles_demandees(en_contexte) -> None:
    saisines, sans = _delais("75056", types=(TypeRecherche.T1, TypeRecherche.COLOCATION))
    assert sans == ()
    (seule,) = saisines
    assert (seule.lieu, seule.logement, seule.delai) == (
        "Paris",
        "Logement d’une pièce",
        "72\u00a0mois, soit 6\u00a0ans",
    )
    assert seule.a_partir_du == date(2032, 11, 24)
    assert "ADIL 75" in seule.source
    assert len(_delais("75056", types=(TypeRecherche.T2, TypeRecherche.T6))[0]) == 2
    assert len(_delais("75056")[0]) == 3


def test_une_intercommunalite_l_emporte_sur_son_departement(en_contexte) -> None:
    (dedans,), _ = _delais("49007")
    (ailleurs,), _ = _delais("49328")
    assert (dedans.delai, ailleurs.delai) == (
        "24\u00a0mois, soit 2\u00a0ans",
        "18\u00a0mois, soit 1\u00a0an et 6\u00a0mois",
    )
    assert "Angers" in dedans.lieu
    assert ailleurs.lieu == "Maine-et-Loire"


def test_connus_et_inconnus_se_melent_sans_se_repeter(en_contexte) -> None:
    saisines, sans = _delais("75101", "93066", "91228", "91228", "93001", types=(TypeRecherche.T3,))
    assert [saisine.lieu for saisine in saisines] == ["Paris", "Seine-Saint-Denis"]
    assert sans == ("Essonne",)


@pytest.mark.parametrize(
    ("presentee", "renouvelee", "fin"),
    [
        (date(2026, 11, 24), None, date(2027, 11, 24)),
        (date(2027, 10, 1), date(2027, 10, 1), date(2028, 10, 1)),
        (date(2028, 2, 29), date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_la_validite_se_compte_du_depot_ou_du_dernier_renouvellement(enregistree, presentee, renouvelee, fin) -> None:
    attestation = _attestation(enregistree, presentee_le=presentee)
    assert (attestation.renouvelee_le, attestation.valable_jusqu_au) == (renouvelee, fin)
    assert attestation.recue_le == RECUE


@pytest.mark.parametrize(
    ("reponses", "lignes"),
    [
        ({}, []),
        (
            {"adresse_numero": "12 bis", "adresse_voie": "rue des Lilas", "adresse_complement": "Bât. C",
             "adresse_code_postal": "69100", "adresse_commune": "69266"},
            ["12 bis rue des Lilas", "Bât. C", "69100 Villeurbanne"],
        ),
        ({"heberge_chez": "Marta Silva", "adresse_voie": "le bourg"}, ["Chez Marta Silva", "le bourg"]),
        ({"heberge_chez": "chez Marta"}, ["chez Marta"]),
        ({"sans_domicile": OUI, "domiciliation": "CCAS de Lyon", "adresse_voie": "ancienne"}, ["CCAS de Lyon"]),
        ({"sans_domicile": OUI}, ["Sans domicile fixe"]),
        (
            {"adresse_a_l_etranger": OUI, "adresse_voie": "Hauptstr. 1", "adresse_ville_etrangere": "10115 Berlin",
             "adresse_pays": "Allemagne", "adresse_commune": "69266"},
            ["Hauptstr. 1", "10115 Berlin", "Allemagne"],
        ),
    ],
)  # fmt: skip
def test_l_adresse_se_lit_ligne_a_ligne(en_contexte, reponses, lignes) -> None:
    assert list(adresse_de(Coordonnees(**reponses))) == lignes


def _attestation(dossier: Dossier, **changements):
    guichet = Guichet(
        code="69266", nom="CCAS", type=TypeGuichet.CCAS, adresse="1 rue A", code_postal="69100", ville="Villeurbanne",
        cree_le=INSTANT,
    )  # fmt: skip
    with dossier.app.app_context(), lecture() as session:
        declaration = session.get_one(Declaration, dossier.declaration_id)
        session.autoflush = False  # les changements d'un test ne vont pas en base
        for nom, valeur in changements.items():
            setattr(declaration.demande, nom, valeur)
        return attestation_de(session, declaration, guichet, INSTANT, CODE)


def test_l_attestation_tient_de_la_demande(enregistree: Dossier) -> None:
    attestation = _attestation(enregistree)
    assert attestation.titulaire == "Léa Martin"
    assert attestation.adresse == ("12 rue des Lilas", "69100 Villeurbanne")
    assert attestation.service.coordonnees == "CCAS\n1 rue A\n69100 Villeurbanne"
    assert attestation.numero_unique == "069 11 26 000001 69266"
    assert attestation.communes == ("Villeurbanne (69100)",)
    assert attestation.commissions == (Commission("Rhône"),)
    assert attestation.renouvelable_des_le == date(2027, 9, 24)
    assert attestation.chiffres.commission_mois == 3


def test_le_resume_ne_dit_ni_motif_ni_ressource_ni_sante(enregistree: Dossier) -> None:
    resume = _attestation(enregistree).resume
    textes = " ".join(f"{reponse.question} {reponse.reponse}" for reponse in resume)
    assert "Tom Martin" in textes
    assert "Personnes à charge 4" in textes
    assert "T4 (quatre pièces), T5 (cinq pièces)" in textes
    assert not any(mot in textes for mot in ("trop petit", "Salaire", "41", "handicap", "Infirmière"))


def test_les_pieces_sont_rangees_par_le_catalogue(enregistree: Dossier) -> None:
    attestation = _attestation(enregistree)
    assert [(p.libelle, p.personne, p.etat) for p in attestation.pieces_a_produire[:2]] == [
        ("Pièce d’identité", "vous", "reçue"),
        ("Pièce d’identité", "Tom", "à joindre"),
    ]
    assert "Avis d’impôt 2025" in [piece.libelle for piece in attestation.pieces_a_produire]
    assert "Fiche de paie" in [piece.libelle for piece in attestation.pieces_complementaires]


@pytest.mark.parametrize("vide", [{"numero_unique": None}, {"deposee_le": None}, {"presentee_le": None}])
def test_une_demande_non_enregistree_n_a_pas_d_attestation(enregistree: Dossier, vide) -> None:
    with pytest.raises(ValueError, match="n’est pas enregistrée"):
        _attestation(enregistree, **vide)


def test_outre_mer_la_commission_a_six_mois(app) -> None:
    dossier = commencer(app, partial(fabriques.remplir_couple, enfants=1), commune="97411")
    dossier.deposer()
    dossier.enregistrer()
    attestation = _attestation(dossier)
    assert attestation.chiffres.commission_mois == 6
    assert attestation.sans_delai == ("La Réunion",)


def test_les_listes_livrees_sont_vides_et_le_disent() -> None:
    assert registres.bailleurs(["69266", "75056"]) == ()
    assert registres.commission("69", "Rhône") == Commission("Rhône")


def test_une_liste_remplie_par_l_exploitant_est_lue(tmp_path: Path) -> None:
    (tmp_path / "bailleurs_par_commune.csv").write_text(
        "code_insee,nom,adresse,source\n69266,Villeurbanne Habitat,1 rue B,PPGD\n69123,Villeurbanne Habitat,1 rue B,PPGD\n"
        "69266,Alliade,,PPGD\n75056,Paris Habitat,21 bis rue C,PPGD\n"
    )
    (tmp_path / "commissions_de_mediation.csv").write_text("code_departement,adresse,source\n69,245 rue D,préfecture\n")
    assert registres.bailleurs(["69123", "69266"], tmp_path) == (
        Bailleur("Alliade", "", "PPGD"),
        Bailleur("Villeurbanne Habitat", "1 rue B", "PPGD"),
    )
    assert registres.commission("69", "Rhône", tmp_path) == Commission("Rhône", "245 rue D", "préfecture")
