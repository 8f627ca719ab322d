"""Les blocs et leur répartition : ce dont se servent tous les documents."""

from __future__ import annotations

import itertools

import pytest

from portail.documents.balisage import Toile
from portail.documents.blocs import Figure, Rangee, Style, Texte
from portail.documents.ecriture import NORMAL
from portail.documents.mise_en_page import PETIT, Document
from portail.documents.pagination import paginer
from portail.documents.structure import Element, Identite
from tests.documents.controles import controler
from tests.documents.exemples import INSTANT

STYLE = Style(10, 10, "#000000")


def _texte(lignes: int, **options: object) -> Texte:
    return Texte(tuple(f"ligne {n}" for n in range(lignes)), STYLE, Element("P"), **options)


def _document() -> Document:
    document = Document(Identite("Essai", "Portail", INSTANT), rappel_titre="Essai", pied="Pied")
    document.titre(1, "Essai")
    return document


def _damier(toile: Toile, x: float, y: float) -> None:
    for colonne, rangee in itertools.product(range(8), repeat=2):
        if (colonne + rangee) % 2:
            toile.canevas.rect(x + 5 * colonne, y + 5 * rangee, 5, 5, stroke=0, fill=1)


def test_un_titre_passe_a_la_page_suivante_avec_ce_qu_il_annonce() -> None:
    blocs = [_texte(7), _texte(1, solidaire=True), _texte(1, solidaire=True), _texte(6)]
    pages = paginer(blocs, 100)
    assert [[pose.bloc.hauteur for pose in page] for page in pages] == [[70], [10, 10, 60]]


def test_un_long_texte_suit_son_titre_et_se_coupe_sans_ligne_isolee() -> None:
    pages = paginer([_texte(1, solidaire=True), _texte(10)], 100)
    assert [[len(pose.bloc.lignes) for pose in page] for page in pages] == [[1, 8], [2]]


def test_un_titre_reste_avec_le_debut_d_une_rangee_plus_haute_qu_une_page() -> None:
    longue = Rangee(((0, _texte(30)),), 100, solidaire=True)
    pages = paginer([_texte(3), _texte(1, solidaire=True), longue, _texte(1)], 100)
    assert [[pose.bloc.hauteur for pose in page] for page in pages] == [[30, 10, 60], [100], [100], [40, 10]]


def test_le_blanc_entre_deux_blocs_est_le_plus_grand_et_disparait_en_haut_de_page() -> None:
    pages = paginer([_texte(2, apres=5), _texte(2, avant=12), _texte(8, avant=50)], 100)
    assert [[pose.descente for pose in page] for page in pages] == [[0, 32], [0]]


def test_une_rangee_haute_se_coupe_dans_toutes_ses_colonnes() -> None:
    rangee = Rangee(((0, _texte(3)), (50, _texte(40))), 100)
    pages = paginer([_texte(4), rangee], 100)
    morceaux = [pose.bloc for page in pages for pose in page][1:]
    assert [len(morceau.cellules[0][1].lignes) for morceau in morceaux[:2]] == [3, 0]
    lues = [ligne for morceau in morceaux for ligne in morceau.cellules[1][1].lignes]
    assert lues == [f"ligne {n}" for n in range(40)]


def test_une_rangee_basse_ne_se_coupe_pas() -> None:
    pages = paginer([_texte(5), Rangee(((0, _texte(8)),), 100)], 100)
    assert [len(page) for page in pages] == [1, 1]


def test_une_figure_plus_haute_qu_une_page_est_une_erreur() -> None:
    with pytest.raises(ValueError, match="ne tient pas"):
        paginer([Figure(_damier, (40, 140), Element("Figure"))], 100)


def test_une_date_sans_fuseau_est_refusee() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        Document(Identite("Essai", "Portail", INSTANT.replace(tzinfo=None)), rappel_titre="", pied="")


def test_un_tableau_sur_plusieurs_pages_redit_ses_en_tetes_pour_l_oeil_seulement() -> None:
    document = _document()
    document.tableau(("Nature", "Montant"), [(f"Ressource {n}", f"{n} €") for n in range(90)], (0.7, 0.3))
    lecture = controler(document.octets())
    assert len(lecture.pdf.pages) >= 3
    assert lecture.textes("TH") == ["Nature", "Montant"]
    assert len(lecture.textes("TR")) == 91
    assert lecture.textes("TD")[-2:] == ["Ressource 89", "89 €"]
    redits = [ligne.page for ligne in lecture.lignes if ligne.dessin == "Nature" and ligne.marque is None]
    assert redits == list(range(1, len(lecture.pdf.pages)))


