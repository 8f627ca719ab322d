"""Le ramasse-miettes, réglé pour un serveur : l'index des lieux (des centaines de milliers d'objets) ne bouge plus.

Le reparcourir à chaque grand passage coûtait un dixième du temps de chaque page.
"""

from __future__ import annotations

import gc

SEUILS = (20_000, 50, 100)


def figer_ce_qui_ne_bouge_plus() -> None:
    """À appeler une fois l'application prête et ses index chargés, avant de servir."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SEUILS)
