"""La mémoire, réglée pour un serveur : l'index des lieux (des centaines de milliers d'objets) ne bouge plus.

Le reparcourir à chaque grand passage du ramasse-miettes coûtait un dixième du temps de chaque page.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

SEUILS = (20_000, 50, 100)


def figer_ce_qui_ne_bouge_plus() -> None:
    """À appeler une fois l'application prête et ses index chargés, avant de servir."""
    gc.collect()
    with suppress(OSError, AttributeError):  # bibliothèque C sans cet appel : rien n'est rendu, rien ne casse
        ctypes.CDLL(None).malloc_trim(0)  # rend au système ce que l'import et les brouillons d'index ont laissé : 4 Mo
    gc.freeze()
    gc.set_threshold(*SEUILS)
