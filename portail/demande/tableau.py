"""Les cartes du tableau de bord : ce que chaque demande montre, sans rien calculer dans le gabarit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portail.demande.contexte import contexte_de
from portail.demande.cycle_de_vie import Etat, a_montrer, derniere_deposee, echeance, etat
from portail.demande.etape import Etape, presentes
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration, Demande
from portail.demande.parcours import PARCOURS, EtapeDuVolet
from portail.demande.suivi import Suivi, suivi_de
from portail.guichet.modeles import Renvoi
from portail.horloge import a_paris
from portail.referentiels import recherche
from portail.referentiels.parametres import parametre
from portail.regles.numero_unique import lisible
from portail.regles.validite import ajouter_mois

A_FOURNIR = {"attention", "grave"}  # les couleurs d'une pièce à joindre, refusée ou à remplacer


@dataclass(frozen=True)
class Carte:
    """Une demande, telle que le tableau de bord la montre."""

    id: int
    titre: str
    etat: Etat
    communes: str
    types: str
    modifiee_le: datetime
    deposee_le: datetime | None
    gardee_jusqu_au: date | None  # au moins : pour un brouillon, ou une demande radiée
    etapes_completes: int
    nb_etapes: int
    il_manque: str  # pour la renforcer : « 3 réponses et 1 document (Demandeurs, Revenu fiscal) » ; vide si rien
    nb_necessaires: int  # dont, sans quoi elle ne peut pas être soumise
    reprendre: str  # slug de l'étape où reprendre
    titre_de_reprise: str
    renvoi: Renvoi | None  # ce qu'un guichet demande de corriger
    est_enregistree: bool
    a_une_attestation: bool
    est_a_plusieurs: bool  # il y a, ou il y a eu, des co-demandeurs : la page des accès sert
    proprietaire_id: int | None
    demandeur: str  # son prénom, pour un co-demandeur qui y écrit
    suivi: Suivi

    @property
    def est_brouillon(self) -> bool:
        """Il reste à remplir et à soumettre : un brouillon, ou une demande à corriger."""
        return self.etat in {Etat.BROUILLON, Etat.A_CORRIGER}

    @property
    def est_active(self) -> bool:
        return self.etat in {Etat.ACTIVE, Etat.A_RENOUVELER, Etat.SOUMISE}


@dataclass(frozen=True)
class CarteLue:
    """La demande d'un autre, que la personne, co-demandeur, peut lire."""

    id: int
    titre: str
    etat: Etat
    echeance: date | None


def cartes_lues(demandes: list[Demande], jour: date) -> list[CarteLue]:
    return [CarteLue(d.id, _numero(d), etat(d, jour), echeance(d, jour)) for d in demandes]


def _numero(demande: Demande) -> str:
    return f"Demande n° {lisible(demande.numero_unique)}" if demande.numero_unique else "Demande de logement"


def cartes(
    demandes: list[Demande],
    jour: date,
    messages: Mapping[int, int] | None = None,
    attestees: Collection[int] = (),
) -> list[Carte]:
    """`messages` : par demande, ceux que la personne n'a pas lus. `attestees` : celles qui ont une attestation."""
    return [_carte(d, jour, (messages or {}).get(d.id, 0), attestee=d.id in attestees) for d in demandes]


def _carte(demande: Demande, jour: date, messages: int, *, attestee: bool) -> Carte:
    # Une mise à jour commencée ne compte pas encore : la carte dit ce qui compte.
    declaration = (None if demande.est_a_corriger else derniere_deposee(demande)) or a_montrer(demande)
    volet = PARCOURS.volet(declaration, contexte_de(declaration))
    communes = [recherche.lieu(ligne.commune) for ligne in presentes(declaration.communes) if ligne.commune]
    derniere = _ou_reprendre(demande, declaration)
    numero = _numero(demande)
    noms = ", ".join(lieu.nom for lieu in communes if lieu)
    return Carte(
        id=demande.id,
        titre=f"{numero} : {noms}" if noms and not demande.numero_unique else numero,
        etat=etat(demande, jour),
        communes=noms,
        types=", ".join(type_.libelle for type_ in declaration.souhaits.types or ()),
        modifiee_le=declaration.modifiee_le,
        deposee_le=demande.deposee_le,
        gardee_jusqu_au=_gardee(demande, declaration, jour),
        etapes_completes=sum(etape.etat.est_complete for etape in volet),
        nb_etapes=len(volet),
        il_manque=_ce_qui_manque(volet),
        nb_necessaires=sum(etape.etat.bloquants + etape.etat.documents for etape in volet),
        reprendre=derniere.slug,
        titre_de_reprise=derniere.titre,
        renvoi=None if demande.radiee_le else demande.renvoi,
        est_enregistree=demande.numero_unique is not None,
        a_une_attestation=attestee,
        est_a_plusieurs=any(d.nb_codemandeurs for d in demande.declarations),
        proprietaire_id=demande.compte_id,
        demandeur=demandeur(declaration).prenom,
        suivi=suivi_de(demande, jour, messages),
    )


def _ce_qui_manque(volet: Sequence[EtapeDuVolet]) -> str:
    """Les réponses attendues et les documents à joindre (ou à remplacer), et dans quelles étapes."""
    manques = {
        etape.titre: (etape.etat.manquants, sum(piece.classe in A_FOURNIR for piece in etape.pieces)) for etape in volet
    }
    comptes = zip(map(sum, zip(*manques.values(), strict=True)), ("réponse", "document"), strict=True)
    quoi = [f"{nombre}\u00a0{mot}{'s' if nombre > 1 else ''}" for nombre, mot in comptes if nombre]
    ou = ", ".join(titre for titre, nombres in manques.items() if any(nombres))
    return f"{' et '.join(quoi)} ({ou})" if quoi else ""


def _ou_reprendre(demande: Demande, declaration: Declaration) -> Etape:
    """La première étape que le guichet a remarquée, sinon la dernière où la personne a écrit."""
    remarquees = {champ.etape for champ in demande.renvoi.champs} if demande.renvoi else set()
    premiere = next((etape for etape in PARCOURS.etapes if etape.slug in remarquees), None)
    return premiere or PARCOURS.trouver(declaration.derniere_etape or "") or PARCOURS.etapes[0]


def _gardee(demande: Demande, declaration: Declaration, jour: date) -> date | None:
    if demande.radiee_le is not None:
        return ajouter_mois(a_paris(demande.radiee_le).date(), parametre("CONSERVATION_APRES_RADIATION_MOIS", jour))
    return gardee_jusqu_au(declaration.modifiee_le, jour) if declaration.est_brouillon else None


def gardee_jusqu_au(modifiee_le: datetime, jour: date) -> date:
    """Le jour jusqu'auquel un brouillon est gardé, au moins : un nombre de mois après la dernière modification."""
    return ajouter_mois(a_paris(modifiee_le).date(), parametre("BROUILLON_MOIS", jour))
