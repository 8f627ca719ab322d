"""De la demande enregistrée à son attestation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol

from flask import current_app
from sqlalchemy.orm import Session

from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.contexte import contexte_au, contexte_de
from portail.demande.cycle_de_vie import echeance
from portail.demande.etapes import souhaits
from portail.demande.modeles import Coordonnees, Declaration, Demande, Personne
from portail.demande.parcours import PARCOURS
from portail.demande.pieces_attendues import entree_du_catalogue, etat_de_la_piece
from portail.documents import delais, registres
from portail.documents.attestation_donnees import Attestation, Chiffres, Service
from portail.documents.fiche import PieceFiche
from portail.documents.matiere import communes_de, nom_de, nom_du_portail
from portail.documents.reponses import Reponse
from portail.documents.typographie import francais
from portail.horloge import a_paris
from portail.referentiels import recherche
from portail.referentiels.recherche import Lieu
from portail.regles.numero_unique import lisible
from portail.regles.territoire import nom_territoire
from portail.regles.validite import ajouter_mois

# Ce que le résumé de l'annexe 1 dit des souhaits (section, champ) : ni motifs, ni ressources, ni santé.
RESUME = {
    ("commune", "commune"),
    ("elargir", "demande_elargie"),
    ("logement", "types"),
    ("logement", "categorie_recherche"),
    ("logement", "nb_personnes_a_loger"),
    ("logement", "loyer_max"),
}
COMPLEMENTAIRE = "complementaire"


class Guichet(Protocol):
    """Ce que l'attestation demande à un guichet (`portail.guichet.modeles.Guichet` le donne)."""

    nom: str
    adresse: str
    code_postal: str
    ville: str
    telephone: str | None


def attestation_de(
    session: Session,
    declaration: Declaration,
    guichet: Guichet,
    instant: datetime,
    code: str,
) -> Attestation:
    """L'attestation d'une demande enregistrée. Lève `ValueError` si elle n'a ni numéro ni date de présentation."""
    demande = declaration.demande
    fin = echeance(demande, a_paris(instant).date())
    if demande.numero_unique is None or demande.deposee_le is None or fin is None:
        raise ValueError(f"La demande {demande.id} n’est pas enregistrée.")
    recue_le = a_paris(demande.deposee_le).date()
    lieux = communes_de(declaration)
    noms = _departements(demande, lieux)
    saisines, sans_delai = delais.de_la_demande(session, lieux, declaration.souhaits.types or (), recue_le)
    a_produire, complementaires = _pieces(declaration)
    return Attestation(
        portail=nom_du_portail(),
        url=current_app.extensions["portail"].url,
        titulaire=nom_de(foyer.demandeur(declaration)),
        adresse=tuple(adresse_de(declaration.coordonnees)),
        service=Service(
            guichet.nom, (guichet.adresse, f"{guichet.code_postal} {guichet.ville}"), guichet.telephone or ""
        ),
        numero_unique=lisible(demande.numero_unique),
        recue_le=recue_le,
        renouvelee_le=renouvelee_le(demande),
        valable_jusqu_au=fin,
        renouvelable_des_le=ajouter_mois(fin, -_parametre("RENOUVELLEMENT_OUVERT_MOIS", instant)),
        communes=tuple(lieu.libelle for lieu in lieux),
        bailleurs=registres.bailleurs(lieu.code for lieu in lieux),
        saisines=saisines,
        sans_delai=sans_delai if lieux else tuple(noms.values()),
        commissions=tuple(registres.commission(departement, nom) for departement, nom in noms.items()),
        chiffres=_chiffres(instant, est_outre_mer=any(departement[:2] in {"97", "98"} for departement in noms)),
        code=code,
        etablie_le=a_paris(instant),
        resume=tuple(_resume(declaration)),
        pieces_a_produire=a_produire,
        pieces_complementaires=complementaires,
    )


def renouvelee_le(demande: Demande) -> date | None:
    """Le jour du dernier renouvellement : None tant que la validité court de la première présentation."""
    if demande.presentee_le is None or demande.deposee_le is None:
        return None
    return demande.presentee_le if demande.presentee_le != a_paris(demande.deposee_le).date() else None


