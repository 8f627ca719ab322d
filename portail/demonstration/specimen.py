"""Une pièce d'identité factice : une image qui dit « SPÉCIMEN » et « document fictif » en toutes lettres."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from portail.config import RACINE
from portail.demande.listes import Civilite
from portail.demande.modeles import Personne

TAILLE = (720, 460)
FOND, ENCRE, DOUX, BARRE = (236, 241, 238), (26, 34, 48), (90, 100, 112), (143, 17, 8)
POLICE = RACINE / "portail" / "documents" / "polices" / "PortailTexte-Gras.ttf"
TITRES = ("Nom", "Prénom", "Né(e) le", "Sexe")
GAUCHE, HAUT, PAS = 250, 92, 58  # points


def carte(personne: Personne) -> bytes:
    """JPEG d'environ 30 ko, sans métadonnées."""
    image = _vierge().copy()
    trait = ImageDraw.Draw(image)
    valeurs = (
        (personne.nom_naissance or "").upper(),
        personne.prenoms or "",
        f"{personne.date_naissance:%d/%m/%Y}" if personne.date_naissance else "",
        "F" if personne.civilite is Civilite.MADAME else "M",
    )
    for rang, valeur in enumerate(valeurs):
        trait.text((GAUCHE, HAUT + 20 + PAS * rang), valeur, font=_police(27), fill=ENCRE)
    octets = io.BytesIO()
    image.save(octets, "JPEG", quality=70)
    return octets.getvalue()


@cache
def _vierge() -> Image.Image:
    """La carte sans personne, « SPÉCIMEN » en travers."""
    image = Image.new("RGB", TAILLE, FOND)
    trait = ImageDraw.Draw(image)
    trait.rectangle((12, 12, TAILLE[0] - 13, TAILLE[1] - 13), outline=DOUX, width=3)
    trait.text((36, 30), "DOCUMENT FICTIF, SANS VALEUR", font=_police(26), fill=ENCRE)
    trait.rectangle((36, 90, 216, 320), outline=DOUX, width=2)
    trait.ellipse((86, 130, 166, 210), outline=DOUX, width=2)
    trait.arc((66, 220, 186, 400), 180, 360, fill=DOUX, width=2)
    for rang, titre in enumerate(TITRES):
        trait.text((GAUCHE, HAUT + PAS * rang), titre, font=_police(17), fill=DOUX)
    trait.text((36, 345), "Démonstration du portail. Cette personne n’existe pas.", font=_police(20), fill=ENCRE)
    calque = Image.new("RGBA", TAILLE, (0, 0, 0, 0))
    milieu = (TAILLE[0] // 2, TAILLE[1] // 2)
    ImageDraw.Draw(calque).text(milieu, "SPÉCIMEN", font=_police(120), fill=(*BARRE, 96), anchor="mm")
    return Image.alpha_composite(image.convert("RGBA"), calque.rotate(24)).convert("RGB")


@cache
def _police(corps: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(POLICE), corps)
