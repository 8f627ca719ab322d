"""L'antivirus : sain, refusé, en cours, non contrôlé ; EICAR ne se télécharge jamais ; une panne ne bloque pas l'envoi."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail.clamd import AntivirusMuet, Clamd, lire
from portail.pieces import antivirus
from portail.stockage import stockage
from tests.demande.conftest import Foyer, ana, app, moteur  # noqa: F401
from tests.magasins import ranges
from tests.pieces.cas import jpeg, pdf_simple
from tests.pieces.fabrique import EICAR, coder, image
from tests.pieces.faux_clamd import faux_clamd
from tests.pieces.test_routes import BASE, envoyer, fichier, noms_affiches

pytestmark = pytest.mark.menace("T5")

ABSENT = Clamd(("127.0.0.1", 9))  # personne n'y écoute


@pytest.fixture
def clamd():
    with faux_clamd() as serveur:
        yield serveur


def regler(foyer: Foyer, client: Clamd | None) -> None:
    foyer.app.extensions["antivirus"] = client


def etats(foyer: Foyer) -> list[str]:
    return [etat for (etat,) in foyer.lire(sa.text("SELECT antivirus FROM fichier ORDER BY id"))]


def telecharger(foyer: Foyer, numero: int = 1):
    return foyer.client.get(f"{foyer.adresse()}/pieces/fichiers/{numero}", base_url=BASE)


def test_sans_antivirus_le_fichier_est_dit_non_controle_et_s_ouvre(ana):  # noqa: F811
    envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "a.jpg"))
    assert etats(ana) == ["non_controle"]
    assert telecharger(ana).status_code == 200


def test_un_fichier_sain_s_ouvre_et_c_est_le_fichier_recu_qui_est_examine(ana, clamd):  # noqa: F811
    regler(ana, clamd.client)
    envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "a.jpg"))
    assert clamd.recus == [jpeg()]
    assert etats(ana) == ["sain"]
    assert telecharger(ana).status_code == 200


@pytest.mark.asvs("5.4.3")
@pytest.mark.parametrize(
    ("octets", "nom"),
    [
        (pdf_simple() + EICAR, "a.pdf"),
        (coder(image(), "JPEG", comment=EICAR), "a.jpg"),
        (EICAR, "a.txt"),
        (EICAR, "a.pdf"),
    ],
)
def test_eicar_n_est_jamais_garde(ana, clamd, octets, nom):  # noqa: F811
    regler(ana, clamd.client)
    nav = envoyer(ana.navigateur(slug="informations-generales"), fichier(octets, nom), fichier(jpeg(), "bon.jpg"))
    assert nav.statut == 422
    assert noms_affiches(nav) == ["bon.jpg"], "le reste est gardé"
    with ana.app.app_context():
        gardes = [stockage().lire(cle) for (cle,) in ana.lire(sa.text("SELECT cle FROM fichier"))]
        assert len(ranges(stockage()._dossier)) == 1
    assert all(EICAR not in garde for garde in gardes)
    if nom != "a.txt" and octets != EICAR:
        assert "a été refusé par l’antivirus" in nav.texte()


def test_sans_antivirus_la_copie_refaite_ne_contient_pas_eicar(ana):  # noqa: F811
    nav = ana.navigateur(slug="informations-generales")
    envoyer(nav, fichier(pdf_simple() + EICAR, "a.pdf"), fichier(coder(image(), "JPEG", comment=EICAR), "b.jpg"))
    assert noms_affiches(nav) == ["a.pdf", "b.jpg"]
    assert all(EICAR not in telecharger(ana, numero).data for numero in (1, 2))


@pytest.mark.asvs("5.4.3", "16.5.2")
def test_antivirus_en_panne_le_fichier_est_garde_ferme_puis_recontrole(ana, clamd):  # noqa: F811
    regler(ana, ABSENT)
    nav = envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "a.jpg"))
    assert nav.statut == 200, "la personne n’est pas bloquée"
    assert "en cours de contrôle" in nav.texte()
    assert noms_affiches(nav) == [], "rien à ouvrir"
    assert telecharger(ana).status_code == 503
    with ana.app.app_context():
        assert antivirus.reprendre() == 0
        regler(ana, clamd.client)
        assert antivirus.reprendre() == 1
    assert etats(ana) == ["sain"]
    assert telecharger(ana).status_code == 200


@pytest.mark.asvs("5.4.3")
def test_refuse_apres_coup_le_fichier_reste_ferme_et_la_piece_est_a_remplacer(ana, clamd):  # noqa: F811
    regler(ana, ABSENT)
    envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "a.jpg"))
    regler(ana, clamd.client)
    clamd.reponse = b"stream: Un.Virus FOUND\0"
    with ana.app.app_context():
        assert antivirus.reprendre() == 1
    assert etats(ana) == ["refuse"]
    assert telecharger(ana).status_code == 503
    nav = ana.navigateur(slug="informations-generales")
    assert "refusée par l’antivirus, à remplacer" in nav.texte()
    clamd.reponse = b""
    envoyer(nav, fichier(pdf_simple(), "b.pdf"))
    assert "Pièce d’identité (vous) reçue" in nav.volet("informations-generales")


def test_un_antivirus_ote_des_reglages_ne_laisse_rien_ferme(ana):  # noqa: F811
    regler(ana, ABSENT)
    envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "a.jpg"))
    regler(ana, None)
    with ana.app.app_context():
        assert antivirus.reprendre() == 1
    assert etats(ana) == ["non_controle"]


@pytest.mark.parametrize("reponse", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: bof\0", b"x" * 9000])
def test_une_reponse_incomprise_est_une_panne(clamd, reponse):
    clamd.reponse = reponse
    with pytest.raises(AntivirusMuet):
        clamd.client.trouver(b"octets")


def test_un_gros_fichier_passe_en_morceaux(clamd):
    octets = bytes(300_000) + EICAR
    assert clamd.client.trouver(octets) == "Eicar-Signature"
    assert clamd.recus == [octets]


@pytest.mark.parametrize(
    ("reglage", "adresse"),
    [("tcp://127.0.0.1:3310", ("127.0.0.1", 3310)), ("unix:/run/clamd.ctl", "/run/clamd.ctl"), ("", None)],
)
def test_le_reglage(reglage, adresse):
    manques: list[str] = []
    lu = lire({"PORTAIL_ANTIVIRUS": reglage}, manques)
    assert (lu.adresse if lu else None, manques) == (adresse, [])


@pytest.mark.parametrize("reglage", ["clamd", "tcp://127.0.0.1", "tcp://:x", "unix:relatif"])
def test_un_reglage_inutilisable_se_dit_au_demarrage(reglage):
    manques: list[str] = []
    assert lire({"PORTAIL_ANTIVIRUS": reglage}, manques) is None
    assert "tcp://127.0.0.1:3310" in manques[0]