def adresse_de(coordonnees: Coordonnees) -> Iterator[str]:
    """L'adresse où vit la personne, ligne à ligne ; là où elle est domiciliée si elle n'a pas de domicile."""
    if coordonnees.sans_domicile is OuiNon.OUI:
        yield coordonnees.domiciliation or "Sans domicile fixe"
        return
    chez = coordonnees.heberge_chez
    lieu = recherche.lieu(coordonnees.adresse_commune) if coordonnees.adresse_commune else None
    lignes = [
        chez if not chez or chez.lower().startswith("chez ") else f"Chez {chez}",
        _ensemble(coordonnees.adresse_numero, coordonnees.adresse_voie),
        coordonnees.adresse_complement,
    ]
    if coordonnees.adresse_a_l_etranger is OuiNon.OUI:
        lignes += [coordonnees.adresse_ville_etrangere, coordonnees.adresse_pays]
    else:
        lignes.append(_ensemble(coordonnees.adresse_code_postal, lieu.nom if lieu else None))
    yield from filter(None, lignes)


def _ensemble(*morceaux: str | None) -> str:
    return " ".join(filter(None, morceaux))


def _parametre(cle: str, instant: datetime) -> int:
    return contexte_au(a_paris(instant).date()).parametre(cle)


def _chiffres(instant: datetime, *, est_outre_mer: bool) -> Chiffres:
    commission = "COMMISSION_MEDIATION_DROM_MOIS" if est_outre_mer else "COMMISSION_MEDIATION_MOIS"
    return Chiffres(
        validite_mois=_parametre("VALIDITE_MOIS", instant),
        preavis_jours=_parametre("PREAVIS_JOURS", instant),
        avertissement_mois=_parametre("NON_REPONSE_AVERTISSEMENT_MOIS", instant),
        hebergement_mois=_parametre("DALO_HEBERGEMENT_MOIS", instant),
        transition_mois=_parametre("DALO_LOGEMENT_TRANSITION_MOIS", instant),
        commission_mois=_parametre(commission, instant),
        surface_seul=_parametre("SUROCCUPATION_SEUL_M2", instant),
        surface_deux=_parametre("SUROCCUPATION_DEUX_M2", instant),
        surface_par_personne=_parametre("SUROCCUPATION_PAR_PERSONNE_M2", instant),
        surface_maximum=_parametre("SUROCCUPATION_MAXIMUM_M2", instant),
        dossiers_par_logement=_parametre("DOSSIERS_PAR_LOGEMENT", instant),
    )


def _departements(demande: Demande, lieux: list[Lieu]) -> dict[str, str]:
    """Code → nom des départements demandés, dans l'ordre des communes ; le territoire si aucune n'est connue."""
    noms = {lieu.code_departement: delais.nom(lieu.nom_departement) for lieu in lieux}
    return noms or {demande.territoire: nom_territoire(demande.territoire)}


def _resume(declaration: Declaration) -> Iterator[Reponse]:
    """Le foyer en nombres, puis ce qui est demandé, dans les mots des questions."""
    for intitule, noms in (
        ("Co-demandeurs", _noms(foyer.codemandeurs(declaration))),
        ("Colocataires", _noms(foyer.colocataires(declaration))),
        ("Personnes à charge", str(len(foyer.a_charge(declaration)) or "")),
        ("Autres enfants", str(len(foyer.autres_enfants(declaration)) or "")),
    ):
        if noms:
            yield Reponse(intitule, noms)
    for bloc in souhaits.ETAPE.ouvrir(declaration, contexte_de(declaration)):
        for champ in bloc.formulaire.questions:
            if (bloc.section.nom, champ.short_name) in RESUME:
                yield Reponse(francais(champ.libelle), champ.presenter(champ.object_data))


def _noms(personnes: list[Personne]) -> str:
    return ", ".join(_nom(personne) for personne in personnes)


def _nom(personne: Personne) -> str:
    nom, distinction = nom_de(personne), personne.distinction
    return f"{nom} ({distinction})" if distinction else nom or personne.appel


def _pieces(declaration: Declaration) -> tuple[tuple[PieceFiche, ...], tuple[PieceFiche, ...]]:
    """Les pièces que la demande attend : à produire, puis complémentaires, avec leur état."""
    contexte = contexte_de(declaration)
    fournies = {(piece.code, piece.personne): piece for piece in declaration.demande.pieces}
    a_produire: list[PieceFiche] = []
    complementaires: list[PieceFiche] = []
    for _, piece in PARCOURS.pieces(declaration, contexte):
        vue = etat_de_la_piece(piece, fournies.get((piece.code, piece.personne)), contexte)
        rang = entree_du_catalogue(piece, contexte).rang
        liste = complementaires if rang == COMPLEMENTAIRE else a_produire
        liste.append(PieceFiche(vue.intitule, vue.appel, vue.etat))
    return tuple(a_produire), tuple(complementaires)
