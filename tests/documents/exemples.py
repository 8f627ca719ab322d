"""Des documents réalistes : un couple et trois enfants, toutes les étapes remplies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from portail.documents.attestation_donnees import Attestation, Bailleur, Chiffres, Commission, Saisine, Service
from portail.documents.fiche import Fiche, PieceFiche
from portail.documents.reponses import Reponse, Rubrique

CODE = "K7RW2MHT9QXB4FDU"
INSTANT = datetime(2026, 11, 24, 10, 36, 12, tzinfo=UTC)
PRECISIONS = (
    "Nous vivons à cinq dans deux pièces depuis la naissance de notre troisième enfant. L’immeuble n’a pas "
    "d’ascenseur, et la chambre des enfants est humide tout l’hiver : le médecin de la protection maternelle et "
    "infantile l’a constaté en février. Mon employeur m’a muté à Villeurbanne, à une heure et demie de transport."
)


def _rubrique(titre: str, sous_titre: str, *couples: str) -> Rubrique:
    paires = zip(couples[::2], couples[1::2], strict=True)
    return Rubrique(titre, tuple(Reponse(question, reponse) for question, reponse in paires), sous_titre)


def _identite(appel: str, civilite: str, nom: str, prenoms: str, naissance: str) -> Rubrique:
    return _rubrique(
        "Informations générales", appel,
        "Civilité", civilite, "Nom de naissance", nom, "Nom d’usage", "", "Prénoms", prenoms,
        "Date de naissance", naissance, "Nationalité", "Française",
        "Numéro de sécurité sociale", "2 84 03 •• ••• ••• ••",
    )  # fmt: skip


def _emploi(appel: str, situation: str, employeur: str) -> Rubrique:
    return _rubrique(
        "Situation professionnelle", appel,
        "Situation professionnelle", situation, "Profession", "Aide-soignante",
        "Nom de l’employeur", employeur, "Commune du lieu de travail", "Villeurbanne (69100)",
        "Votre employeur a-t-il plus de dix salariés ?", "Oui",
    )  # fmt: skip


def _ressources(appel: str, salaire: str) -> Rubrique:
    return _rubrique(
        "Ressources mensuelles", appel,
        "Salaire ou revenu d’activité, net, par mois", salaire, "Allocations familiales, par mois", "338,80 €",
        "Prime d’activité, par mois", "212 €", "Pension alimentaire reçue, par mois", "0 €",
    )  # fmt: skip


def _enfant(prenom: str, naissance: str) -> Rubrique:
    return _rubrique(
        "Composition du foyer", prenom,
        "Nom", "Okafor-Lefèvre", "Prénom", prenom, "Date de naissance", naissance, "Lien de parenté", "Enfant",
        "Vivra-t-il ou elle à temps plein dans le logement ?", "Oui",
    )  # fmt: skip


COUPLE = Fiche(
    portail="Portail logement social",
    titulaire="Ngozi Lefèvre",
    etat="Demande enregistrée",
    numero_unique="069 11 26 004512 LYON3",
    deposee_le="24 novembre 2026",
    etablie_le=INSTANT,
    commune="Lyon, Villeurbanne, Vaulx-en-Velin",
    rubriques=(
        _identite("Vous", "Madame", "Okafor", "Ngozi Marie", "12 mars 1984"),
        _identite("Étienne", "Monsieur", "Lefèvre", "Étienne", "3 juillet 1981"),
        _rubrique(
            "Demandeurs", "",
            "Adresse", "Bâtiment C, 12 rue de l’Abbé-Boisard\n69007 Lyon", "Téléphone", "06 39 98 00 00",
            "Adresse électronique", "ngozi.lefevre@exemple.fr", "Situation de famille", "Mariés",
        ),
        _enfant("Adaeze", "5 mai 2015"),
        _enfant("Léo", "30 octobre 2018"),
        _enfant("Chloé", "14 janvier 2026"),
        _rubrique("Composition du foyer", "Naissances à venir", "Attendez-vous une naissance ?", "Non"),
        _emploi("Vous", "CDI ou fonctionnaire", "Hospices civils de Lyon"),
        _emploi("Étienne", "CDD, stage, intérim", "Transports Bellecombe"),
        _rubrique("Revenu fiscal", "Vous", "Revenu fiscal de référence de 2024", "31 482 €", "De 2025", "32 010 €"),
        _rubrique("Revenu fiscal", "Étienne", "Revenu fiscal de référence de 2024", "Commun avec le vôtre"),
        _ressources("Vous", "1 684,50 €"),
        _ressources("Étienne", "1 420 €"),
        _rubrique(
            "Logement actuel", "",
            "Vous êtes", "Locataire du parc privé", "Type de logement", "T2", "Surface", "41 m²",
            "Nombre de personnes dans le logement", "5", "Loyer, charges comprises, par mois", "780 €",
            "Étage", "4e, sans ascenseur", "Que reprochez-vous à ce logement ?", "Trop petit ; humide ; trop cher",
        ),
        _rubrique(
            "Motifs", "",
            "Premier motif", "Logement trop petit", "Deuxième motif", "Rapprochement du lieu de travail",
            "Précisions", PRECISIONS,
        ),
        _rubrique(
            "Souhaits", "",
            "Types de logement souhaités", "T4, T5", "Première commune", "Lyon 7e arrondissement (69007)",
            "Deuxième commune", "Villeurbanne (69100)", "Troisième commune", "Vaulx-en-Velin (69120)",
            "Accepteriez-vous une commune voisine ?", "Oui", "Loyer maximal, charges comprises", "950 €",
            "Acceptez-vous un rez-de-chaussée ?", "Oui", "Acceptez-vous un logement sans ascenseur ?", "Non",
        ),
    ),
    pieces=tuple(
        PieceFiche(libelle, personne, etat)
        for libelle, personne, etat in [
            ("Pièce d’identité", "vous", "reçue"),
            ("Pièce d’identité", "Étienne", "reçue"),
            ("Avis d’impôt 2026 sur les revenus 2025", "vous", "reçue"),
            ("Trois derniers bulletins de salaire, ou attestation de l’employeur", "vous", "à fournir"),
            ("Trois derniers bulletins de salaire, ou attestation de l’employeur", "Étienne", "en cours de contrôle"),
            ("Attestation de la CAF ou de la MSA", "vous", "à fournir"),
            ("Bail et quittance de loyer", "vous", "refusée : illisible"),
        ]
    ),
    mentions=(
        "Les réponses de l’annexe « handicap » n’y figurent pas.",
        "Vous pouvez corriger vos réponses à tout moment dans votre espace.",
    ),
)  # fmt: skip


def _chiffres() -> Chiffres:
    return Chiffres(
        validite_mois=12, preavis_jours=30, avertissement_mois=1, hebergement_mois=6, transition_mois=18,
        commission_mois=3, surface_seul=9, surface_deux=16, surface_par_personne=9, surface_maximum=70,
        dossiers_par_logement=3,
    )  # fmt: skip


ATTESTATION = Attestation(
    portail="Portail logement social",
    url="https://logement.exemple.fr",
    titulaire="Ngozi Lefèvre",
    adresse=("Bâtiment C", "12 rue de l’Abbé-Boisard", "69007 Lyon"),
    service=Service("Mairie de Lyon", ("1 place de la Comédie", "69001 Lyon"), "04 72 10 30 30"),
    numero_unique="069 11 26 004512 LYON3",
    recue_le=date(2026, 11, 24),
    renouvelee_le=None,
    valable_jusqu_au=date(2027, 11, 24),
    renouvelable_des_le=date(2027, 9, 24),
    communes=("Lyon (69001 à 69009)", "Villeurbanne (69100)"),
    bailleurs=(),
    saisines=(),
    sans_delai=("Rhône",),
    commissions=(Commission("Rhône"),),
    chiffres=_chiffres(),
    code=CODE,
    etablie_le=INSTANT,
    resume=(
        Reponse("Co-demandeurs", "Étienne Lefèvre"),
        Reponse("Personnes à charge", "3"),
        Reponse("Quels types de logement acceptez-vous ?", "T4 (quatre pièces), T5 (cinq pièces)"),
        Reponse("Loyer maximum, charges comprises", ""),
    ),
    pieces_a_produire=COUPLE.pieces[:3],
    pieces_complementaires=COUPLE.pieces[3:],
)
"""Une attestation où tout ce qui peut manquer manque."""

FOURNIE = replace(
    ATTESTATION,
    renouvelee_le=date(2027, 10, 1),
    valable_jusqu_au=date(2028, 10, 1),
    bailleurs=(
        Bailleur("Habitat du Rhône", "3 rue du Lac, 69003 Lyon", "plan partenarial de 2026"),
        Bailleur("Alliade", "", ""),
    ),
    saisines=(
        Saisine("Paris", "Logement d’une pièce", "72 mois, soit 6 ans", date(2032, 11, 24), "Adil 75"),
        Saisine("Paris", "Logement de 2 à 3 pièces", "108 mois, soit 9 ans", date(2035, 11, 24), "Adil 75"),
    ),
    sans_delai=(),
    commissions=(Commission("Paris", "5 rue Leblanc, 75015 Paris", "préfecture de Paris"), Commission("Essonne")),
)
"""La même, où l'on sait presque tout."""
