"""De « Je crée une nouvelle demande » à « Votre demande est soumise », par les vraies pages, avec et sans htmx.

Sans htmx, chaque étape s'envoie par ses boutons ; avec, chaque réponse s'enregistre seule et la page, faite des
fragments reçus, doit être celle qu'un rechargement montrerait. Les deux laissent les mêmes lignes en base.
"""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from portail.db import db
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from tests import fabriques
from tests.demande.conftest import Foyer, contenu, les_deux_moteurs
from tests.demande.gestes import NavigateurQuiTape
from tests.demande.menages import ANA, COUPLE, ENFANTS, Reponses, enfant
from tests.pieces.cas import jpeg

POURSUIVRE = "Poursuivre pour renforcer ma demande"


def numeros(foyer: Foyer) -> dict[str, int]:
    """Les numéros des lignes, tels qu'ils paraissent dans les noms des cases."""
    with foyer.app.app_context(), db.sessionmaker() as session:
        declaration = session.scalars(sa.select(Declaration).where(Declaration.demande_id == foyer.demande_id)).one()
        trouves = {f"motif{ligne.rang}": ligne.id for ligne in declaration.motifs_declares}
        for personne in declaration.personnes:
            trouves[personne.prenoms or f"{personne.role.value}{personne.numero}"] = personne.id
            if personne.role.value == "demandeur":
                trouves["vous"] = personne.id
            elif personne.role.value == "codemandeur":
                trouves["tom"] = personne.id
        return trouves


def nommer(reponses: Reponses, foyer: Foyer) -> Reponses:
    connus = numeros(foyer)
    return {nom.format_map(connus): valeur for nom, valeur in reponses.items()}


def commencer(nav: NavigateurQuiTape) -> int:
    nav.ouvrir("/demandes").suivre("Je crée une nouvelle demande")
    assert nav.h1 == "Dans quelle commune souhaitez-vous habiter ?"
    nav.envoyer(commune="69100", bouton="Commencer ma demande")
    assert nav.h1 == "Informations générales"
    return int(nav.adresse.split("/")[2])


def repondre(nav: NavigateurQuiTape, reponses: Reponses) -> None:
    """Répond à ce qui est posé, enregistre, puis à ce que ces réponses ont fait apparaître."""
    restent = dict(reponses)
    while restent:
        posees = {nom: v for nom, v in restent.items() if nav.formulaire().find(attrs={"name": nom})}
        assert posees, f"questions jamais posées : {list(restent)}"
        restent = {nom: v for nom, v in restent.items() if nom not in posees}
        if nav.htmx:
            for nom, valeur in posees.items():
                nav.repondre(**{nom: valeur})
                assert nav.statut == 200
            assert nav.est_a_jour(), "les fragments reçus font la page qu'un rechargement montrerait"
        else:
            nav.repondre(**posees)  # sans bouton : la page entière revient, à la même adresse
            assert nav.statut == 200, nav.erreurs()


def joindre_la_carte(nav: NavigateurQuiTape) -> None:
    """Avec htmx, le fichier part seul, vers la page de la pièce ; sans, avec tout le formulaire de l'étape."""
    case = nav.page.find("input", type="file")
    fichier = (io.BytesIO(jpeg()), "carte.jpg")
    if nav.htmx:
        valeurs = nav.saisie(nav.formulaire())
        ici = nav.adresse_de_la_page()
        reponse = nav.client.post(
            case["data-hx-post"],
            data={**valeurs.to_dict(flat=False), case["name"]: fichier},
            headers={"HX-Request": "true", "HX-Current-URL": f"{nav.base}{ici}"},
            base_url=nav.base,
        )
        nav._recevoir(reponse, fragment=True)
        assert nav.est_a_jour()
    else:
        valeurs = nav.saisie(nav.formulaire())
        valeurs["action"] = "joindre"
        nav.poster(nav.adresse_de_la_page(), {**valeurs.to_dict(flat=False), case["name"]: fichier})
    assert nav.page.find("a", string="carte.jpg")


