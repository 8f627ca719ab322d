"""D'un contenu au PDF balisé."""

from __future__ import annotations

from portail.documents.balisage import Toile
from portail.documents.code_qr import Dessin, dessiner
from portail.documents.contenu import (
    Bloc,
    CodeQR,
    Contenu,
    Definitions,
    Encart,
    Lien,
    Liste,
    Paragraphe,
    Partie,
    Tableau,
    Titre,
    Ton,
    Vignette,
)
from portail.documents.ecriture import a_des_absents
from portail.documents.mise_en_page import CHAPEAU, CORPS, DOUX, FORT, GRAND, PETIT, Document, Style
from portail.documents.structure import Identite
from portail.documents.typographie import francais

COTE_DU_CODE = 88  # points : 31 mm, assez pour un téléphone tenu à la main
STYLES: dict[Ton, Style] = {
    "normal": CORPS,
    "chapeau": CHAPEAU,
    "grand": GRAND,
    "fort": FORT,
    "doux": DOUX,
    "petit": PETIT,
}
REMPLACES = francais(
    "Certains caractères ne peuvent pas être imprimés ici : une lettre sans accent ou « ? » les remplace. "
    "Votre demande, elle, les garde tels que vous les avez écrits."
)


def imprimer(contenu: Contenu) -> bytes:
    """Le PDF, identique octet pour octet pour un même contenu. Lève `ValueError` si `etabli_le` n'a pas de fuseau."""
    document = Document(
        # Sans nom de personne : ce titre s'affiche dans la barre de la fenêtre et dans les fichiers récents.
        Identite(" – ".join(filter(None, (contenu.titre, contenu.sujet))), contenu.auteur, contenu.etabli_le),
        rappel_titre=contenu.rappel,
        pied=contenu.pied,
    )
    for bloc in contenu.blocs:
        _poser(document, bloc)
    mentions = [*contenu.mentions, *([REMPLACES] if any(map(a_des_absents, contenu.textes())) else [])]
    if mentions:
        with document.section():
            document.titre(2, "À savoir")
            document.liste(mentions)
    return document.octets()


def _poser(document: Document, bloc: Bloc) -> None:
    match bloc:
        case Titre():
            document.titre(bloc.niveau, bloc.texte)
        case Paragraphe():
            document.paragraphe(bloc.texte, STYLES[bloc.ton])
        case Lien():
            document.lien(bloc.texte, bloc.adresse)
        case Definitions():
            document.definitions(
                [(ligne.question, ligne.reponse, ligne.case) for ligne in bloc.lignes],
                style=STYLES[bloc.ton],
                avec_cases=bloc.a_des_cases,
                avec_filets=bloc.ton == "normal",
            )
        case Liste():
            document.liste(bloc.textes, est_ordonnee=bloc.est_ordonnee)
        case Tableau():
            document.tableau(bloc.colonnes, bloc.lignes, bloc.parts)
        case CodeQR():
            document.figure(bloc.alt, _trace(dessiner(bloc.contenu)), COTE_DU_CODE, COTE_DU_CODE)
        case Vignette():
            with document.vignette(bloc.dessin.alt, _trace(dessiner(bloc.dessin.contenu)), COTE_DU_CODE):
                for interieur in bloc.blocs:
                    _poser(document, interieur)
        case Encart():
            with document.encart():
                for interieur in bloc.blocs:
                    _poser(document, interieur)
        case Partie():
            with document.section():
                for interieur in bloc.blocs:
                    _poser(document, interieur)


def _trace(dessin: Dessin):
    """Le tracé d'un code : un carré blanc, puis tous les traits d'un seul coup, sans image."""

    def tracer(toile: Toile, x: float, y: float) -> None:
        module = COTE_DU_CODE / dessin.cote
        toile.canevas.addLiteral(
            f"q {module:.5f} 0 0 {module:.5f} {x:.2f} {y:.2f} cm "
            f"1 1 1 rg 0 0 {dessin.cote} {dessin.cote} re f 0 0 0 rg {dessin.chemin_pdf} f Q"
        )

    return tracer
