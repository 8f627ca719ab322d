"""L'attestation d'enregistrement : la preuve du dépôt, et ce que la loi veut que la personne en sache.

Code de la construction et de l'habitation (CCH), article R441-2-4 : neuf mentions, de a) à i), et deux annexes.
Tout chiffre fixé par un texte arrive dans `Chiffres` (attestation_donnees.py), tout délai ou toute adresse qu'on ne
connaît pas est dit « à demander » : rien n'est inventé ici.
"""

from __future__ import annotations

from portail.documents import attestation_annexes, attestation_droits
from portail.documents.attestation_donnees import Attestation
from portail.documents.contenu import Bloc, CodeQR, Contenu, Encart, Lien, Paragraphe, Titre, Vignette, definitions
from portail.documents.typographie import francais, vu_de_paris
from portail.regles.calendrier import date_en_lettres

TITRE = "Attestation d’enregistrement"
SUJET = "Demande de logement social"


def rediger(attestation: Attestation) -> Contenu:
    """Ce que l'attestation dit, dans l'ordre de l'article R441-2-4."""
    etablie_le = vu_de_paris(attestation.etablie_le)
    jour = date_en_lettres(etablie_le.date())
    return Contenu(
        titre=TITRE,
        sujet=SUJET,
        auteur=attestation.portail,
        etabli_le=etablie_le,
        rappel=f"{TITRE} de la demande n° {attestation.numero_unique}",
        pied=francais(f"Établie le {jour}. Code de vérification : {attestation.code_lisible}"),
        blocs=(
            Paragraphe(attestation.portail, "chapeau"),
            Titre(1, TITRE),
            Paragraphe(f"{SUJET} n°\u00a0{attestation.numero_unique}", "grand"),
            *_certificat(attestation, jour),
            *attestation_droits.parties(attestation),
            *attestation_annexes.parties(attestation, jour),
        ),
    )


def composer(attestation: Attestation) -> bytes:
    """Le PDF balisé, identique octet pour octet pour les mêmes données."""
    from portail.documents.impression import imprimer

    return imprimer(rediger(attestation))


def _certificat(attestation: Attestation, jour: str) -> list[Bloc]:
    """Mentions a) à d), et de quoi vérifier l'attestation."""
    renouvelee = date_en_lettres(attestation.renouvelee_le) if attestation.renouvelee_le else "aucun"
    return [
        Encart(
            (
                definitions(
                    ("Demandeur", attestation.titulaire),
                    ("Adresse", "\n".join(attestation.adresse)),
                    ("Numéro unique", attestation.numero_unique),
                    ("Demande reçue le", date_en_lettres(attestation.recue_le)),
                    ("Dernier renouvellement", renouvelee),
                    ("Valable jusqu’au", date_en_lettres(attestation.valable_jusqu_au)),
                    ("Enregistrée par", attestation.service.coordonnees),
                    ("Attestation établie le", jour),
                    ton="fort",
                ),
            )
        ),
        Paragraphe(
            "Cette attestation certifie que la demande est déposée et enregistrée, et depuis quand. "
            "Elle ne donne pas de rang et ne promet pas de logement."
        ),
        _verification(attestation),
        Paragraphe(
            francais("Textes : code de la construction et de l’habitation (CCH), articles L441-2-1 et R441-2-4."),
            "petit",
        ),
    ]


def _verification(attestation: Attestation) -> Vignette:
    adresse = f"{attestation.url}/verifier"
    return Vignette(
        CodeQR(
            f"{adresse}/{attestation.code_lisible}",
            francais("Code QR : il ouvre la page qui dit si cette attestation est valable."),
        ),
        (
            Paragraphe("Vérifier cette attestation", "fort"),
            Paragraphe(francais(f"Code : {attestation.code_lisible}"), "grand"),
            Paragraphe(
                francais(
                    "La personne à qui vous montrez cette attestation peut vérifier qu’elle est valable. "
                    "Elle ne verra rien de votre dossier."
                )
            ),
            Lien(adresse, adresse),
        ),
    )
