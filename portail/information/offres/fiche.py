"""La fiche d'une commune : chaque chiffre au plus près, sinon à l'intercommunalité, sinon au département.

Jamais deux sources pour une même grandeur : les attributions du SNE et celles de la DRIHL ne se comparent pas
(donnees/SOURCES.md). Le parc et les demandes ne se divisent pas l'un par l'autre : leurs champs diffèrent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.information.ecriture import propre
from portail.information.offres.chiffres import DRIHL, RPLS, SNE, USH, Chiffre, Niveau, Territoire, iso
from portail.referentiels.modeles import (
    Commune,
    DelaiAnormal,
    Departement,
    OffreCommune,
    OffreDepartement,
    OffreEpci,
)
from portail.referentiels.parametres import parametre

PARIS = "75056"
ANCIENNETES = (
    ("demandes_moins_1_an", "Moins de 1 an"),
    ("demandes_1_2_ans", "De 1 à 2 ans"),
    ("demandes_2_3_ans", "De 2 à 3 ans"),
    ("demandes_3_4_ans", "De 3 à 4 ans"),
    ("demandes_4_5_ans", "De 4 à 5 ans"),
    ("demandes_5_10_ans", "De 5 à 10 ans"),
    ("demandes_10_ans_et_plus", "10 ans et plus"),
)


@dataclass(frozen=True, slots=True)
class Fiche:
    """`parc` est toujours celui de la commune ; None dans `valeur` veut sans doute dire aucun logement social.

    `anciennetes` : (durée, chiffre) du territoire le plus proche qui les connaît ; vide si aucun.
    """

    commune: Commune
    departement: Departement
    epci: Territoire | None
    parc: Chiffre
    demandes: Chiffre
    anciennetes: tuple[tuple[str, Chiffre], ...]
    attributions: Chiffre
    delai: Chiffre
    delais_anormaux: tuple[DelaiAnormal, ...]

    @property
    def nom(self) -> str:
        return propre(self.commune.nom)

    @property
    def sources(self) -> list[str]:
        """Les sources des chiffres montrés, sans doublon, dates comprises."""
        connus = [chiffre for chiffre in self.chiffres.values() if chiffre.est_connu]
        return list(
            dict.fromkeys(
                f"{chiffre.source} ({chiffre.repere})" if chiffre.repere else chiffre.source for chiffre in connus
            )
        )

    @property
    def chiffres(self) -> dict[str, Chiffre]:
        """Tous les chiffres, par nom d'indicateur (téléchargements)."""
        tranches = {f"demandes en attente, {nom.lower()}": chiffre for nom, chiffre in self.anciennetes}
        return {
            "logements sociaux": self.parc,
            "demandes en attente": self.demandes,
            **tranches,
            "attributions": self.attributions,
            "délai d’attribution": self.delai,
        }


def fiche(code: str, jour: date, session: Session) -> Fiche | None:
    """La fiche d'une commune ou d'un arrondissement (code Insee) ; None si le code n'en est pas un."""
    commune = session.get(Commune, code)
    departement = session.get(Departement, commune.code_departement) if commune else None
    if commune is None or departement is None:
        return None
    return _Lecture(commune, departement, jour, session).fiche()


def national(session: Session) -> OffreDepartement | None:
    """La ligne « France entière »."""
    return session.get(OffreDepartement, "FR")


