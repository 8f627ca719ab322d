"""Ce que les foyers de la démonstration répondent : adresse, travail, ressources, logement, motifs, souhaits."""

from __future__ import annotations

import random
from decimal import Decimal

from portail.choix import OuiNon
from portail.demande.foyer import est_au_foyer_fiscal_du_demandeur
from portail.demande.listes import (
    CategorieLogement,
    CategorieRecherchee,
    Motif,
    Occupation,
    Ressource,
    SituationFamiliale,
    Statut,
    TypeActuel,
    TypeRecherche,
)
from portail.demande.modeles import Declaration, MotifDeclare, Personne

OUI, NON = OuiNon.OUI, OuiNon.NON
VOIES = (
    "rue des Lilas",
    "allée des Tilleuls",
    "avenue du Marché",
    "chemin du Canal",
    "place de la Fontaine",
    "impasse des Jardins",
)
METIERS = (
    "Aide-soignante ou aide-soignant", "Agent d’entretien", "Conductrice ou conducteur de bus", "Cuisinier, cuisinière",
    "Préparateur, préparatrice de commandes", "Secrétaire", "Agent de sécurité", "Maçon", "Aide à domicile",
)  # fmt: skip
EMPLOYEURS = ("Société Exemple", "Clinique fictive du Parc", "Magasin de démonstration", "Transports imaginaires")
SIRET = "73282932000074"  # l'exemple de l'Insee
LOCATAIRES = {Occupation.LOCATAIRE_PRIVE, Occupation.LOCATAIRE_HLM}
OCCUPATIONS = {
    Occupation.LOCATAIRE_PRIVE: 36, Occupation.LOCATAIRE_HLM: 26, Occupation.CHEZ_PARENTS: 14,
    Occupation.CHEZ_PARTICULIER: 12, Occupation.TEMPORAIRE: 4, Occupation.HOTEL: 3, Occupation.FOYER: 3,
    Occupation.SANS_ABRI: 2,
}  # fmt: skip
MOTIFS = {
    Occupation.LOCATAIRE_PRIVE: (Motif.TROP_CHER, Motif.TROP_PETIT, Motif.REPRIS, Motif.INDECENT),
    Occupation.LOCATAIRE_HLM: (Motif.TROP_PETIT, Motif.TROP_GRAND, Motif.VOISINAGE, Motif.TRAVAIL),
    Occupation.CHEZ_PARENTS: (Motif.DECOHABITATION, Motif.UNION),
}
TAILLES = (TypeRecherche.T1, TypeRecherche.T2, TypeRecherche.T3, TypeRecherche.T4, TypeRecherche.T5, TypeRecherche.T6)


def coordonnees(
    declaration: Declaration, adresse: tuple[str, str], situation: SituationFamiliale, hasard: random.Random
) -> None:
    """`adresse` : la commune (code Insee) et le code postal. Numéros de la plage réservée à la fiction (06 39 98)."""
    c = declaration.coordonnees
    c.situation_familiale = situation
    c.telephone_portable = f"06 39 98 {hasard.randint(0, 99):02d} {hasard.randint(0, 99):02d}"
    c.accepte_mail, c.accepte_sms = OUI, hasard.choice((OUI, NON))
    c.sans_domicile = c.adresse_a_l_etranger = c.courrier_different = c.aide_par_un_tiers = c.a_colocataires = NON
    c.adresse_numero, c.adresse_voie = str(hasard.randint(1, 120)), hasard.choice(VOIES)
    c.adresse_commune, c.adresse_code_postal = adresse


