"""« Où en suis-je ? » : l'ancienneté d'une demande face aux chiffres publics de ses communes, et ses recours.

Jamais une promesse : chaque chiffre garde sa source et sa date, et la page dit ce qu'il ne dit pas. Ce que la
personne a déclaré décide du cas du DALO ; la commission seule en juge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.etape import presentes
from portail.demande.listes import Motif, Occupation
from portail.demande.modeles import Declaration
from portail.documents.attestation_donnees import Saisine
from portail.documents.delais import de_la_demande
from portail.information.offres.chiffres import Chiffre, ecrire
from portail.information.offres.fiche import ANCIENNETES, Fiche, fiche
from portail.referentiels import recherche
from portail.referentiels.parametres import parametre
from portail.regles.age import age
from portail.regles.dalo import Cas, Seuils, Situation, saisine_immediate
from portail.regles.validite import ajouter_mois

# Les bornes des tranches publiées par le SNE, en mois, dans l'ordre d'`ANCIENNETES`.
BORNES = (12, 24, 36, 48, 60, 120)
DEHORS = {Occupation.SANS_ABRI, Occupation.SQUAT, Occupation.HABITAT_MOBILE}
STRUCTURES = {Occupation.STRUCTURE, Occupation.HOTEL, Occupation.ENFANCE}
TRANSITION = {Occupation.TEMPORAIRE, Occupation.FOYER, Occupation.RESIDENCE_HOTELIERE}
OUTRE_MER = {"971", "972", "973", "974", "976"}


@dataclass(frozen=True)
class Anciennete:
    """`mois` révolus depuis le dépôt ; `tranche` : son rang dans `ANCIENNETES`."""

    mois: int
    tranche: int

    @property
    def intitule(self) -> str:
        return ANCIENNETES[self.tranche][1]


@dataclass(frozen=True)
class Lieu:
    """Une commune choisie. `plus_anciennes` : demandes des tranches plus anciennes que la sienne, en mots, ou vide si
    les tranches ne sont pas publiées ; `repere` : le chiffre qui dit leur territoire et leur date."""

    fiche: Fiche
    plus_anciennes: str
    repere: Chiffre | None


@dataclass(frozen=True)
class Bilan:
    """Ce que montre la page. `saisines` : les délais anormalement longs connus, et le jour où ils sont dépassés ;
    `sans_delai` : les territoires dont le délai est à demander. `mediation_mois` : pour que la commission réponde."""

    anciennete: Anciennete
    lieux: list[Lieu]
    saisines: tuple[Saisine, ...]
    sans_delai: tuple[str, ...]
    cas: list[Cas]
    mediation_mois: int
    jour: date

    @property
    def delai_depasse(self) -> bool:
        return any(saisine.a_partir_du <= self.jour for saisine in self.saisines)

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(source for lieu in self.lieux for source in lieu.fiche.sources))


def bilan(declaration: Declaration, deposee_le: date, jour: date, session: Session) -> Bilan:
    """Le bilan d'une demande déposée ; `declaration` : celle qui compte."""
    mois = mois_revolus(deposee_le, jour)
    anciennete = Anciennete(mois, sum(mois >= borne for borne in BORNES))
    codes = [ligne.commune for ligne in presentes(declaration.communes) if ligne.commune]
    lieux = [lieu for code in codes if (lieu := recherche.lieu(code))]
    saisines, sans_delai = de_la_demande(session, lieux, declaration.souhaits.types or (), deposee_le)
    return Bilan(
        anciennete=anciennete,
        lieux=[_lieu(vue, anciennete, jour) for code in codes if (vue := fiche(code, jour, session))],
        saisines=saisines,
        sans_delai=sans_delai,
        cas=saisine_immediate(situation_de(declaration, jour), jour, _seuils(jour)),
        mediation_mois=parametre(_mediation(lieux), jour),
        jour=jour,
    )


def _mediation(lieux: list[recherche.Lieu]) -> str:
    outre_mer = any(lieu.code_departement in OUTRE_MER for lieu in lieux)
    return "COMMISSION_MEDIATION_DROM_MOIS" if outre_mer else "COMMISSION_MEDIATION_MOIS"


def mois_revolus(debut: date, jour: date) -> int:
    """Mois entiers écoulés ; 0 si le jour est avant."""
    ecart = (jour.year - debut.year) * 12 + jour.month - debut.month
    return max(ecart - (ajouter_mois(debut, ecart) > jour), 0)


def situation_de(declaration: Declaration, jour: date) -> Situation:
    """Ce que la déclaration dit des cas du DALO."""
    logement = declaration.logement_actuel
    motifs = {ligne.motif for ligne in presentes(declaration.motifs_declares)}
    mineur = any(
        personne.date_naissance is not None and age(personne.date_naissance, jour) < parametre("PAC_ENFANT_AGE", jour)
        for personne in foyer.a_charge(declaration)
    )
    return Situation(
        sans_logement=logement.occupation in DEHORS,
        expulsion=Motif.EXPULSION in motifs,
        en_structure=logement.occupation in STRUCTURES,
        en_transition=logement.occupation in TRANSITION,
        impropre=Motif.INDECENT in motifs,
        entree=logement.date_entree,
        surface=logement.surface,
        habitants=logement.nb_habitants,
        mineur_ou_handicap=mineur or declaration.foyer.a_handicap is OuiNon.OUI,
    )


def _lieu(trouvee: Fiche, anciennete: Anciennete, jour: date) -> Lieu:
    suivantes = [chiffre for _, chiffre in trouvee.anciennetes[anciennete.tranche + 1 :]]
    connues = [chiffre.valeur for chiffre in suivantes if chiffre.valeur is not None]
    complet = len(trouvee.anciennetes) == len(ANCIENNETES) and len(connues) == len(suivantes)
    plus_anciennes = ecrire(sum(connues), parametre("PETIT_EFFECTIF", jour)) if complet and suivantes else ""
    return Lieu(
        fiche=trouvee,
        plus_anciennes=plus_anciennes,
        repere=trouvee.anciennetes[0][1] if trouvee.anciennetes else None,
    )


def _seuils(jour: date) -> Seuils:
    return Seuils(
        hebergement=parametre("DALO_HEBERGEMENT_MOIS", jour),
        transition=parametre("DALO_LOGEMENT_TRANSITION_MOIS", jour),
        seul=parametre("SUROCCUPATION_SEUL_M2", jour),
        deux=parametre("SUROCCUPATION_DEUX_M2", jour),
        par_personne=parametre("SUROCCUPATION_PAR_PERSONNE_M2", jour),
        maximum=parametre("SUROCCUPATION_MAXIMUM_M2", jour),
    )
