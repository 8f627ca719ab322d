"""Ce que le test répond : par zone, le logement le plus accessible, la marge, et pourquoi. Indicatif, jamais gardé."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.information.eligibilite.baremes import Provenance, Tables, tables
from portail.information.eligibilite.explications import (
    jeune_menage_possible,
    menage_en_mots,
    revenu_en_mots,
    situation_en_mots,
)
from portail.information.eligibilite.formulaire import EligibiliteForm, Sejour
from portail.referentiels import recherche
from portail.referentiels.lieux import Lieu
from portail.referentiels.modeles import Zonage
from portail.referentiels.parametres import hors_sne, parametre
from portail.regles.plafonds import (
    OUTRE_MER,
    ZONES,
    Bareme,
    Categorie,
    Menage,
    Palier,
    PlafondInconnu,
    Revenu,
    Verdict,
    categorie,
    juger,
    revenu_retenu,
)

SAINT_MARTIN = "978"  # même barème que les départements d'outre-mer, mais absente du zonage (fiche domaine § 5.3)
NOMS = {
    "PLAI": ("PLAI", "loyers les plus bas"),
    "PLUS": ("PLUS", "le plus courant"),
    "PLS": ("PLS", "loyers plus élevés"),
    "LLTS": ("LLTS", "loyers les plus bas"),
    "LLS": ("LLS", "le plus courant"),
    "PLS_DOM": ("PLS", "loyers plus élevés"),
}


@dataclass(frozen=True, slots=True)
class Ligne:
    """Un logement social, son plafond pour ce ménage, et ce que vaut ce chiffre."""

    palier: Palier
    nom: str
    precision: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ReponseZone:
    """Des communes qui ont le même barème. `est_perime` : la table de l'année n'est pas encore là."""

    communes: tuple[Lieu, ...]
    zone: str
    zone_libelle: str
    bareme: Bareme
    verdict: Verdict
    lignes: tuple[Ligne, ...]
    est_perime: bool

    @property
    def noms(self) -> str:
        return enumerer([commune.nom for commune in self.communes])

    @property
    def titre(self) -> str:
        """La réponse en une phrase."""
        premier = self.verdict.premier
        if premier is None:
            return f"{self.noms} : vos revenus dépassent les plafonds"
        if premier is self.verdict.paliers[0]:
            return f"{self.noms} : vos revenus ouvrent tous les logements sociaux"
        ouverts = enumerer([ligne.nom for ligne in self.lignes if ligne.palier.est_ouvert])
        return f"{self.noms} : vos revenus ouvrent les logements {ouverts}"


@dataclass(frozen=True, slots=True)
class Ailleurs:
    """Une commune sans réponse chiffrée, ou dont la demande se fait sur un autre site (`adresse`)."""

    commune: Lieu
    phrase: str
    adresse: str = ""


@dataclass(frozen=True, slots=True)
class Reponse:
    menage: Menage
    categorie: Categorie
    revenu: Revenu
    zones: tuple[ReponseZone, ...]
    ailleurs: tuple[Ailleurs, ...]
    explications: tuple[str, ...]
    peut_enregistrer: bool


def repondre(formulaire: EligibiliteForm, jour: date, session: Session) -> Reponse:
    """La réponse à un formulaire valable, à la date `jour`. `session` : en lecture."""
    menage = formulaire.menage
    somme = parametre("JEUNE_MENAGE_SOMME_AGES", jour, session=session)
    baisse = parametre("BAISSE_REVENUS_POURCENT", jour, session=session)
    classe = categorie(menage, somme)
    revenu = revenu_retenu(formulaire.revenu.data, formulaire.revenu_recent.data, baisse)
    lieux = [lieu for code in formulaire.communes if (lieu := recherche.lieu(code, session=session))]
    connues = tables(session=session)
    zones, ailleurs = _par_zone(lieux, connues, classe, revenu.montant, jour, session)
    return Reponse(
        menage=menage,
        categorie=classe,
        revenu=revenu,
        zones=tuple(zones),
        ailleurs=(*ailleurs, *_autres_sites(lieux, session)),
        explications=(
            menage_en_mots(menage, classe, somme),
            *jeune_menage_possible(menage, somme),
            revenu_en_mots(formulaire, revenu, baisse, jour.year),
            *situation_en_mots(formulaire.situation.data),
        ),
        peut_enregistrer=formulaire.sejour.data is not Sejour.SANS,
    )


def _par_zone(
    lieux: list[Lieu], connues: Tables, classe: Categorie, revenu: int, jour: date, session: Session
) -> tuple[list[ReponseZone], list[Ailleurs]]:
    groupes: dict[str, list[Lieu]] = {}
    ailleurs: list[Ailleurs] = []
    for lieu in lieux:
        site = hors_sne(lieu.code_departement, session=session)
        if site is not None and not site.nom_portail:
            continue  # aucun guichet n'y donnerait les plafonds : `_autres_sites` renvoie à la mairie
        zone = zone_de(lieu, session)
        bareme = connues.bareme(zone, jour) if zone else None
        if zone is None or bareme is None:
            ailleurs.append(Ailleurs(lieu, "ses plafonds ne sont pas connus ici. Demandez-les à un guichet."))
        else:
            groupes.setdefault(zone, []).append(lieu)
    reponses = []
    for zone, communes in groupes.items():
        bareme = connues.bareme(zone, jour)
        assert bareme is not None
        try:
            verdict = juger(bareme, zone, classe, revenu)
        except PlafondInconnu:
            ailleurs += [Ailleurs(lieu, "la table des plafonds est incomplète.") for lieu in communes]
            continue
        reponses.append(
            ReponseZone(
                communes=tuple(communes),
                zone=zone,
                zone_libelle="Outre-mer" if zone == OUTRE_MER else connues.zones[zone],
                bareme=bareme,
                verdict=verdict,
                lignes=tuple(
                    Ligne(palier, *NOMS[palier.produit], connues.provenances[bareme.debut, palier.produit, zone])
                    for palier in verdict.paliers
                ),
                est_perime=jour > bareme.fin,
            )
        )
    return reponses, ailleurs


def zone_de(lieu: Lieu, session: Session) -> str | None:
    """La zone des plafonds : « 1 », « 2 », « 3 », « DOM » ; None si la commune n'est dans aucune."""
    if lieu.code_departement == SAINT_MARTIN:
        return OUTRE_MER
    ecrite = session.scalar(sa.select(Zonage.zone_plafonds_ressources).where(Zonage.code_insee == lieu.code))
    return ZONES.get(ecrite) if ecrite else None


def _autres_sites(lieux: list[Lieu], session: Session) -> list[Ailleurs]:
    trouves = []
    for lieu in lieux:
        territoire = hors_sne(lieu.code_departement, session=session)
        if territoire is not None:
            phrase = "la demande nationale ne s’y fait pas : demandez à la mairie."
            if territoire.nom_portail:
                phrase = f"la demande se fait sur le site {territoire.nom_portail}, pas sur ce portail."
            trouves.append(Ailleurs(lieu, phrase, territoire.url or ""))
    return trouves


def enumerer(noms: list[str]) -> str:
    """« Lyon », « Lyon et Bron », « Lyon, Bron et Vénissieux »."""
    return " et ".join(filter(None, [", ".join(noms[:-1]), noms[-1] if noms else ""]))