def travail_et_ressources(personne: Personne, ages: tuple[int, int], hasard: random.Random, *, complet: bool) -> None:
    """Un statut selon l'âge, ce qu'il rapporte par mois, et le revenu fiscal qui va avec (euros par an)."""
    statut = _statut(ages, hasard)
    s, r = personne.situation, personne.ressources
    s.statuts = (statut,)
    if statut is Statut.PRIVE:
        s.profession, s.cdd_ou_interim = hasard.choice(METIERS), hasard.choice((OUI, NON, NON))
        s.employeur_nom, s.siret_employeur = hasard.choice(EMPLOYEURS), SIRET
        s.employeur_code_postal, s.employeur_commune = "69003", "69123"
    elif statut is Statut.ETUDIANT:
        s.apprenti = NON
    nature, colonne, bornes = {
        Statut.PRIVE: (Ressource.SALAIRE, "salaire", (1150, 2350)),
        Statut.COLLECTIVITE: (Ressource.SALAIRE, "salaire", (1400, 2100)),
        Statut.CHOMAGE: (Ressource.CHOMAGE, "chomage", (620, 1350)),
        Statut.RETRAITE: (Ressource.RETRAITE, "retraite", (780, 1600)),
        Statut.ETUDIANT: (Ressource.BOURSE, "bourse", (150, 600)),
        Statut.AUTRE: (Ressource.RSA, "rsa", (560, 640)),
    }[statut]
    mensuel = Decimal(hasard.randint(*bornes))
    r.a_des_ressources, r.natures, r.verse_une_pension = OUI, (nature,), NON
    setattr(r, colonne, mensuel)
    if complet and not est_au_foyer_fiscal_du_demandeur(personne):
        personne.revenu.a_un_avis_n2 = OUI
        personne.revenu.rfr_n2 = int(mensuel * 12 * Decimal("0.9"))


def _statut(ages: tuple[int, int], hasard: random.Random) -> Statut:
    if ages[0] > 60:
        return Statut.RETRAITE
    if ages[1] < 25:
        return hasard.choice((Statut.ETUDIANT, Statut.ETUDIANT, Statut.PRIVE))
    possibles = (Statut.PRIVE, Statut.COLLECTIVITE, Statut.CHOMAGE, Statut.AUTRE)
    return hasard.choices(possibles, (58, 10, 18, 14))[0]


def logement(declaration: Declaration, taille: int, hasard: random.Random, *, complet: bool) -> None:
    actuel = declaration.logement_actuel
    actuel.occupation = hasard.choices(list(OCCUPATIONS), list(OCCUPATIONS.values()))[0]
    if not complet or actuel.occupation is Occupation.SANS_ABRI:
        return
    actuel.nb_habitants, actuel.autre_propriete = taille + hasard.randint(0, 2), NON
    actuel.categorie = CategorieLogement.APPARTEMENT
    actuel.type_logement = list(TypeActuel)[min(taille, len(TypeActuel) - 1)]
    actuel.surface = 18 + 14 * taille + hasard.randint(-4, 12)
    if actuel.occupation in LOCATAIRES:
        actuel.loyer_mensuel = Decimal(320 + 90 * taille + hasard.randint(0, 180))
        actuel.montant_aide_logement = Decimal(hasard.choice((0, 80, 140, 220)))
        if actuel.occupation is Occupation.LOCATAIRE_HLM:
            actuel.bailleur_nom = "Bailleur de démonstration"


def motifs(declaration: Declaration, hasard: random.Random, *, handicap: bool) -> None:
    possibles = MOTIFS.get(declaration.logement_actuel.occupation, (Motif.SANS_LOGEMENT,))  # type: ignore[arg-type]
    retenus = [Motif.HANDICAP, *possibles[:1]] if handicap else hasard.sample(possibles, min(len(possibles), 2))
    declaration.motifs_declares[0].motif = retenus[0]
    for rang, motif in enumerate(retenus[1:], 2):
        declaration.motifs_declares.append(MotifDeclare(rang=rang, motif=motif))


def souhaits(declaration: Declaration, taille: int, hasard: random.Random, *, complet: bool) -> None:
    s = declaration.souhaits
    s.types, s.nb_personnes_a_loger = TAILLES[max(0, taille - 1) : taille + 1] or TAILLES[-1:], taille
    if not complet:
        return
    s.categorie_recherche, s.demande_elargie = CategorieRecherchee.INDIFFERENT, hasard.choice((OUI, NON))
    s.loyer_max = Decimal(350 + 80 * taille)
    s.parking = hasard.choice((OUI, NON))
