"""Le 2D-Doc d'un avis, vu par la personne et par l'agent : proposé, jamais d'office, jamais bloquant."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail.demande.listes import LienCodemandeur
from portail.pieces import autorites, deux_d_doc, reception
from portail.pieces.modeles import Antivirus, Fichier
from portail.stockage import nouvelle_cle
from tests.demande.conftest import Foyer, ana_remplie, app, couple, les_deux_moteurs, moteur  # noqa: F401
from tests.fabriques import INSTANT
from tests.pieces import deux_d_docs
from tests.pieces.test_page_piece import espaces, retour
from tests.pieces.test_routes import envoyer, fichier, noms_affiches

BON = deux_d_docs.code()
REPORTER = "Reporter 18 500 € dans la demande"


@pytest.fixture(autouse=True)
def certificats(app):  # noqa: F811
    deux_d_docs.autorite().installer(app.extensions["portail"].dossier / autorites.IMPORTES)


def joindre(foyer: Foyer, texte: str, code: str = "AIS2025", rang: int = 0):
    """Un avis déjà reçu, dont ce texte a été lu ; puis la page de sa pièce."""
    with foyer.declaration() as declaration:
        personne = declaration.personnes[rang].cle
        session = sa.orm.object_session(declaration)
        piece = reception.piece_de(session, declaration.demande, code, personne)
        piece.fichiers.append(ligne(texte))
    return foyer.navigateur().ouvrir(f"{foyer.adresse()}/pieces/{code}/{personne}")


def ligne(texte: str) -> Fichier:
    return Fichier(
        rang=1, cle=nouvelle_cle(), nom="avis.jpg", type_mime="image/jpeg", taille=9, pages=1, empreinte_recue="e" * 64,
        antivirus=Antivirus.NON_CONTROLE, recu_le=INSTANT, deux_d_doc=texte,
    )  # fmt: skip


def bouton(nav):
    return nav.page.find("button", value=lambda valeur: valeur and valeur.startswith("reporter-avis:"))


def lu(nav) -> str:
    zone = nav.page.find(id="avis-lu")
    return zone.get_text(" ", strip=True).replace("\u00a0", " ").replace("\u202f", " ") if zone else ""


@les_deux_moteurs
def test_un_avis_envoye_est_lu_et_se_reporte_d_un_bouton(ana_remplie):  # noqa: F811
    nav = ana_remplie.navigateur().ouvrir(f"{ana_remplie.adresse()}/pieces/AIS2025")
    envoyer(nav, fichier(deux_d_docs.pdf(BON), "avis.pdf"))
    assert noms_affiches(nav) == ["avis.pdf"]
    assert "signature vérifiée" in lu(nav)
    assert "Revenus 2024 : revenu fiscal de référence 18 500 €, 2,5 parts, au nom de SILVA ANA." in lu(nav)
    assert "Vous, revenus 2024 : la demande dit 18 400 €." in lu(nav), "la valeur d’avant est dite"
    assert "Celui qui est demandé" not in lu(nav)
    assert ana_remplie.valeur("revenu_fiscal", "rfr_n2") == 18_400, "rien d’office"
    assert BON not in str(ana_remplie.lire(sa.text("SELECT deux_d_doc FROM fichier"))), "chiffré au repos"
    nav.envoyer(bouton=REPORTER)
    assert retour(nav) == "avis-lu"
    assert ana_remplie.lire(sa.text("SELECT a_un_avis_n2, rfr_n2 FROM revenu_fiscal")) == [("oui", 18_500)]
    assert "C’est le montant écrit dans la demande." in lu(nav)
    assert bouton(nav) is None


def test_reporter_deux_fois_est_sans_effet_et_une_etape_ouverte_ailleurs_montre_le_conflit(ana_remplie):  # noqa: F811
    etape = ana_remplie.navigateur(slug="revenu-fiscal")
    nav = joindre(ana_remplie, BON)
    corps = {"csrf_token": ana_remplie.jeton(), "action": bouton(nav)["value"]}
    for _ in range(2):
        ana_remplie.client.post(nav.adresse, data=corps, base_url="http://127.0.0.1")
    assert '"revenu-fiscal": [1, "2d-doc"]' in ana_remplie.valeur("declaration", "revisions")
    etape.envoyer(bouton="Poursuivre pour renforcer ma demande")
    assert etape.statut == 409
    assert ana_remplie.valeur("revenu_fiscal", "rfr_n2") == 18_500


@pytest.mark.menace("T5")
def test_une_signature_fausse_se_dit_ne_propose_rien_et_garde_le_document(ana_remplie):  # noqa: F811
    nav = joindre(ana_remplie, BON.replace("18500", "08500"))
    assert "signature fausse" in lu(nav)
    assert bouton(nav) is None
    assert noms_affiches(nav) == ["avis.jpg"]
    nav.poster(nav.adresse, {"csrf_token": ana_remplie.jeton(), "action": "reporter-avis:1"}, htmx=False)
    assert ana_remplie.valeur("revenu_fiscal", "rfr_n2") == 18_400, "même demandé à la main"


def test_sans_certificat_le_code_se_lit_et_se_dit_non_verifiable(ana_remplie):  # noqa: F811
    dossier = ana_remplie.app.extensions["portail"].dossier / autorites.IMPORTES
    for certificat in dossier.iterdir():
        certificat.unlink()
    nav = joindre(ana_remplie, BON)
    assert "signature non vérifiable" in lu(nav)
    assert bouton(nav) is not None
    deux_d_docs.autorite().installer(dossier)
    assert "signature vérifiée" in lu(nav.ouvrir(nav.adresse)), "le certificat importé, l’avis déjà reçu se juge"


def test_l_annee_choisit_la_question_et_une_annee_de_trop_n_est_pas_proposee(ana_remplie):  # noqa: F811
    nav = joindre(ana_remplie, deux_d_docs.code(annee=2025))
    assert "C’est l’avis de 2026. Celui qui est demandé ici est l’avis de 2025." in lu(nav)
    assert "la demande ne dit encore rien" in lu(nav)
    nav.envoyer(bouton=REPORTER)
    assert ana_remplie.lire(sa.text("SELECT a_un_avis_n1, rfr_n1, rfr_n2 FROM revenu_fiscal")) == [
        ("oui", 18_500, 18_400)
    ]
    assert bouton(joindre(ana_remplie, deux_d_docs.code(annee=2021))) is None


def test_un_nom_inconnu_de_la_demande_est_dit_avant_de_reporter(ana_remplie):  # noqa: F811
    phrase = "Le nom lu n’est pas celui d’une personne de la demande"
    assert phrase not in lu(joindre(ana_remplie, deux_d_docs.code(noms=("MARTIN TOM", "SILVA ANA"))))
    assert phrase in lu(joindre(ana_remplie, deux_d_docs.code(noms=("DUPONT JEAN",))))


@pytest.mark.parametrize("lu_sur_l_avis", ["D ANGELO ANA", "DANGELO ANA"])
@pytest.mark.parametrize("nom", ["D’Angelo", "D'Angelo"], ids=["courbe", "droite"])
def test_un_nom_a_apostrophe_se_reconnait(ana_remplie, nom, lu_sur_l_avis):  # noqa: F811
    with ana_remplie.declaration() as declaration:
        declaration.personnes[0].nom_naissance = nom
    nav = joindre(ana_remplie, deux_d_docs.code(noms=(lu_sur_l_avis,)))
    assert "Le nom lu n’est pas celui d’une personne" not in lu(nav)


def test_le_conjoint_est_sur_l_avis_du_demandeur(couple):  # noqa: F811
    nav = joindre(couple, deux_d_docs.code(noms=("MARTIN TOM",)))
    assert "pas celui" not in lu(nav)
    nav.envoyer(bouton=REPORTER)
    assert couple.lire(sa.text("SELECT rfr_n2 FROM revenu_fiscal ORDER BY personne_id"))[0] == (18_500,)


def test_un_avis_joint_chez_l_autre_se_reporte_a_qui_il_est(couple):  # noqa: F811
    with couple.declaration() as declaration:
        declaration.personnes[1].lien = LienCodemandeur.CONCUBIN
    nav = joindre(couple, deux_d_docs.code(noms=("MARTIN TOM",)))
    assert "Tom, revenus 2024 : la demande ne dit encore rien." in lu(nav)
    nav.envoyer(bouton=REPORTER)
    montants = couple.lire(sa.text("SELECT rfr_n2 FROM revenu_fiscal ORDER BY personne_id"))
    assert montants[:2] == [(41_000,), (18_500,)]


def test_sans_l_extra_la_page_est_celle_d_avant_et_rien_ne_se_dit_authentifie(ana_remplie, monkeypatch):  # noqa: F811
    avec = joindre(ana_remplie, BON)
    assert lu(avec)
    assert "authenti" not in espaces(avec).lower()
    monkeypatch.setattr(deux_d_doc, "est_installe", lambda: False)
    assert lu(avec.ouvrir(avec.adresse)) == ""
