"""Le fournisseur : où frapper (découverte) et avec quelles clés il signe. Gardé en mémoire une heure.

Rien de ce qu'il annonce ne mène ailleurs que chez lui : chaque adresse est de la même origine que l'émetteur réglé.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app

from portail.franceconnect import transport
from portail.franceconnect.reglages import ReglagesFranceConnect
from portail.franceconnect.transport import Injoignable

if TYPE_CHECKING:
    from joserfc.jwk import Key, KeySet

MEMOIRE = 3600.0  # secondes
RELECTURE = 60.0  # secondes : une clé inconnue ne fait pas relire les clés à chaque requête
ADRESSES = {
    "autorisation": "authorization_endpoint",
    "jeton": "token_endpoint",
    "identite": "userinfo_endpoint",
    "cles": "jwks_uri",
}
ECHANGES_A_LA_FOIS = 3  # un fournisseur lent ne prend pas tous les fils du serveur
DELAI_OCCUPE = 2.0  # secondes


@dataclass(frozen=True)
class Annuaire:
    """Les adresses du fournisseur. `fin` est vide s'il ne sait pas fermer une session."""

    autorisation: str
    jeton: str
    identite: str
    cles: str
    fin: str


class Fournisseur:
    """Ce que l'on sait du fournisseur. Partagé par tous les fils : chaque lecture remplace un tout par un autre."""

    def __init__(self, reglages: ReglagesFranceConnect) -> None:
        self.reglages = reglages
        self.places = threading.BoundedSemaphore(ECHANGES_A_LA_FOIS)
        self._annuaire: tuple[float, Annuaire] | None = None
        self._cles: tuple[float, KeySet] | None = None

    def annuaire(self) -> Annuaire:
        """Lève `Injoignable` s'il ne répond pas, ou s'il n'est pas celui que l'on croit."""
        if self._annuaire is None or time.monotonic() - self._annuaire[0] > MEMOIRE:
            from authlib.oidc.discovery import get_well_known_url

            lu = transport.demander(get_well_known_url(self.reglages.emetteur, external=True)).objet()
            self._annuaire = (time.monotonic(), self._verifier(lu))
        return self._annuaire[1]

    def cle(self, kid: str) -> Key | None:
        """La clé de signature de ce nom, ou None. Les clés sont relues quand une nouvelle apparaît."""
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        trouvee = self._parmi(kid) if self._cles is not None else None
        perimees = self._cles is None or time.monotonic() - self._cles[0] > MEMOIRE
        a_relire = trouvee is None and self._cles is not None and time.monotonic() - self._cles[0] > RELECTURE
        if perimees or a_relire:
            lu = transport.demander(self.annuaire().cles).objet()
            try:
                self._cles = (time.monotonic(), KeySet.import_key_set({"keys": _de_signature(lu)}))
            except (JoseError, ValueError, TypeError, KeyError, AttributeError) as erreur:
                raise Injoignable("clés illisibles") from erreur
            trouvee = self._parmi(kid)
        return trouvee

    def _parmi(self, kid: str) -> Key | None:
        assert self._cles is not None
        return next((cle for cle in self._cles[1].keys if cle.kid == kid), None)

    def _verifier(self, lu: dict[str, Any]) -> Annuaire:
        from authlib.oidc.discovery import OpenIDProviderMetadata

        annonce = OpenIDProviderMetadata(lu)
        if annonce.get("issuer") != self.reglages.emetteur:
            raise Injoignable("un autre émetteur répond")
        adresses = {nom: annonce.get(cle) for nom, cle in ADRESSES.items()}
        adresses["fin"] = annonce.get("end_session_endpoint", "")
        for nom, adresse in adresses.items():
            chez_lui = isinstance(adresse, str) and adresse.startswith(self.reglages.origine + "/")
            if not chez_lui and (nom, adresse) != ("fin", ""):
                raise Injoignable("une adresse du fournisseur n’est pas chez lui")
        return Annuaire(**adresses)


def _de_signature(lu: dict[str, Any]) -> list[Any]:
    return [cle for cle in lu["keys"] if cle.get("use", "sig") == "sig" and cle.get("kty") in {"EC", "RSA"}]


def fournisseur() -> Fournisseur | None:
    """Celui de l'application en cours, ou None si FranceConnect n'est pas réglé."""
    return current_app.extensions["franceconnect"]
