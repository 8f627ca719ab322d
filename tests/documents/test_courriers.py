"""Les lettres en lot : balisées, chacune sur sa page, l'adresse dans la fenêtre."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from portail.documents.courrier import Courrier
from portail.documents.courriers import composer
from portail.documents.mise_en_page import MM
from portail.horloge import PARIS
from tests.documents.controles import HAUTEUR, controler

INSTANT = datetime(2026, 11, 24, 11, 0, tzinfo=PARIS)
ANA = Courrier(
    expediteur=("Mairie de Villeurbanne", "Place Lazare-Goujon", "69100 Villeurbanne"),
    destinataire=("Ana Silva", "Chez Marta Silva", "12 rue des Lilas", "69100 Villeurbanne"),
    date="Le 24 novembre 2026",
    reference="Demande de logement social n°\u00a0069 11 26 000042 69266",
    objet="Votre demande est à renouveler",
    corps=("Madame, Monsieur,", "Venez avec\u00a0:", ("cette lettre\u202f;", "votre pièce d’identité."), "Merci."),
    signature="Mairie de Villeurbanne",
    pied="Mairie de Villeurbanne, Place Lazare-Goujon",
)
LONGUE = replace(
    ANA,
    destinataire=("Léo Petit", "3 rue Haute", "69003 Lyon"),
    corps=tuple(f"Paragraphe {n}. " + "mot " * 120 for n in range(9)),
)


def test_le_lot_est_balise_et_se_lit_dans_l_ordre():
    lecture = controler(composer([ANA, LONGUE], "Portail", INSTANT))
    assert lecture.textes("H1") == ["Lettres à envoyer"]
    assert lecture.textes("H2") == [ANA.objet, LONGUE.objet]
    tout = lecture.tout()
    assert tout.index("Ana Silva Chez Marta Silva 12 rue des Lilas 69100 Villeurbanne") < tout.index(
        "Madame, Monsieur,"
    )
    assert lecture.textes("TD") == ["Ana Silva", ANA.objet, "Léo Petit", LONGUE.objet]
    assert lecture.signets() == ["Lettres à envoyer", ANA.objet, LONGUE.objet]


def test_chaque_lettre_commence_sur_sa_page_et_se_numerote_a_part():
    lecture = controler(composer([LONGUE, ANA], "Portail", INSTANT))
    pages = {}
    for ligne in lecture.lignes:
        if ligne.dessin.startswith("Page "):
            pages[ligne.page] = ligne.dessin.replace("\u00a0", " ")
    assert next(iter(pages.values())) == "Page 1 sur 1"
    assert list(pages.values())[-1] == "Page 1 sur 1"
    assert list(pages.values())[1].startswith("Page 1 sur ")
    assert len(pages) >= 4
    derniere = [ligne.dessin for ligne in lecture.lignes if ligne.page == len(pages) - 1]
    assert derniere[0] == "Mairie de Villeurbanne ", derniere[:3]


@pytest.mark.parametrize("lignes", [2, 4, 6])
def test_l_adresse_tombe_dans_la_fenetre(lignes):
    adresse = ("Ana Silva", *(f"ligne {n}" for n in range(1, lignes)))
    lecture = controler(composer([replace(ANA, destinataire=adresse)], "Portail", INSTANT))
    posees = [ligne for ligne in lecture.lignes if ligne.page == 1 and ligne.dessin.strip() in adresse]
    assert len(posees) == lignes
    for ligne in posees:
        assert ligne.x == pytest.approx(110 * MM, abs=0.1)
        assert 50 * MM <= HAUTEUR - ligne.y <= 85 * MM


def test_un_expediteur_bavard_repousse_l_adresse_sans_la_couvrir():
    controler(composer([replace(ANA, expediteur=tuple(f"ligne {n}" for n in range(12)))], "Portail", INSTANT))


def test_un_mot_dans_une_autre_ecriture_et_les_memes_octets():
    etrange = replace(ANA, destinataire=("Łukasz 王", "rue Ångström", "69100 Villeurbanne"))
    assert composer([etrange], "Portail", INSTANT) == composer([etrange], "Portail", INSTANT)
    controler(composer([etrange], "Portail", INSTANT))
