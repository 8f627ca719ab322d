"""Une demande papier, recopiée par un agent : ouverte, remplie, déposée."""

from __future__ import annotations

from datetime import date

from portail.db import db
from portail.demande.listes import RaisonSansNir
from portail.demande.modeles import Declaration, Demande
from tests import fabriques
from tests.demande.gestes import NavigateurQuiTape
from tests.navigateur import mots

NOM, PRENOM, NAISSANCE = "Diallo", "Awa", date(1971, 5, 9)


def commencer(nav: NavigateurQuiTape, commune: str = "Villeurbanne") -> int:
    """Choisit la commune ; rend le numéro de la demande papier, ouverte à sa première étape."""
    nav.ouvrir("/guichet/saisie")
    nav.envoyer({"commune": commune}, "Commencer la saisie")
    assert nav.h1 == "Informations générales", nav.texte()[:300]
    return int(nav.adresse.split("/")[3])


def remplir(demande_id: int, *, nir: str | None = None, **identite: object) -> None:
    """Awa Diallo, seule, sans adresse mail ni téléphone : tout est répondu."""
    with db.sessionmaker() as session, session.begin():
        declaration = session.get_one(Demande, demande_id).declarations[0]
        fabriques.remplir_ana(declaration)
        awa, coordonnees = declaration.personnes[0], declaration.coordonnees
        awa.nom_naissance, awa.prenoms, awa.date_naissance = NOM, PRENOM, NAISSANCE
        coordonnees.courriel = coordonnees.telephone_portable = None
        if nir is None:
            awa.raison_sans_nir = RaisonSansNir.ARRIVEE
        for nom, valeur in {"nir": nir, **identite}.items():
            setattr(awa, nom, valeur)
        if nir is not None:
            from portail.chiffrement import coffre

            awa.nir_empreinte = coffre().empreinte(nir, "nir")


def deposer(nav: NavigateurQuiTape, demande_id: int, jour: str = "20", mois: str = "11", annee: str = "2026") -> str:
    """Dépose la demande ouverte ; rend le code du bordereau."""
    nav.ouvrir(f"/guichet/saisie/{demande_id}/verifier")
    reponses = {"recue_le-jour": jour, "recue_le-mois": mois, "recue_le-annee": annee, "signee": "oui"}
    formulaire = nav.formulaire("signee")
    valeurs = nav.saisie(formulaire)
    for nom, valeur in reponses.items():
        valeurs.setlist(nom, [valeur])
    nav.poster(formulaire["action"], valeurs)
    code = nav.page.find(class_="code-bordereau")
    return mots(code)


def papier_depose(nav: NavigateurQuiTape, *, nir: str | None = None, **identite: object) -> tuple[int, str]:
    """(numéro de la demande, code)."""
    demande_id = commencer(nav)
    remplir(demande_id, nir=nir, **identite)
    return demande_id, deposer(nav, demande_id)


def brouillon(session, demande_id: int) -> Declaration:
    return next(d for d in session.get_one(Demande, demande_id).declarations if d.est_brouillon)
