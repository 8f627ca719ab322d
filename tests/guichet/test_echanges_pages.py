"""« Échanges de fichiers » : essayer, appliquer, exporter, et qui le peut."""

from __future__ import annotations

import io
import json

import pytest

from portail.db import db
from portail.demande.modeles import Demande
from portail.guichet.echanges import transport
from portail.guichet.echanges.forme import COLONNES, TAILLE_MAX, FichierRefuse
from portail.guichet.modeles import ActeJournal
from tests.fabriques import INSTANT
from tests.guichet.enregistrees import enregistrer
from tests.guichet.gestes import presser
from tests.guichet.lecture import ecritures
from tests.guichet.monde import Monde
from tests.guichet.test_echanges_import import partages, visite
from tests.navigateur import Navigateur

ENTETE = ";".join(COLONNES)


@pytest.fixture
def numero(monde: Monde) -> str:
    return enregistrer(monde.demande_69, monde.instructeur)


@pytest.fixture
def nav(monde: Monde, naviguer) -> Navigateur:
    return naviguer(monde.instructeur).ouvrir("/guichet/echanges")


def essayer(nav: Navigateur, *lignes: tuple[str, ...], octets: bytes = b"") -> Navigateur:
    contenu = octets or "\r\n".join([ENTETE, *(";".join(ligne) for ligne in lignes)]).encode()
    valeurs = nav.saisie(nav.formulaire("csrf_token")).to_dict()
    return nav.poster("/guichet/echanges/evenements", {**valeurs, "fichier": (io.BytesIO(contenu), "evenements.csv")})


def test_de_l_essai_a_l_application(monde, nav, numero):
    assert nav.h1 == "Échanges de fichiers"
    essayer(nav, visite(numero), visite(numero, "R2", evenement="caleol", valeur="attribution"))
    assert (nav.statut, nav.h1) == (200, "Essai du fichier")
    assert "Rien n’est encore changé. 2 évènements seront ajoutés" in nav.texte()
    assert partages() == []
    presser(nav, "Ajouter ces 2 évènements")
    assert (nav.statut, nav.h1) == (200, "Fichier appliqué")
    assert "2 évènements ajoutés." in nav.texte()
    assert len(partages()) == 2
    nav.ouvrir("/guichet/echanges")
    essayer(nav, visite(numero))
    assert "Rien à faire : tout est déjà reçu." in nav.texte()
    assert not nav.page.select("main button")


def test_un_bail_signe_annonce_avant_d_appliquer_ce_qu_il_radie(monde, nav, numero):
    essayer(nav, visite(numero))
    assert "radiée" not in nav.texte()
    essayer(nav.ouvrir("/guichet/echanges"), visite(numero, evenement="bail_signe"))
    assert "1 demande sera radiée aujourd’hui" in nav.texte()


def test_l_aide_garde_les_majuscules_des_noms_propres(nav):
    nav.ouvrir("/guichet/echanges/aide")
    assert "COLACT = Action Logement" in nav.texte()
    assert "agents de l’État" in nav.texte()


def test_appliquer_deux_fois_par_un_double_clic_ne_fait_rien_de_plus(monde, nav, numero):
    essayer(nav, visite(numero))
    valeurs = nav.saisie(nav.formulaire("contenu"))
    for attendu in ("1 évènement ajouté.", "Rien de nouveau : tout était déjà reçu."):
        assert attendu in nav.poster("/guichet/echanges/evenements", valeurs).texte()
    assert len(partages()) == 1


def test_un_fichier_a_corriger_le_dit_ligne_par_ligne_et_ne_s_applique_pas(monde, nav, numero):
    essayer(nav, visite(numero), visite("faux", "R2"))
    assert nav.statut == 422
    assert "1 ligne à corriger : rien n’est appliqué" in nav.texte()
    assert "Ligne 3 refusé" in nav.texte()
    assert "Ligne 2 prêt" in nav.texte()
    assert not nav.page.select("input[name=contenu]")


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [(b"\0", "n’est pas du texte"), (b"x" * (TAILLE_MAX + 1), "trop lourd"), (b"a;b", "n’est pas connue")],
)
def test_un_fichier_illisible_se_dit_a_la_case(nav, octets, phrase):
    essayer(nav, octets=octets)
    assert nav.statut == 422
    assert phrase in nav.erreurs()[0]


def test_sans_fichier_on_le_dit(nav):
    presser(nav, "Essayer ce fichier")
    assert nav.statut == 422
    assert nav.erreurs() == ["Choisissez d’abord un fichier sur votre ordinateur."]