def test_une_cellule_de_tableau_plus_haute_qu_une_page_ne_perd_rien() -> None:
    document = _document()
    document.tableau(("Nature", "Précisions"), [("Salaire", "mot " * 3000)], (0.3, 0.7))
    lecture = controler(document.octets())
    assert lecture.textes("TD") == ["Salaire", " ".join(["mot"] * 3000)]


def test_un_encart_plus_haut_qu_une_page_ne_perd_rien() -> None:
    document = _document()
    with document.encart():
        document.paragraphe("Avant. " * 300)
        document.definitions([("Question", "réponse " * 900, "")])
        document.paragraphe("Après.")
    document.paragraphe("Dehors.")
    lecture = controler(document.octets())
    assert lecture.textes("P") == [" ".join(["Avant."] * 300), "Après.", "Dehors."]
    assert lecture.textes("LBody") == [" ".join(["réponse"] * 900)]


def test_une_figure_porte_son_texte_de_remplacement_et_son_cadre() -> None:
    document = _document()
    document.figure("Un damier noir et blanc.", _damier, 40, 40)
    (figure,) = [noeud for noeud in controler(document.octets()).racine.tous() if noeud.role == "Figure"]
    assert str(figure.attributs["/Alt"]) == "Un damier noir et blanc."
    gauche, bas, droite, haut = (float(v) for v in figure.attributs["/A"].BBox)
    assert (round(droite - gauche), round(haut - bas)) == (40, 40)


def test_un_lien_est_un_element_avec_son_annotation_et_son_nom() -> None:
    document = _document()
    document.lien("Suivre ma demande", "https://exemple.fr/demandes/1")
    document.lien("Écrire au guichet", "mailto:guichet@exemple.fr")
    lecture = controler(document.octets())
    assert lecture.textes("Link") == ["Suivre ma demande", "Écrire au guichet"]
    liens = [noeud.annotations[0] for noeud in lecture.racine.tous() if noeud.role == "Link"]
    assert [str(lien.Contents) for lien in liens] == ["Suivre ma demande", "Écrire au guichet"]
    assert [str(lien.A.URI) for lien in liens] == ["https://exemple.fr/demandes/1", "mailto:guichet@exemple.fr"]


@pytest.mark.asvs("1.2.2", "1.3.6")
@pytest.mark.parametrize("adresse", ["javascript:alert(1)", "file:///etc/passwd", "/relatif", ""])
def test_un_lien_d_un_protocole_inattendu_est_refuse(adresse: str) -> None:
    document = _document()
    document.lien("Suivre", adresse)
    with pytest.raises(ValueError, match="Lien refusé"):
        document.octets()


def test_un_contenu_balise_ne_s_ouvre_pas_dans_un_autre() -> None:
    toile = Toile((100, 100))
    with pytest.raises(RuntimeError, match="LBody"), toile.contenu(Element("P")), toile.contenu(Element("LBody")):
        toile.ligne(0, 0, "perdu", NORMAL, 10, "#000000")


def test_les_listes_a_puces_et_les_listes_vides() -> None:
    document = _document()
    document.liste(["Première.", "Deuxième " * 60], PETIT)
    document.liste([])
    document.definitions([])
    lecture = controler(document.octets())
    assert lecture.textes("Lbl") == ["•", "•"]
    assert lecture.textes("LBody") == ["Première.", " ".join(["Deuxième"] * 60)]
    assert [noeud.role for noeud in lecture.racine.enfants] == ["H1", "L"]


def test_une_liste_coupee_redit_pour_l_oeil_de_qui_elle_parle() -> None:
    """Vingt personnes, douze pages : en haut de la suivante, « Nationalité » seule ne dirait pas de qui."""
    document = _document()
    document.titre(2, "Situation professionnelle")
    for personne in range(1, 21):
        document.titre(3, f"Personne {personne}")
        document.definitions([(f"Question {rang}", f"Réponse {personne}.{rang}", "") for rang in range(9)])
    lecture = controler(document.octets())
    assert not [texte for texte in lecture.tout() if "(suite)" in texte], "un lecteur d’écran n’a pas quitté la liste"
    for page in range(1, len(lecture.pdf.pages)):
        hautes = [ligne for ligne in lecture.lignes if ligne.page == page]
        contenu = next(ligne.dessin.strip() for ligne in hautes if ligne.marque is not None)
        reponse = next(ligne.dessin for ligne in hautes if ligne.dessin.startswith("Réponse"))
        suite = [ligne.dessin for ligne in hautes if "(suite)" in ligne.dessin]
        personne = reponse.removeprefix("Réponse ").partition(".")[0]
        if contenu.startswith("Question"):
            assert suite == [f"Situation professionnelle – Personne {personne} (suite)"]
        else:
            assert suite == []