class _Lecture:
    """Les trois lignes d'offre d'une commune, et les chiffres qu'on en tire."""

    def __init__(self, commune: Commune, departement: Departement, jour: date, session: Session) -> None:
        self.commune, self.departement, self.session = commune, departement, session
        self.seuil = parametre("PETIT_EFFECTIF", jour, session=session)
        self.offre = session.get(OffreCommune, commune.code_insee)
        code_epci = (self.offre.code_epci if self.offre else None) or commune.code_ept or commune.code_epci
        self.offre_epci = session.get(OffreEpci, code_epci) if code_epci else None
        self.offre_departement = session.get(OffreDepartement, departement.code)
        self.ici = Territoire(Niveau.COMMUNE, commune.code_insee, propre(commune.nom))
        self.autour = Territoire(Niveau.DEPARTEMENT, departement.code, propre(departement.nom))
        self.epci = None
        if self.offre_epci is not None and code_epci != PARIS:
            self.epci = Territoire(Niveau.INTERCOMMUNALITE, self.offre_epci.code_epci, propre(self.offre_epci.nom))

    def fiche(self) -> Fiche:
        return Fiche(
            commune=self.commune,
            departement=self.departement,
            epci=self.epci,
            parc=self._parc(),
            demandes=self._premier(self._demandes(), "demandes", SNE),
            anciennetes=self._anciennetes(),
            attributions=self._premier(self._attributions(), "attributions", SNE),
            delai=self._premier(self._delais(), "mois", USH),
            delais_anormaux=self._delais_anormaux(),
        )

    def _parc(self) -> Chiffre:
        valeur = self.offre.nb_logements_sociaux if self.offre else None
        return Chiffre(
            valeur, "logements", self.ici, iso(self.offre.date_parc if self.offre else None), RPLS, self.seuil
        )

    def _premier(self, possibles: Iterable[Chiffre], unite: str, source: str) -> Chiffre:
        return next((c for c in possibles if c.est_connu), Chiffre(None, unite, self.ici, "", source))

    def _demandes(self) -> Iterable[Chiffre]:
        if self.offre is not None:
            jour = iso(self.offre.date_demandes)
            yield Chiffre(self.offre.demandes_en_cours, "demandes", self.ici, jour, SNE, self.seuil)
        if self.epci is not None and self.offre_epci is not None:
            fin = f"{self.offre_epci.annee}-12-31" if self.offre_epci.annee else ""
            partiel = bool(self.offre_epci.partiel)
            yield Chiffre(self.offre_epci.demandes_fin_annee, "demandes", self.epci, fin, SNE, self.seuil, partiel)
        if self.offre_departement is not None:
            fin = f"{self.offre_departement.annee}-12-31" if self.offre_departement.annee else ""
            yield Chiffre(self.offre_departement.demandes_fin_annee, "demandes", self.autour, fin, SNE, self.seuil)

    def _anciennetes(self) -> tuple[tuple[str, Chiffre], ...]:
        for offre, territoire in ((self.offre, self.ici), (self.offre_departement, self.autour)):
            if offre is not None and offre.demandes_en_cours is not None:
                jour = iso(offre.date_demandes)
                return tuple(
                    (nom, Chiffre(getattr(offre, colonne), "demandes", territoire, jour, SNE, self.seuil))
                    for colonne, nom in ANCIENNETES
                )
        return ()

    def _attributions(self) -> Iterable[Chiffre]:
        if self.offre is not None:
            annee = str(self.offre.annee_attributions or "")
            yield Chiffre(self.offre.attributions_annee, "attributions", self.ici, annee, DRIHL, self.seuil)
        if self.epci is not None and self.offre_epci is not None:
            annee, partiel = str(self.offre_epci.annee or ""), bool(self.offre_epci.partiel)
            yield Chiffre(self.offre_epci.attributions, "attributions", self.epci, annee, SNE, self.seuil, partiel)
        if self.offre_departement is not None:
            annee = str(self.offre_departement.annee or "")
            yield Chiffre(self.offre_departement.attributions, "attributions", self.autour, annee, SNE, self.seuil)

    def _delais(self) -> Iterable[Chiffre]:
        if self.offre is not None:
            annee = str(self.offre.annee_attributions or "")
            yield Chiffre(self.offre.delai_median_attribution_mois, "mois", self.ici, annee, DRIHL)
        if self.epci is not None and self.offre_epci is not None:
            yield Chiffre(self.offre_epci.delai_moyen_attribution_mois, "mois", self.epci, "", USH)
        if self.offre_departement is not None:
            yield Chiffre(self.offre_departement.delai_median_attribution_mois, "mois", self.autour, "2025", DRIHL)

    def _delais_anormaux(self) -> tuple[DelaiAnormal, ...]:
        """Ceux de l'intercommunalité, sinon ceux du reste du département ; vide si on ne les connaît pas."""
        tous = self.session.scalars(
            sa.select(DelaiAnormal)
            .where(DelaiAnormal.code_departement == self.departement.code)
            .order_by(DelaiAnormal.id)
        ).all()
        siens = [delai for delai in tous if delai.code_epci and delai.code_epci == self.commune.code_epci]
        return tuple(siens or [delai for delai in tous if delai.code_epci is None])
