"""Des lettres à imprimer, dans un seul PDF balisé : un bordereau qui reste au guichet, puis chacune sur sa page.

L'adresse tombe dans la fenêtre d'une enveloppe (NF Z 10-011 : à 110 mm du bord gauche, à 50 mm du haut).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from reportlab.lib.pagesizes import A4

from portail.documents.balisage import Toile
from portail.documents.blocs import Bloc, Rangee, Style, Texte
from portail.documents.courrier import Courrier
from portail.documents.ecriture import GRAS
from portail.documents.mise_en_page import CORPS, ENCRE, GRAND, MARGE, MARGE_BASSE, MARGE_HAUTE, MM, Document
from portail.documents.pagination import paginer
from portail.documents.structure import Identite

FENETRE_GAUCHE, FENETRE_HAUT = 110 * MM - MARGE, 50 * MM - MARGE_HAUTE  # points, depuis le coin de la page utile
TITRE = "Lettres à envoyer"
A_GARDER = "Cette page reste au guichet. Quand les lettres sont parties, notez-le dans «\u00a0Appeler ou écrire\u00a0»."
COLONNES, PARTS = ("Personne", "Lettre"), (0.5, 0.5)
EXPEDITEUR = Style(10.5, 14, ENCRE)
DESTINATAIRE = Style(11, 14.5, ENCRE, apres=30)
DATE = Style(10.5, 14, ENCRE, avant=16, apres=20)
OBJET = Style(13, 17, ENCRE, GRAS, apres=12)
REFERENCE = Style(10.5, 14, ENCRE, apres=2)
PARAGRAPHE = Style(11, 15.5, ENCRE, apres=9)
SIGNATURE = Style(11, 15.5, ENCRE, GRAS, avant=18)


def composer(courriers: Sequence[Courrier], auteur: str, etabli_le: datetime) -> bytes:
    """Le PDF, identique octet pour octet pour les mêmes lettres. `etabli_le` porte un fuseau, sinon `ValueError`."""
    lot = _Lot(Identite(TITRE, auteur, etabli_le), rappel_titre="", pied="")
    with lot.lettre(TITRE, courriers[0].pied if courriers else ""):
        lot.bordereau(courriers)
    for courrier in courriers:
        with lot.lettre(courrier.objet, courrier.pied):
            lot.ecrire(courrier)
    return lot.octets()


class _Lot(Document):
    """Un document dont chaque lettre est une partie, paginée à part."""

    def __init__(self, identite: Identite, *, rappel_titre: str, pied: str) -> None:
        super().__init__(identite, rappel_titre=rappel_titre, pied=pied)
        self._lettres: list[tuple[str, str, list[Bloc]]] = []

    @contextmanager
    def lettre(self, rappel: str, pied: str) -> Iterator[None]:
        """Ce qui suit, dans le bloc `with`, est une lettre. `rappel` : redit en haut de ses pages suivantes."""
        self._blocs = []
        with self.section():
            yield
        self._lettres.append((rappel, pied, self._blocs))

    def bordereau(self, courriers: Sequence[Courrier]) -> None:
        """Ce que le lot contient, pour qui met sous pli. C'est aussi le seul titre de premier niveau."""
        self.titre(1, TITRE)
        nombre = "1 lettre" if len(courriers) == 1 else f"{len(courriers)} lettres"
        self.paragraphe(f"{nombre}. {courriers[0].date if courriers else ''}", GRAND)
        self.paragraphe(A_GARDER, CORPS)
        self.tableau(COLONNES, ((courrier.destinataire[0], courrier.objet) for courrier in courriers), PARTS)

    def ecrire(self, courrier: Courrier) -> None:
        expediteur = self._texte("\n".join(courrier.expediteur), EXPEDITEUR)
        self._blocs.append(expediteur)
        large = self.largeur - FENETRE_GAUCHE
        adresse = self._texte("\n".join(courrier.destinataire), DESTINATAIRE, large)
        descente = max(FENETRE_HAUT - expediteur.hauteur, DATE.avant)
        self._blocs.append(Rangee(((FENETRE_GAUCHE, adresse),), self.largeur, avant=descente, apres=DESTINATAIRE.apres))
        for texte, style in ((courrier.date, DATE), (courrier.reference, REFERENCE)):
            if texte:
                self.paragraphe(texte, style)
        objet = self._element.enfant("H2")
        self._blocs.append(Texte.de(courrier.objet, OBJET, objet, self.largeur, 1))
        for morceau in courrier.corps:
            if isinstance(morceau, tuple):
                self.liste(morceau, PARAGRAPHE)
            else:
                self.paragraphe(morceau, PARAGRAPHE)
        self.paragraphe(courrier.signature, SIGNATURE)

    def _texte(self, texte: str, style: Style, large: float | None = None) -> Texte:
        return Texte.de(texte, style, self._element.enfant("P"), large or self.largeur)

    def octets(self) -> bytes:
        toile = Toile(A4)
        for rappel, pied, blocs in self._lettres:
            self._rappel_titre, self._pied = rappel, pied
            pages = paginer(blocs, A4[1] - MARGE_HAUTE - MARGE_BASSE)
            for numero, poses in enumerate(pages, 1):
                self._dessiner_page(toile, poses, numero, len(pages))
                toile.page_suivante()
        return toile.octets(self.racine, self.identite)