def remplir(nav: NavigateurQuiTape, foyer: Foyer, menage: dict[str, Reponses]) -> None:
    for etape in PARCOURS.etapes:
        assert nav.h1 == etape.titre
        assert nav.page.title.get_text().startswith(f"{etape.titre} – Étape {PARCOURS.numero(etape)} sur 9 – ")
        repondre(nav, nommer(menage[etape.slug], foyer))
        if etape.slug == "informations-generales":
            joindre_la_carte(nav)
        if etape.slug == "composition-du-foyer" and menage is COUPLE:
            for rang, valeurs in enumerate(ENFANTS, 1):
                if rang > 1:
                    nav.envoyer(bouton="Ajouter une personne à charge")
                    if nav.htmx:
                        nav.ouvrir(nav.adresse_de_la_page())  # la ligne neuve portait le focus : on la rouvre sans lui
                repondre(nav, nommer(enfant(f"a_charge{rang}", *valeurs), foyer))
        if etape is not PARCOURS.etapes[-1]:
            nav.envoyer(bouton=POURSUIVRE)
            assert nav.statut == 200, nav.erreurs()


def soumettre(nav: NavigateurQuiTape) -> None:
    nav.envoyer(bouton="Soumettre ma demande")
    assert nav.h1 == "Vérifier et soumettre ma demande"
    assert "Votre demande peut partir." in nav.texte()
    nav.envoyer(atteste="oui", bouton="Soumettre ma demande")
    assert nav.h1 == "Votre demande est soumise"


@pytest.fixture
def personne(app) -> Foyer:
    """Un compte connecté, sans demande."""
    client = app.test_client()
    with app.app_context():
        compte = fabriques.compte(db.session)
        fabriques.connecter(app, client, db.session, compte)
        return Foyer(app, client, compte.id, 0, 0)


def conduire(foyer: Foyer, menage: dict[str, Reponses], *, htmx: bool) -> Foyer:
    """Tout le parcours, de la première page à la dernière."""
    nav = NavigateurQuiTape(foyer.client, htmx=htmx)
    foyer.demande_id = commencer(nav)
    foyer.declaration_id = foyer.valeur("declaration", "id", f"WHERE demande_id = {foyer.demande_id}")
    remplir(nav, foyer, menage)
    soumettre(nav)
    return foyer


def effacer(app) -> None:
    with app.app_context(), db.sessionmaker() as session, session.begin():
        session.execute(sa.text("DELETE FROM demande"))


@les_deux_moteurs
@pytest.mark.parametrize("menage", [ANA, COUPLE], ids=["ana", "couple"])
def test_les_deux_facons_de_remplir_laissent_les_memes_lignes(personne, menage):
    sans = contenu(conduire(personne, menage, htmx=False))
    effacer(personne.app)
    avec = contenu(conduire(personne, menage, htmx=True))
    assert avec == sans
    assert avec["saisie_refusee"] == []
    assert len(avec["personne"]) == (1 if menage is ANA else 5)
    assert len(avec["fichier"]) == 1
    assert {str(evenement["genre"]) for evenement in avec["evenement"]} == {"Brouillon commencé", "Demande soumise"}


def test_ce_qui_est_tape_est_compris(personne):
    """« 18 400 € », « 1 650,50 € », « 69 100 », « villeurbanne », « 732 829 320 00074 »."""
    foyer = conduire(personne, ANA, htmx=False)
    assert foyer.valeur("revenu_fiscal", "rfr_n2") == 18_400
    assert foyer.valeur("ressources", "salaire") == 165_050  # centimes
    assert foyer.valeur("coordonnees", "adresse_code_postal") == "69100"
    assert foyer.valeur("coordonnees", "adresse_commune") == fabriques.VILLEURBANNE
    assert foyer.valeur("situation_professionnelle", "siret_employeur") == "73282932000074"
    assert foyer.valeur("commune_souhaitee", "commune") == fabriques.VILLEURBANNE
