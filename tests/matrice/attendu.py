"""Ce que chaque rôle doit obtenir de chaque route, tiré du droit qu'elle nomme et de l'objet que son adresse désigne."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from werkzeug.test import TestResponse

from portail.droits import Droit, droit_de
from portail.guichet.porte_saisie import FERMEE
from tests.guichet.test_lecteur import LISIBLES
from tests.matrice.monde import AGENTS, PERSONNES, Objet, Peuple

OUVRE, ABSENT, INTERDIT, CONNEXION = "s’ouvre", "n’existe pas", "interdit", "se connecter"
RANGS = {Droit.AGENT_SANS_FACTEUR: 0, Droit.AGENT_ACCUEIL: 1, Droit.AGENT_INSTRUCTEUR: 2, Droit.AGENT_RESPONSABLE: 3}
# Ce qui, dans une adresse, désigne quelque chose qui est à quelqu'un. Un paramètre inconnu fait échouer le test.
A_QUELQU_UN = {"demande_id", "fichier_id", "televersement_id", "piece_id", "fil_id", "session_id", "cle_id", "agent_id"}


@dataclass(frozen=True)
class Route:
    methode: str
    regle: str
    endpoint: str
    droit: Droit
    objets: frozenset[str]

    def adresse(self, app: Flask, objet: Objet) -> str:
        return app.url_map.bind("127.0.0.1").build(self.endpoint, {nom: objet[nom] for nom in self._parametres(app)})

    def __str__(self) -> str:
        return f"{self.methode} {self.regle} ({self.endpoint})"

    def _parametres(self, app: Flask) -> set[str]:
        (regle,) = [r for r in app.url_map.iter_rules(self.endpoint) if r.rule == self.regle]
        return set(regle.arguments)


def routes(app: Flask) -> list[Route]:
    """Toutes celles qui demandent d'être quelqu'un, une ligne par méthode."""
    trouvees = []
    for regle in app.url_map.iter_rules():
        droit = droit_de(app, regle.endpoint)
        if droit in RANGS or droit is Droit.COMPTE:
            for methode in sorted((regle.methods or set()) - {"HEAD", "OPTIONS"}):
                objets = frozenset(regle.arguments & A_QUELQU_UN)
                trouvees.append(Route(methode, regle.rule, regle.endpoint, droit, objets))
    return sorted(trouvees, key=lambda route: (route.regle, route.methode))


def objet_de(peuple: Peuple, route: Route) -> Objet:
    return peuple.papier if route.regle.startswith("/guichet/saisie/") else peuple.objets


def attendu(role: str, route: Route) -> str:
    if route.droit is Droit.COMPTE:
        if role not in PERSONNES:
            return CONNEXION
        if role == "propriétaire" or not route.objets:
            return OUVRE
        lisible = role == "co-demandeur lecteur" and route.methode == "GET" and route.regle in LISIBLES
        return OUVRE if lisible else ABSENT
    if role == "agent sans facteur":
        return OUVRE if RANGS[route.droit] == 0 else CONNEXION
    if role not in AGENTS:
        return CONNEXION
    if AGENTS[role] < RANGS[route.droit]:
        return INTERDIT
    return ABSENT if role == "agent d’ailleurs" and route.objets else OUVRE


def obtenu(reponse: TestResponse) -> str:
    """400 et 405 ne sont la réponse attendue de rien : ils font échouer. Un écran de saisie fermé ne montre ni ne prend rien."""
    vers = reponse.headers.get("Location", "").split("?")[0]
    if reponse.status_code == 401 or vers in {"/compte/connexion", "/guichet/connexion", "/guichet/second-facteur"}:
        return CONNEXION
    if vers == FERMEE:
        return ABSENT
    if reponse.status_code in {200, 204, 303, 409, 410, 422, 429}:
        return OUVRE
    return {403: INTERDIT, 404: ABSENT}.get(reponse.status_code, str(reponse.status_code))
