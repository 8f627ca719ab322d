"""Au plus 12 requêtes SQL par enregistrement d'étape, et le même nombre d'une à sept personnes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa

from portail.choix import OuiNon
from portail.db import db
from portail.demande.foyer import nouvelle_personne
from portail.demande.modeles import Declaration, Role
from portail.demande.parcours import PARCOURS
from tests import fabriques
from tests.demande.conftest import commencer, les_deux_moteurs
from tests.pieces.cas import jpeg

MAXIMUM = 12
SLUGS = [etape.slug for etape in PARCOURS.etapes]


@contextmanager
def requetes(app) -> Iterator[list[str]]:
    """Les ordres SQL envoyés pendant le bloc (ni BEGIN, ni COMMIT, ni réglages de la connexion)."""
    envoyees: list[str] = []

    def noter(_connexion, _curseur, ordre, *_reste) -> None:
        # L'empreinte des référentiels se relit toutes les dix secondes, quelle que soit la page.
        if not ordre.startswith("SET TRANSACTION") and "FROM import_referentiels" not in ordre:
            envoyees.append(ordre)

    with app.app_context():
        moteur = db.engine
    sa.event.listen(moteur, "before_cursor_execute", noter)
    try:
        yield envoyees
    finally:
        sa.event.remove(moteur, "before_cursor_execute", noter)


def menage(personnes: int):
    """Une personne seule, ou un couple et ses enfants."""

    def remplir(declaration: Declaration) -> None:
        if personnes == 1:
            fabriques.remplir_ana(declaration)
        elif personnes == 2:
            fabriques.remplir_couple(declaration, enfants=0)
            declaration.foyer.a_personnes_a_charge = OuiNon.NON
        else:
            fabriques.remplir_couple(declaration, enfants=min(personnes - 2, 4))
        for rang in range(5, personnes - 1):
            enfant = nouvelle_personne(
                Role.A_CHARGE, rang, prenoms=f"Enfant {rang}", date_naissance=date(2019, 1, rang)
            )
            declaration.personnes.append(enfant)

    return remplir


# Une réponse à changer par étape ; {vous} est le numéro de la personne qui demande.
CHANGEMENTS = {
    "informations-generales": ("nom_usage", "Durand"),
    "demandeurs": ("telephone_domicile", "0478000000"),
    "composition-du-foyer": ("attend_un_enfant", "oui"),
    "situation-professionnelle": ("situation-{vous}-profession", "Autre métier"),
    "revenu-fiscal": ("revenu-{vous}-rfr_n2", "12 345"),
    "ressources-mensuelles": ("adulte-{vous}-salaire", "1234,56"),
    "logement-actuel": ("surface", "77"),
    "motifs": ("precisions", "Un mot de plus."),
    "souhaits": ("loyer_max", "600"),
}


def enregistrer(app, personnes: int, slug: str, *, change: bool = True) -> list[str]:
    """Les requêtes du second enregistrement automatique d'une étape (le premier ouvre ce qui manque)."""
    foyer = commencer(app, f"p{personnes}{slug}@exemple.fr", menage(personnes), f"{personnes:043d}")
    nav = foyer.navigateur(htmx=True, slug=slug)
    nav.forger("")
    nom, valeur = CHANGEMENTS[slug]
    if change:
        vous = foyer.valeur("personne", "id", f"WHERE declaration_id = {foyer.declaration_id} AND role = 'demandeur'")
        nav.taper(nom.format(vous=vous), valeur)
    with requetes(app) as envoyees:
        nav.forger("")
    assert nav.statut == 200
    assert not nav.erreurs()
    return envoyees


def en_bref(envoyees: list[str]) -> str:
    return "\n".join(
        " ".join(ordre.split())[:60] + " … " + ordre.partition("FROM")[2][:40].strip() for ordre in envoyees
    )


@les_deux_moteurs
@pytest.mark.parametrize("slug", SLUGS)
def test_le_nombre_de_requetes_est_borne_et_constant(app, slug):
    comptes = {n: enregistrer(app, n, slug) for n in (1, 2, 4, 7)}
    nombres = {n: len(envoyees) for n, envoyees in comptes.items()}
    assert max(nombres.values()) <= MAXIMUM, en_bref(comptes[max(nombres, key=nombres.__getitem__)])
    assert len(set(nombres.values())) == 1, nombres


@pytest.mark.parametrize("slug", SLUGS)
def test_lire_une_etape_demande_un_nombre_constant_de_requetes(app, slug):
    lues = []
    for n in (1, 7):
        foyer = commencer(app, f"p{n}@exemple.fr", menage(n), f"{n:043d}")
        foyer.navigateur(slug=slug)
        with requetes(app) as envoyees:
            foyer.navigateur(slug=slug)
        lues.append(envoyees)
    assert len(lues[0]) == len(lues[1]) <= MAXIMUM, f"{en_bref(lues[0])}\n---\n{en_bref(lues[1])}"


def test_dire_deux_fois_la_meme_chose_n_ecrit_que_la_date_et_la_revision(app):
    envoyees = enregistrer(app, 4, "logement-actuel", change=False)
    ecritures = [ordre.split()[:2] for ordre in envoyees if not ordre.startswith("SELECT")]
    assert ecritures == [["UPDATE", "declaration"]]


def test_les_pieces_et_leurs_fichiers_ne_coutent_pas_une_requete_chacune(app):
    foyer = commencer(app, "p@exemple.fr", menage(4))
    nav = foyer.navigateur(slug="informations-generales").ouvrir(foyer.adresse("motifs"))
    with requetes(app) as avant:
        nav.ouvrir(foyer.adresse("informations-generales"))
    import io

    for code in ("ID", "AIS2025", "MARIE", "LOC"):
        nav.ouvrir(f"{foyer.adresse()}/pieces/{code}")
        case = nav.page.find("input", type="file")["name"]
        for rang in range(2):
            octets = jpeg() + bytes([rang])
            nav.poster(
                nav.adresse,
                {
                    "csrf_token": nav.page.find(attrs={"name": "csrf_token"})["value"],
                    case: (io.BytesIO(octets), "a.jpg"),
                },
            )
            assert nav.statut == 200
    with requetes(app) as apres:
        nav.ouvrir(foyer.adresse("informations-generales"))
    assert len(apres) == len(avant)
