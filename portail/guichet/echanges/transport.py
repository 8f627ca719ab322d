"""Le fichier essayé voyage dans la page jusqu'au bouton « Appliquer » : rien n'en reste sur le serveur entre les deux.

L'agent n'a pas à le choisir une seconde fois, et ce qui est appliqué est ce qui a été essayé. Rien ne s'y fie : tout
est jugé à nouveau.
"""

from __future__ import annotations

import base64
import binascii
import zlib

from portail.guichet.echanges.forme import TAILLE_MAX, FichierRefuse


def emporter(octets: bytes) -> str:
    return base64.b64encode(zlib.compress(octets)).decode()


def rapporter(texte: str) -> bytes:
    """Les octets emportés. Lève `FichierRefuse` si ce n'en sont pas, ou s'ils sont plus gros que permis."""
    try:
        octets = zlib.decompressobj().decompress(base64.b64decode(texte, validate=True), TAILLE_MAX + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise FichierRefuse("Ce fichier s’est perdu en route. Choisissez-le à nouveau.") from None
    if not octets or len(octets) > TAILLE_MAX:
        raise FichierRefuse("Ce fichier s’est perdu en route. Choisissez-le à nouveau.")
    return octets
