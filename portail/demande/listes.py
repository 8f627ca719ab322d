"""Les réponses fermées du formulaire. Codes : nomenclature d'échange SNE V2.01 quand elle existe.

Libellés du Cerfa 14069*05 (mai 2023) quand ils ont pu être lus, sinon de la nomenclature V2.01
(fiche domaine § 1.4 à 1.13). Les codes sans équivalent V2.01 sont les nôtres et le disent.
"""

from __future__ import annotations

from portail.choix import Choix


class Civilite(Choix):
    MADAME = "2", "Madame"
    MONSIEUR = "1", "Monsieur"


class Sexe(Choix):
    FEMININ = "F", "Fille ou femme"
    MASCULIN = "M", "Garçon ou homme"


class Nationalite(Choix):
    FRANCAISE = "1", "Française"
    UNION_EUROPEENNE = "2", "Union européenne"
    HORS_UNION_EUROPEENNE = "3", "Hors Union européenne"


class RaisonSansNir(Choix):
    """Au guichet seulement : pourquoi la personne n'a pas de numéro. Clés à nous."""

    ARRIVEE = "arrivee", "Arrivée récente en France, numéro en cours"
    AFFILIE_AILLEURS = "ailleurs", "Assurée dans un autre pays"
    JAMAIS_AFFILIEE = "jamais", "Jamais affiliée"
    AUTRE = "autre", "Autre raison"


class SituationFamiliale(Choix):
    CELIBATAIRE = "C", "Célibataire"
    MARIE = "M", "Marié(e)"
    PACSE = "P", "Pacsé(e)"
    CONCUBIN = "U", "En concubinage"
    SEPARE = "S", "Séparé(e)"
    DIVORCE = "D", "Divorcé(e)"
    VEUF = "V", "Veuf ou veuve"


class LienCodemandeur(Choix):
    """Cases B2 à B7 ; ascendant, descendant et fratrie n'existaient pas en V2.01."""

    MARIE = "M", "Marié(e) avec vous"
    PACSE = "P", "Votre partenaire de Pacs"
    CONCUBIN = "C", "Votre concubin ou concubine"
    ASCENDANT = "ascendant", "Votre parent ou grand-parent"
    DESCENDANT = "descendant", "Votre enfant ou petit-enfant"
    FRATRIE = "fratrie", "Votre frère ou votre sœur"


class LienACharge(Choix):
    """Codes V2.01 : E enfant, P et A autres (libellés exacts à confirmer)."""

    ENFANT = "E", "Enfant"
    PARENT = "P", "Parent ou grand-parent"
    AUTRE = "A", "Autre personne"


class RegimeGarde(Choix):
    ALTERNEE = "G", "Garde alternée"
    VISITE = "D", "Droit de visite et d’hébergement"


class Statut(Choix):
    """Cases D2 à D11 (demandeur), D17 à D26 (conjoint ou codemandeur). Clés à nous."""

    PRIVE = "prive", "Salarié(e) du secteur privé"
    ETAT = "etat", "Agent de l’État"
    HOPITAL = "hopital", "Agent de la fonction publique hospitalière"
    COLLECTIVITE = "collectivite", "Agent d’une collectivité territoriale"
    ETUDIANT = "etudiant", "Étudiant(e) ou apprenti(e)"
    ASSISTANT = "assmat", "Assistant(e) maternel(le) ou familial(e)"
    INDEPENDANT = "independant", "Artisan, commerçant(e), profession libérale"
    CHOMAGE = "chomage", "Demandeur d’emploi"
    RETRAITE = "retraite", "Retraité(e)"
    AUTRE = "autre", "Autre situation"


class Ressource(Choix):
    """Ressources mensuelles reçues, codes V2.01 (maintien des libellés dans *05 : probable)."""

    SALAIRE = "SAL", "Salaire ou revenu d’activité"
    CHOMAGE = "CHO", "Allocations chômage"
    RETRAITE = "RET", "Retraite"
    INVALIDITE = "PINV", "Pension d’invalidité"
    FAMILIALES = "AF", "Allocations familiales"
    PAJE = "PAJE", "Prestation d’accueil du jeune enfant (PAJE)"
    RSA = "RSA", "RSA"
    AAH = "AAH", "Allocation adulte handicapé (AAH)"
    AEEH = "AEEH", "Éducation de l’enfant handicapé (AEEH)"
    AJPP = "AJPP", "Présence parentale (AJPP)"
    MINIMUM_VIEILLESSE = "AMV", "Minimum vieillesse (Aspa)"
    PENSION_RECUE = "PAR", "Pension alimentaire reçue"
    BOURSE = "BE", "Bourse d’étudiant"
    INDEMNITES_JOURNALIERES = "IJ", "Indemnités journalières de sécurité sociale"
    AUTRES = "AUT", "Autres ressources"


class Occupation(Choix):
    """Logement actuel, les 17 situations de V2.01 (les libellés *05 de plusieurs cases sont inconnus)."""

    LOCATAIRE_HLM = "HLM", "Locataire d’un logement social (HLM)"
    LOCATAIRE_PRIVE = "LP", "Locataire d’un logement privé"
    CHEZ_PARENTS = "CPE", "Logé(e) par vos parents ou vos enfants"
    CHEZ_PARTICULIER = "CP", "Hébergé(e) par un particulier"
    TITRE_GRATUIT = "LTG", "Logé(e) à titre gratuit"
    STRUCTURE = "SH", "En structure d’hébergement (CHRS, centre d’hébergement, CADA…)"
    TEMPORAIRE = "SLHT", "En logement temporaire (association, CCAS, sous-location)"
    FOYER = "RS", "En logement-foyer, résidence sociale ou pension de famille"
    RESIDENCE_HOTELIERE = "RHVS", "En résidence hôtelière à vocation sociale"
    RESIDENCE_ETUDIANTE = "RE", "En résidence étudiante"
    ENFANCE = "CDEFCM", "En centre de l’enfance ou centre maternel"
    HOTEL = "HOT", "À l’hôtel"
    FONCTION = "FONC", "En logement de fonction"
    PROPRIETAIRE = "POCC", "Propriétaire du logement où vous vivez"
    HABITAT_MOBILE = "CAMCAR", "En habitat mobile (caravane, mobile-home, bateau)"
    SQUAT = "SQUAT", "Dans un squat"
    SANS_ABRI = "SD", "Sans abri, abri de fortune"