def test_ce_qui_etait_pret_et_ne_l_est_plus_n_ecrit_rien(monde, nav, numero):
    essayer(nav, visite(numero))
    valeurs = nav.saisie(nav.formulaire("contenu"))
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, monde.demande_69).radiee_le = INSTANT
    nav.poster("/guichet/echanges/evenements", valeurs)
    assert nav.statut == 422
    assert "La demande est radiée." in nav.texte()
    assert partages() == []


@pytest.mark.parametrize("contenu", ["", "pas du base64 !", "AAAA", transport.emporter(b"x" * (TAILLE_MAX + 1))])
def test_un_contenu_abime_en_route_se_refuse(nav, contenu):
    with pytest.raises(FichierRefuse):
        transport.rapporter(contenu)
    essayer_valeurs = nav.saisie(nav.formulaire("csrf_token")).to_dict() | {"contenu": contenu}
    nav.poster("/guichet/echanges/evenements", essayer_valeurs)
    assert nav.statut == 422
    assert "perdu en route" in nav.texte()


def test_un_fichier_emporte_revient_pareil():
    octets = bytes(range(1, 256)) * 10
    assert transport.rapporter(transport.emporter(octets)) == octets


def exporter(nav: Navigateur, **reponses: str):
    nav.ouvrir("/guichet/echanges")
    return presser(nav, "Télécharger le fichier", **{"raison": "commission du 12 décembre", **reponses}).reponse


def test_un_export_depuis_un_jour_hors_du_calendrier_se_dit(monde, naviguer):
    nav = naviguer(monde.responsable)
    jour = {"depuis-jour": "1", "depuis-mois": "1", "depuis-annee": "0001"}
    for quoi in ("demandes", "evenements"):
        reponse = exporter(nav, quoi=quoi, **jour)
        assert reponse.status_code == 422
        assert "L’année va de 1900 à 2200." in reponse.text


def test_un_responsable_exporte_et_sa_raison_s_inscrit(monde, naviguer, numero):
    nav = naviguer(monde.responsable)
    reponse = exporter(nav)
    assert reponse.mimetype == "text/csv"
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="demandes-20261124.csv"'
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "Silva" in reponse.text
    objet = json.loads(exporter(nav, forme="json", lesquelles="territoire").text)
    assert [fiche["numero_unique"] for fiche in objet["demandes"]] == [numero]
    evenements = json.loads(exporter(nav, forme="json", quoi="evenements").text)
    assert evenements["evenements"] == []
    lignes = [(e.demande_id, e.objet, e.raison) for e in ecritures(ActeJournal.EXPORT)]
    assert lignes[:2] == [
        (None, "Celles que notre guichet suit", "commission du 12 décembre"),
        (monde.demande_69, None, "commission du 12 décembre"),
    ]


@pytest.mark.parametrize("raison", ["", "voilà"])
def test_pas_d_export_sans_raison(monde, naviguer, raison):
    nav = naviguer(monde.responsable)
    exporter(nav, raison=raison)
    assert nav.statut == 422
    assert nav.erreurs()
    assert (
        nav.page.find(id="resume")
        .li.get_text()
        .replace("\u202f", " ")
        .startswith(("Pourquoi cet export ? É", "Pourquoi cet export ? D"))
    )
    assert ecritures(ActeJournal.EXPORT) == []


def test_qui_peut_quoi(monde, naviguer, nav):
    assert "Exporter" not in nav.texte()
    jeton = nav.saisie(nav.formulaire("csrf_token"))
    assert nav.poster("/guichet/echanges/exporter", jeton).statut == 403
    accueil = naviguer(monde.accueil)
    for adresse in (
        "/guichet/echanges",
        "/guichet/echanges/aide",
        "/guichet/echanges/colonnes.csv",
        "/guichet/echanges/modele.csv",
    ):
        assert accueil.ouvrir(adresse).statut == 403
        assert nav.ouvrir(adresse).statut == 200


@pytest.mark.asvs("2.1.1")
def test_l_aide_nomme_chaque_colonne_et_chaque_code(nav):
    texte = nav.ouvrir("/guichet/echanges/aide").texte()
    for mot in (*COLONNES, "bail_signe", "attribution_rang", "COLTER"):
        assert mot in texte
    assert nav.ouvrir("/guichet/echanges/modele.csv").reponse.text.strip("\ufeff\r\n").replace('"', "") == ENTETE
