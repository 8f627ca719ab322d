"""Ranger les fichiers dans un magasin d'objets compatible S3, par obstore (extra « s3 »).

Mêmes noms, mêmes octets chiffrés que dans un dossier. Le magasin ne voit ni nom, ni type, ni contenu.
"""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from portail.chiffrement import Coffre
from portail.stockage import FORME_D_UNE_CLE, FichierAbsent, StockageChiffre, chemin_relatif, en_panne

PREFIXE = "PORTAIL_S3_"
EXIGES = {
    "ADRESSE": "l’adresse du magasin, par exemple https://s3.gra.io.cloud.ovh.net",
    "SEAU": "le nom du seau, qui ne sert qu’au portail",
    "CLE": "l’identifiant de la clé d’accès",
    "SECRET": "le secret de la clé d’accès",
}
REGION = "us-east-1"  # la plupart des magasins hors d'Amazon ne la regardent pas
BOUCLE_LOCALE = {"localhost", "127.0.0.1", "::1"}
# Une page attend derrière : mieux vaut dire « réessayez » en dix secondes qu'espérer une minute.
DELAI, CONNEXION = timedelta(seconds=15), timedelta(seconds=3)
REPRISES: Any = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}


@dataclass(frozen=True)
class ReglagesS3:
    """Où est le magasin, et de quoi y entrer."""

    adresse: str
    seau: str
    cle: str
    secret: str = field(repr=False)
    region: str = REGION


def lire(environ: Mapping[str, str], manques: list[str]) -> ReglagesS3 | None:
    """Les réglages du magasin ; None s'il n'y en a aucun. Ce qui ne va pas s'ajoute à `manques`."""
    valeurs = {nom: environ.get(PREFIXE + nom, "") for nom in (*EXIGES, "REGION")}
    if not any(valeurs.values()):
        return None
    avant = len(manques)
    manques += [f"{PREFIXE}{nom} : {sens}." for nom, sens in EXIGES.items() if not valeurs[nom]]
    adresse = urlsplit(valeurs["ADRESSE"])
    est_locale = adresse.scheme == "http" and adresse.hostname in BOUCLE_LOCALE
    if valeurs["ADRESSE"] and not (adresse.scheme == "https" and adresse.hostname) and not est_locale:
        manques.append(f"{PREFIXE}ADRESSE commence par https:// (http:// seulement vers la même machine).")
    if importlib.util.find_spec("obstore") is None:
        manques.append(f"{PREFIXE}… : le magasin demande l’extra « s3 » (pip install -r requirements-extras.lock).")
    if len(manques) > avant:
        return None
    return ReglagesS3(
        valeurs["ADRESSE"].rstrip("/"),
        valeurs["SEAU"],
        valeurs["CLE"],
        valeurs["SECRET"],
        valeurs["REGION"] or REGION,
    )


class StockageS3(StockageChiffre):
    """Un seau, un objet par fichier. Rien n'est demandé au magasin avant le premier fichier."""

    def __init__(self, reglages: ReglagesS3, coffre: Coffre) -> None:
        from obstore.store import S3Store

        super().__init__(coffre)
        self._seau: Any = S3Store(
            reglages.seau,
            endpoint=reglages.adresse,
            region=reglages.region,
            access_key_id=reglages.cle,
            secret_access_key=reglages.secret,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": reglages.adresse.startswith("http://"),
                "timeout": DELAI,
                "connect_timeout": CONNEXION,
            },
            retry_config=REPRISES,
        )

    def ecrire(self, cle: str, octets: bytes) -> None:
        """Un envoi d'une pièce : le magasin garde tout, ou rien."""
        chemin = chemin_relatif(cle)
        chiffre = self._sceller(cle, octets)
        with self._pannes():
            self._seau.put(chemin, chiffre, use_multipart=False)

    def supprimer(self, cle: str) -> None:
        with self._pannes():
            self._seau.delete(chemin_relatif(cle))

    def existe(self, cle: str) -> bool:
        try:
            with self._pannes(cle):
                self._seau.head(chemin_relatif(cle))
        except FichierAbsent:
            return False
        return True

    def inventaire(self) -> Iterator[tuple[str, datetime]]:
        with self._pannes():
            for objets in self._seau.list():
                for objet in objets:
                    nom = objet["path"].rpartition("/")[2]
                    if FORME_D_UNE_CLE.fullmatch(nom):
                        yield nom, objet["last_modified"]

    def balayer(self, avant: datetime) -> int:
        """Rien : un magasin d'objets range un fichier entier, ou pas du tout."""
        return 0

    def rechiffrer(self, cle: str) -> bool:
        """Effacé au même instant, il peut reparaître : plus rien ne le désigne, la vérification de la nuit l'efface."""
        if self._est_a_jour(cle):
            return False
        self.ecrire(cle, self.lire(cle))
        return True

    def _octets(self, cle: str, combien: int | None = None) -> bytes:
        chemin = chemin_relatif(cle)
        with self._pannes(cle):
            if combien is None:
                return bytes(self._seau.get(chemin).bytes())
            if self._seau.head(chemin)["size"] == 0:
                return b""  # un début de rien se refuserait comme une panne
            return bytes(self._seau.get_range(chemin, start=0, length=combien))

    @contextlib.contextmanager
    def _pannes(self, cle: str = "") -> Iterator[None]:
        """Toute erreur du magasin devient `StockageIndisponible` ; sauf, pour une `cle`, son absence."""
        from obstore.exceptions import BaseError, NotFoundError

        try:
            yield
        except (NotFoundError, FileNotFoundError) as erreur:
            if not cle:
                raise en_panne("Le seau est introuvable.") from erreur
            self._exiger_le_seau()
            raise FichierAbsent(cle) from erreur
        except (BaseError, OSError) as erreur:  # le texte de l'erreur contient des adresses : son nom suffit
            raise en_panne(f"Le magasin ne répond pas ({type(erreur).__name__}).") from erreur

    def _exiger_le_seau(self) -> None:
        """Un seau disparu n'est pas un fichier absent : le confondre ferait croire la pièce perdue."""
        with self._pannes():
            next(iter(self._seau.list(prefix="0" * 32, chunk_size=1)), None)