class CategorieLogement(Choix):
    APPARTEMENT = "A", "Appartement"
    MAISON = "M", "Maison individuelle"


class CategorieRecherchee(Choix):
    APPARTEMENT = "A", "Appartement"
    MAISON = "M", "Maison individuelle"
    INDIFFERENT = "I", "Peu importe"


class TypeActuel(Choix):
    CHAMBRE = "C", "Chambre"
    T1 = "T1", "T1 (une pièce)"
    T2 = "T2", "T2"
    T3 = "T3", "T3"
    T4 = "T4", "T4"
    T5 = "T5", "T5"
    T6 = "T6P", "T6 et plus"


class TypeRecherche(Choix):
    """Case G1. « chambre en colocation » : sans code V2.01."""

    CHAMBRE = "C", "Chambre"
    T1 = "T1", "T1 (une pièce, studio)"
    T2 = "T2", "T2 (deux pièces)"
    T3 = "T3", "T3 (trois pièces)"
    T4 = "T4", "T4 (quatre pièces)"
    T5 = "T5", "T5 (cinq pièces)"
    T6 = "T6P", "T6 et plus"
    COLOCATION = "colocation", "Chambre en colocation"


class Quartier(Choix):
    """Quartier prioritaire de la ville (colonne SNE de 2018, maintien à vérifier)."""

    OUI = "ZUSOUI", "Oui"
    NON = "ZUSNON", "Non"
    SANS_AVIS = "NSP", "Je ne me prononce pas"


class Motif(Choix):
    """Motifs de la demande, codes V2.01 (23). Les deux derniers, cases F46 et F47 de *05, n'y ont pas d'équivalent."""

    SANS_LOGEMENT = "01", "Sans logement, hébergé(e) ou logé(e) temporairement"
    DEMOLITION = "02", "Logement qui va être démoli"
    INDECENT = "03", "Logement non décent, insalubre, dangereux ou impropre à l’habitation"
    REPRIS = "04", "Logement repris ou mis en vente par le propriétaire"
    EXPULSION = "05", "Procédure d’expulsion"
    VIOLENCES = "06", "Violences au sein du couple ou de la famille"
    HANDICAP = "07", "Handicap"
    SANTE = "08", "Raisons de santé"
    TROP_CHER = "09", "Logement trop cher"
    TROP_GRAND = "10", "Logement trop grand"
    SEPARATION = "11", "Divorce ou séparation"
    DECOHABITATION = "12", "Quitter le logement de vos parents ou de proches"
    TROP_PETIT = "13", "Logement trop petit"
    UNION = "14", "Futur mariage, concubinage ou Pacs"
    REGROUPEMENT = "15", "Regroupement familial"
    ASSISTANT = "16", "Assistant(e) maternel(le) ou familial(e)"
    VOISINAGE = "17", "Problèmes d’environnement ou de voisinage"
    MUTATION = "18", "Mutation professionnelle"
    TRAVAIL = "19", "Se rapprocher du lieu de travail"
    SERVICES = "20", "Se rapprocher des équipements et des services"
    FAMILLE = "21", "Se rapprocher de la famille"
    ACCESSION = "22", "Accédant à la propriété en difficulté"
    ASE = "F46", "Sorti(e) de l’aide sociale à l’enfance depuis moins de 3 ans"
    POMPIER = "F47", "Sapeur-pompier volontaire"
    AUTRE = "23", "Autre motif"


class EtatHandicap(Choix):
    STABLE = "STA", "Stable"
    EVOLUTIF = "EVO", "Évolutif"


class HandicapMoteur(Choix):
    MEMBRES_SUPERIEURS = "MS", "Bras ou mains"
    MEMBRES_INFERIEURS = "MI", "Jambes"


class HandicapSensoriel(Choix):
    AUDITIF = "DA", "Audition"
    VISUEL = "DV", "Vue"


class Escaliers(Choix):
    IMPOSSIBLE = "1", "Impossible"
    QUELQUES_MARCHES = "2", "Une à trois marches"
    UN_ETAGE = "3", "Un étage"
    PLUS = "4", "Plus d’un étage"


class AideTechnique(Choix):
    AUCUNE = "1", "Aucune"
    CANNE = "2", "Canne ou béquille"
    DEAMBULATEUR = "3", "Déambulateur"
    FAUTEUIL_MANUEL = "4", "Fauteuil roulant manuel"
    FAUTEUIL_ELECTRIQUE = "5", "Fauteuil roulant électrique"
    LEVE_PERSONNE = "6", "Lève-personne"
    LIT = "7", "Lit médicalisé"


class Equipement(Choix):
    BAIGNOIRE = "1", "Baignoire adaptée"
    WC = "2", "WC avec espace de transfert"
    DOUCHE = "3", "Douche sans seuil"
    ASCENSEUR = "4", "Ascenseur"
    CHAMBRE = "5", "Chambre pour une tierce personne"
    STATIONNEMENT = "6", "Stationnement large (3,30 m)"
