"""Nos règles contre openfisca-france (176.1.8), un oracle indépendant : toute différence doit être expliquée.

openfisca-france n'est pas une dépendance : ces tests ne sont pas dans la suite. `make oracle` les lance, à part.
"""

from __future__ import annotations

import csv
import random
import warnings

import pytest

from portail.referentiels.importation import DONNEES
from portail.regles.plafonds import ZONES, Menage, categorie, plafond, revenu_retenu
from tests.regles.test_plafonds import SOMME, bareme

pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore")]

NOMBRE = 2_000
PARIS_CATEGORIE_2_EN_2022 = 218_805  # faute de frappe d'openfisca : lire 21 805


def zones_des_communes() -> dict[str, str]:
    with (DONNEES / "zonage_logement_social.csv").open(encoding="utf-8", newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    return {ligne["code_insee"]: ZONES[ligne["zone_plafonds_ressources"]] for ligne in lignes}


@pytest.fixture(scope="module")
def legislation():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from openfisca_france import CountryTaxBenefitSystem

        return CountryTaxBenefitSystem()


def tirer(annee: int) -> list[dict]:
    """Des ménages au hasard, reproductibles : composition, âges, commune, revenus."""
    hasard = random.Random(annee)
    communes = [code for code, zone in zones_des_communes().items() if zone != "DOM" and not code.startswith("751")]
    franciliennes = [code for code in communes if code[:2] in {"75", "77", "78", "91", "92", "93", "94", "95"}]
    menages = []
    for _ in range(NOMBRE):
        n2 = hasard.randrange(0, 60_000)
        menages.append(
            {
                "adultes": hasard.choice([1, 1, 2, 2]),
                "a_charge": hasard.choice([0, 0, 1, 2, 3, 4, 5, 6]),
                "ages": (hasard.randrange(18, 40), hasard.randrange(18, 40)),
                "commune": hasard.choice(franciliennes if hasard.random() < 0.5 else communes),
                "n2": n2,
                "n1": round(n2 * hasard.uniform(0.5, 1.3)),
            }
        )
    return menages


def simuler(legislation, menages: list[dict], annee: int):
    mois = f"{annee}-06"
    individus, familles, foyers, logements = {}, {}, {}, {}
    for rang, menage in enumerate(menages):
        adultes = [f"a{rang}_{n}" for n in range(menage["adultes"])]
        enfants = [f"e{rang}_{n}" for n in range(menage["a_charge"])]
        individus |= {nom: {"age": {mois: menage["ages"][n]}} for n, nom in enumerate(adultes)}
        individus |= {nom: {"age": {mois: 10}} for nom in enfants}
        familles[f"f{rang}"] = {
            "parents": adultes,
            "enfants": enfants,
            "al_nb_personnes_a_charge": {mois: menage["a_charge"]},
        }
        foyers[f"ff{rang}"] = {
            "declarants": adultes,
            "personnes_a_charge": enfants,
            "rfr": {str(annee): menage["n2"], str(annee - 1): menage["n1"], str(annee - 2): menage["n2"]},
        }
        logements[f"m{rang}"] = {
            "personne_de_reference": adultes[:1],
            "conjoint": adultes[1:],
            "enfants": enfants,
            "depcom": {mois: menage["commune"]},
        }
    entites = {"individus": individus, "familles": familles, "foyers_fiscaux": foyers, "menages": logements}
    from openfisca_core.simulation_builder import SimulationBuilder

    simulation = SimulationBuilder().build_from_entities(legislation, entites)
    return (
        simulation.calculate("logement_social_plafond_ressources", mois),
        simulation.calculate("logement_social_eligible", mois),
    )


@pytest.mark.parametrize("annee", [2020, 2021, 2022])
def test_le_plafond_plai_et_l_eligibilite_sont_ceux_d_openfisca(legislation, annee):
    menages, zones, table = tirer(annee), zones_des_communes(), bareme(str(annee))
    plafonds, eligibles = simuler(legislation, menages, annee)
    inexpliquees, expliquees = [], {"faute de frappe 2022": 0, "Boulogne-Billancourt": 0, "baisse d’exactement 10 %": 0}
    for menage, attendu, eligible in zip(menages, plafonds, eligibles, strict=True):
        couple = menage["ages"] if menage["adultes"] == 2 else None
        classe = categorie(Menage(menage["adultes"], menage["a_charge"], couple), SOMME)
        notre = plafond(table, "PLAI", zones[menage["commune"]], classe)
        revenu = revenu_retenu(menage["n2"], menage["n1"], 10).montant
        if notre != attendu:
            if attendu == PARIS_CATEGORIE_2_EN_2022 and annee == 2022:
                expliquees["faute de frappe 2022"] += 1
            elif menage["commune"] == "92012":
                expliquees["Boulogne-Billancourt"] += 1
            else:
                inexpliquees.append((menage, notre, attendu))
        elif (revenu <= notre) != eligible:
            if 10 * menage["n1"] == 9 * menage["n2"]:
                expliquees["baisse d’exactement 10 %"] += 1
            else:
                inexpliquees.append((menage, notre, attendu, eligible))
    assert not inexpliquees, (len(inexpliquees), inexpliquees[:3], expliquees)


@pytest.mark.parametrize("annee", range(2020, 2027))
def test_le_plus_de_chaque_annee_est_celui_d_openfisca(legislation, annee):
    noeud = legislation.parameters(f"{annee}-06-01").prestations_sociales.aides_logement.logement_social.plu
    noms = {"1": "paris_communes_limitrophes", "2": "ile_de_france", "3": "autres_regions"}
    table = bareme(str(annee)).plafonds
    for zone, nom in noms.items():
        for numero in range(1, 7):
            attendu = noeud.par_categorie_de_menage[f"categorie_{numero}"][nom]
            assert table["PLUS", zone, str(numero)] == attendu
        assert table["PLUS", zone, "pers_supp"] == noeud.par_personne_supplementaire[nom]
