"""Pourquoi un fichier est refusé : un code pour le programme, une phrase pour la personne.

Bibliothèque standard seulement : l'atelier (processus à part) s'en sert aussi.
Une phrase dit ce qui ne va pas, puis quoi faire. Elle ne nomme jamais un format interne ni un outil.
"""

from __future__ import annotations

import re
from enum import StrEnum

TAILLE_MAX = 15 * 1024 * 1024  # octets reçus
PAGES_MAX = 100
PIXELS_MAX = 50_000_000
TAILLE_SORTIE_MAX = 20 * 1024 * 1024  # octets rendus par l'atelier

MO = 1024 * 1024


class Refus(StrEnum):
    """Les codes. Leur valeur voyage entre l'atelier et le portail."""

    VIDE = "vide"
    TROP_GROS = "trop_gros"
    TYPE = "type"
    RENOMME = "renomme"
    POLYGLOTTE = "polyglotte"
    PROTEGE = "protege"
    ILLISIBLE = "illisible"
    IMAGE_TROP_GRANDE = "image_trop_grande"
    TROP_DE_PAGES = "trop_de_pages"
    TROP_COMPLEXE = "trop_complexe"
    DELAI = "delai"
    FORMULAIRE = "formulaire"
    CLASSEUR = "classeur"
    OCCUPE = "occupe"
    INDISPONIBLE = "indisponible"
    DANGEREUX = "dangereux"


ACCEPTES = "Nous acceptons les PDF et les photos (JPEG, PNG ou HEIC)."
EN_PDF = "Ouvrez-le, choisissez « Imprimer », puis « Enregistrer en PDF », et envoyez ce nouveau fichier."
ORIGINAL_EN_PDF = EN_PDF.replace("Ouvrez-le", "Ouvrez l’original")
UN_PAR_UN = "Ouvrez-le, et envoyez un par un les documents qu’il contient."
PHOTO = "Photographiez le document, puis envoyez la photo."
AUTREMENT = f"{EN_PDF} Ou bien photographiez le document."

# Chaque phrase commence par le nom du fichier : plusieurs peuvent avoir été envoyés ensemble.
PHRASES = {
    Refus.VIDE: "« {nom} » est vide. Il n’est peut-être pas encore téléchargé sur votre appareil. "
    "Ouvrez-le pour vérifier, puis envoyez-le de nouveau.",
    Refus.TROP_GROS: "« {nom} » pèse {poids}. La limite est de 15 Mo. "
    "Envoyez une photo du document, ou un PDF plus léger, quelques pages à la fois.",
    Refus.TYPE: "« {nom} » est {nature}. {acceptes} {conseil}",
    Refus.RENOMME: "« {nom} » est en réalité {nature}. "
    "Changer le nom d’un fichier ne change pas son contenu. {acceptes} {conseil}",
    Refus.POLYGLOTTE: "« {nom} » porte la marque d’un PDF, mais contient autre chose. Par sécurité, nous ne le "
    "gardons pas. Demandez de nouveau ce document à qui vous l’a remis, ou photographiez-le.",
    Refus.PROTEGE: f"« {{nom}} » est protégé par un mot de passe : le guichet ne pourrait pas le lire. {EN_PDF}",
    Refus.ILLISIBLE: "« {nom} » est abîmé ou incomplet : nous n’arrivons pas à l’ouvrir. "
    "Vérifiez qu’il s’ouvre sur votre appareil, ou téléchargez-le de nouveau. Ou bien photographiez le document.",
    Refus.IMAGE_TROP_GRANDE: "« {nom} » contient une image trop grande : elle compte {mesure} millions de points, la "
    "limite est de 50 millions. Reprenez la photo avec le réglage normal de votre téléphone, ou envoyez une capture "
    "d’écran.",
    Refus.TROP_DE_PAGES: "« {nom} » compte {mesure} pages. La limite est de 100 pages. "
    "Gardez les pages demandées, ou envoyez-le en plusieurs fichiers.",
    Refus.TROP_COMPLEXE: f"« {{nom}} » est trop lourd à ouvrir pour notre service. {AUTREMENT}",
    Refus.DELAI: f"« {{nom}} » est trop long à ouvrir pour notre service. {AUTREMENT}",
    Refus.FORMULAIRE: "« {nom} » est un formulaire à remplir à l’écran : le guichet n’en verrait pas les réponses. "
    f"{EN_PDF}",
    Refus.CLASSEUR: "« {nom} » est un classeur qui contient d’autres fichiers. "
    "Ouvrez-le, enregistrez chaque fichier sur votre appareil, et envoyez-les un par un.",
    Refus.OCCUPE: "« {nom} » n’a pas pu être vérifié : beaucoup de documents arrivent en ce moment. "
    "Envoyez-le de nouveau dans une minute.",
    Refus.DANGEREUX: "« {nom} » a été refusé par l’antivirus : il pourrait abîmer l’ordinateur qui l’ouvre. Nous ne le "
    "gardons pas. Demandez de nouveau ce document à qui vous l’a remis, ou photographiez-le.",
    Refus.INDISPONIBLE: "« {nom} » n’a pas pu être vérifié : notre contrôle des documents est en panne. "
    "Envoyez-le de nouveau un peu plus tard. Vos autres réponses ne sont pas touchées.",
}


class FichierRefuse(Exception):
    """Un fichier que le portail ne garde pas. `code` est un `Refus` ; `phrase` nomme le fichier et se montre ainsi."""

    def __init__(self, code: Refus, phrase: str) -> None:
        self.code = code
        self.phrase = phrase
        super().__init__(phrase)


class Rejet(Exception):
    """Dans l'atelier : ce fichier ne passe pas. `mesure` est un nombre de pages ou de millions de points."""

    def __init__(self, code: Refus, mesure: int = 0) -> None:
        self.code = code
        self.mesure = mesure
        super().__init__(code)


def refuser(code: Refus, nom: str, **details: object) -> FichierRefuse:
    """L'erreur prête à lever, phrase complète. Lève `KeyError` s'il manque un détail à la phrase."""
    details.setdefault("acceptes", ACCEPTES)
    details["mesure"] = _nombre(details.get("mesure"))
    return FichierRefuse(code, insecables(PHRASES[code].format_map({**details, "nom": nom})))


def _nombre(mesure: object) -> str:
    """« 10 000 » ; sans mesure sûre, « plus de 100 » (un PDF qui ment sur ses pages n'est pas compté jusqu'au bout)."""
    if isinstance(mesure, int) and mesure > 0:
        return f"{mesure:,}".replace(",", "\u202f")
    return f"plus de {PAGES_MAX}"


def poids(octets: int) -> str:
    """« 18,2 Mo » ; juste au-dessus de la limite, « un peu plus de 15 Mo » : « 15,0 Mo » ne s'expliquerait pas."""
    texte = f"{octets / MO:.1f}".replace(".", ",")
    if octets > TAILLE_MAX and texte == "15,0":
        return "un peu plus de 15 Mo"
    return f"{texte} Mo"


def insecables(texte: str) -> str:
    """Espaces insécables : dans « », avant « : », entre un nombre et son unité."""
    texte = texte.replace("« ", "«\u00a0")
    return re.sub(r" (?=[:»])|(?<=\d) (?=(?:Mo|pages|millions)\b)", "\u00a0", texte)
