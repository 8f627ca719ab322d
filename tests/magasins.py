"""Les deux stockages du portail, avec le dossier où l'on peut voir, et abîmer, ce qu'ils rangent vraiment.

Le magasin S3 est localbucket : un vrai serveur HTTP, un fichier par objet, 16 Ko sans dépendance. moto en pèse 31 Mo, et
cache ses objets en mémoire. Aucun des deux ne vérifie les signatures.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest
from localbucket import S3Handler

from portail.chiffrement import Coffre
from portail.stockage import Stockage
from portail.stockage_local import StockageLocal
from portail.stockage_s3 import ReglagesS3, StockageS3

SEAU = "pieces"


def ranges(dossier: Path) -> list[Path]:
    """Tout ce qui est rangé là, même sous un nom provisoire."""
    return [chemin for chemin in dossier.rglob("*") if chemin.is_file() and chemin.name != ".verrou"]


@dataclass
class Magasin:
    """`ouvrir` : le stockage, avec ce coffre. `dossier` : ce qu'il range. `couper` : il ne répond plus. `retablir`."""

    dossier: Path
    ouvrir: Callable[[Coffre], Stockage]
    couper: Callable[[], object]
    retablir: Callable[[], object]

    def fichiers(self) -> list[Path]:
        return ranges(self.dossier)

    def chemin(self, cle: str) -> Path:
        return self.dossier / cle[:2] / cle


def local(racine: Path) -> Magasin:
    dossier, ailleurs = racine / SEAU, racine / "démonté"
    return Magasin(
        dossier,
        lambda coffre: StockageLocal(dossier, coffre),
        lambda: shutil.move(dossier, ailleurs),
        lambda: shutil.move(ailleurs, dossier),
    )


class _Guichet(S3Handler):
    """Le serveur, que l'on peut rendre muet : il raccroche. Et DeleteObjects, qu'obstore emploie même pour un objet."""

    en_panne = False

    def _dispatch(self, action) -> None:
        if self.en_panne:
            self.close_connection = True
            self.connection.shutdown(2)
        else:
            super()._dispatch(action)

    def _post_request(self, bucket: str, key: str) -> None:
        if "delete" not in self.query:
            super()._post_request(bucket, key)
            return
        demande, reponse = ElementTree.fromstring(self._read_body()), ElementTree.Element("DeleteResult")
        for nom in [balise.text or "" for balise in demande.iter() if balise.tag.endswith("Key")]:
            self._object_path(bucket, nom).unlink(missing_ok=True)
            ElementTree.SubElement(ElementTree.SubElement(reponse, "Deleted"), "Key").text = nom
        self._send_xml(reponse)


@contextmanager
def s3(racine: Path) -> Iterator[Magasin]:
    (racine / SEAU).mkdir(parents=True)
    guichet = type("Guichet", (_Guichet,), {"data_root": racine})
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), guichet)
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
    fil.start()
    reglages = ReglagesS3(f"http://127.0.0.1:{serveur.server_port}", SEAU, "cle", "secret")
    yield Magasin(
        racine / SEAU,
        lambda coffre: StockageS3(reglages, coffre),
        lambda: setattr(guichet, "en_panne", True),
        lambda: setattr(guichet, "en_panne", False),
    )
    serveur.shutdown()
    fil.join()
    serveur.server_close()


@pytest.fixture(params=["dossier", "s3"])
def magasin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Magasin]:
    if request.param == "dossier":
        yield local(tmp_path)
    else:
        with s3(tmp_path) as ouvert:
            yield ouvert
