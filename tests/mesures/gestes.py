"""Les gestes d'un agent que l'on mesure. Préparer (remplir un formulaire) n'est pas compté ; envoyer, si."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portail.db import lecture
from portail.demande.modeles import Demande
from portail.guichet.listes import Repere
from tests.mesures.peuplement import Peuplee
from tests.navigateur import Navigateur

Envoyer = Callable[[], TestResponse]
Preparer = Callable[[FlaskClient, Peuplee, int], Envoyer]


@dataclass(frozen=True)
class Geste:
    """`borne` : son temps ne doit presque pas dépendre de la taille de la base."""

    nom: str
    preparer: Preparer
    borne: bool = True


def une(contenu: Peuplee, tour: int) -> int:
    """Une demande de ses territoires, à chaque tour une autre, dans toute la base."""
    dans_ses_territoires = [numero for numero in contenu.demandes if numero % 10 != 9]
    return dans_ses_territoires[tour * 37 % len(dans_ses_territoires)]


def _aller(adresse: Callable[[Peuplee, int], str]) -> Preparer:
    def preparer(client: FlaskClient, contenu: Peuplee, tour: int) -> Envoyer:
        ou = adresse(contenu, tour)
        return lambda: client.get(ou)

    return preparer


def _chercher(reponses: Callable[[Any, int], dict[str, str]]) -> Preparer:
    def preparer(client: FlaskClient, contenu: Peuplee, tour: int) -> Envoyer:
        with client.application.app_context(), lecture() as session:
            trouvee = session.get_one(Demande, une(contenu, tour))
            voulues = reponses(trouvee, tour)
        nav = Navigateur(client).ouvrir("/guichet/recherche")
        saisie = nav.saisie(nav.formulaire("numero"))
        for nom, valeur in voulues.items():
            saisie.setlist(nom, [valeur])
        return lambda: client.post("/guichet/recherche", data=saisie)

    return preparer


def _page_profonde(client: FlaskClient, contenu: Peuplee, tour: int) -> Envoyer:
    """Loin dans les demandes à vérifier : au milieu, pas au début."""
    with client.application.app_context(), lecture() as session:
        rang = contenu.a_verifier // 2 + tour
        ligne = session.execute(
            sa.select(Demande.deposee_le, Demande.id).where(Demande.id == contenu.demandes[0] + rang)
        ).one()
    apres = str(Repere(ligne.deposee_le, ligne.id))
    return lambda: client.get(f"/guichet/demandes?classement=a-verifier&apres={apres}")


def _identite(demande: Demande, faute: bool) -> dict[str, str]:
    nom, naissance = demande.nom_cherche or "", demande.date_naissance_cherchee
    assert naissance is not None
    return {
        "nom": nom[:2] + nom[3:] if faute else nom.title(),
        "date_naissance-jour": str(naissance.day),
        "date_naissance-mois": str(naissance.month),
        "date_naissance-annee": str(naissance.year),
    }


def _numero(demande: Demande) -> dict[str, str]:
    """Avec la lettre O pour le zéro, comme on le recopie."""
    return {"numero": (demande.numero_unique or "069012600000169266").replace("0", "O")}


GESTES = (
    Geste("accueil et ses compteurs", _aller(lambda _c, _t: "/guichet"), borne=False),
    Geste("demandes à vérifier", _aller(lambda _c, _t: "/guichet/demandes")),
    Geste("demandes à vérifier, page profonde", _page_profonde),
    Geste("à vérifier, une commune", _aller(lambda _c, _t: "/guichet/demandes?classement=a-verifier&commune=92050")),
    Geste(
        "à vérifier, de notre guichet", _aller(lambda _c, _t: "/guichet/demandes?classement=a-verifier&chez_nous=oui")
    ),
    Geste("à corriger par la personne", _aller(lambda _c, _t: "/guichet/demandes?classement=a-corriger")),
    Geste("enregistrées", _aller(lambda _c, _t: "/guichet/demandes?classement=enregistrees")),
    Geste(
        "enregistrées, une petite commune",
        _aller(lambda _c, _t: "/guichet/demandes?classement=enregistrees&commune=69243"),
    ),
    Geste("tableau de bord", _aller(lambda _c, _t: "/guichet/tableau-de-bord"), borne=False),
    Geste("appeler ou écrire", _aller(lambda _c, _t: "/guichet/appeler-ou-ecrire"), borne=False),
    Geste(
        "enregistrées, une commune", _aller(lambda _c, _t: "/guichet/demandes?classement=enregistrees&commune=92050")
    ),
    Geste("recherche par numéro", _chercher(lambda demande, _t: _numero(demande))),
    Geste("recherche par nom et naissance", _chercher(lambda demande, _t: _identite(demande, False))),
    Geste("recherche avec une faute", _chercher(lambda demande, _t: _identite(demande, True))),
    Geste("dossier", _aller(lambda contenu, tour: f"/guichet/demandes/{une(contenu, tour)}")),
    Geste("journal", _aller(lambda _c, _t: "/guichet/journal"), borne=False),
)
