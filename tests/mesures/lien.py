"""Un lien lent entre un navigateur et un serveur, sans droit particulier : un relais qui retarde et qui débite.

    with lien_lent(port, aller_retour=0.5, debit=50_000) as adresse: …

Toutes les connexions partagent le même débit, dans chaque sens. Ouvrir une connexion coûte deux allers-retours (TCP puis
TLS 1.3), comme en service. Ni pertes ni démarrage lent de TCP : à 50 kbit/s, la première fenêtre remplit déjà le lien.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PAQUET = 1460  # octets
OUVERTURE = 2  # allers-retours


class _Sens:
    """Un sens du lien : quand il sera libre, et combien d'octets y sont passés."""

    def __init__(self, debit: float) -> None:
        self.debit, self.libre, self.octets = debit, 0.0, 0

    async def passer(self, octets: int) -> None:
        maintenant = asyncio.get_running_loop().time()
        self.libre = max(maintenant, self.libre) + octets * 8 / self.debit
        self.octets += octets
        await asyncio.sleep(self.libre - maintenant)


class Lien:
    def __init__(self, port: int, aller_retour: float, debit: float) -> None:
        self._port, self._aller_retour = port, aller_retour
        self.descend, self.monte = _Sens(debit), _Sens(debit)

    async def servir(self, lecteur: asyncio.StreamReader, plume: asyncio.StreamWriter) -> None:
        await asyncio.sleep(OUVERTURE * self._aller_retour)
        la_bas, vers_la_bas = await asyncio.open_connection("127.0.0.1", self._port)
        monte = self._porter(lecteur, vers_la_bas, self.monte)
        with suppress(asyncio.CancelledError):  # la mesure est finie, une connexion gardée ouverte ne dit plus rien
            await asyncio.gather(monte, self._porter(la_bas, plume, self.descend), return_exceptions=True)

    async def _porter(self, lecteur: asyncio.StreamReader, plume: asyncio.StreamWriter, sens: _Sens) -> None:
        boucle = asyncio.get_running_loop()
        while morceau := await lecteur.read(PAQUET):
            await sens.passer(len(morceau))
            boucle.call_later(self._aller_retour / 2, plume.write, morceau)
        boucle.call_later(self._aller_retour / 2, plume.close)


@contextmanager
def lien_lent(port: int, *, aller_retour: float, debit: float) -> Iterator[tuple[str, Lien]]:
    """L'adresse à ouvrir et le lien. `aller_retour` en secondes, `debit` en bits par seconde."""
    lien, boucle, pret = Lien(port, aller_retour, debit), asyncio.new_event_loop(), threading.Event()
    ports: list[int] = []

    async def ouvrir() -> None:
        serveur = await asyncio.start_server(lien.servir, "127.0.0.1", 0)
        ports.append(serveur.sockets[0].getsockname()[1])
        pret.set()

    def tourner() -> None:
        boucle.run_until_complete(ouvrir())
        boucle.run_forever()
        restantes = asyncio.all_tasks(boucle)
        for tache in restantes:
            tache.cancel()
        boucle.run_until_complete(asyncio.gather(*restantes, return_exceptions=True))
        boucle.close()

    fil = threading.Thread(target=tourner, name="lien lent", daemon=True)
    fil.start()
    pret.wait(10)
    try:
        yield f"http://127.0.0.1:{ports[0]}", lien
    finally:
        boucle.call_soon_threadsafe(boucle.stop)
        fil.join(5)
