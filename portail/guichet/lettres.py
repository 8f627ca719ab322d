"""Les lettres d'un guichet : renouveler, corriger, reprendre contact, venir au guichet. Des phrases courtes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from portail.choix import OuiNon
from portail.demande.cycle_de_vie import echeance
from portail.demande.modeles import Coordonnees, Declaration, Demande, Role
from portail.documents.courrier import Courrier
from portail.documents.matiere_attestation import adresse_de
from portail.documents.typographie import francais
from portail.guichet.echanges.reponses import question
from portail.guichet.injoignables import Injoignable, Motif
from portail.guichet.modeles import Guichet, RenvoiChamp
from portail.horloge import a_paris
from portail.referentiels import recherche
from portail.regles.calendrier import date_en_lettres
from portail.regles.numero_unique import lisible

POLITESSE = "Madame, Monsieur,"
SALUTATIONS = "Nous vous prions d’agréer, Madame, Monsieur, nos salutations."
GARDES = "Votre numéro et votre ancienneté ne changent pas."


@dataclass(frozen=True)
class Convocation:
    """Un rendez-vous au guichet. `heure` et `objet` : tels que l'agent les écrit."""

    jour: date
    heure: str
    objet: str


def rediger(
    personne: Injoignable, guichet: Guichet, instant: datetime, convocation: Convocation | None = None
) -> Courrier:
    """La lettre de cette personne : celle de son motif, ou la convocation."""
    aujourd_hui = a_paris(instant).date()
    objet, corps = _convoquer(convocation) if convocation else _selon_le_motif(personne, aujourd_hui)
    numero = personne.demande.numero_unique
    reference = f"Demande de logement social n° {lisible(numero)}" if numero else "Votre demande de logement social"
    return Courrier(
        expediteur=tuple(_expediteur(guichet)),
        destinataire=(personne.nom, *adresse_postale(personne.coordonnees)),
        date=f"Le {date_en_lettres(aujourd_hui)}",
        reference=francais(reference),
        objet=francais(objet),
        corps=tuple(_compose(morceau) for morceau in (POLITESSE, *corps, *_nous_joindre(guichet), SALUTATIONS)),
        signature=guichet.nom,
        pied=francais(f"{guichet.nom}, {guichet.adresse}, {guichet.code_postal} {guichet.ville}"),
    )


def adresse_postale(coordonnees: Coordonnees) -> tuple[str, ...]:
    """Où arrive le courrier, ligne à ligne. Vide : aucune adresse connue."""
    c = coordonnees
    if c.sans_domicile is OuiNon.OUI:
        return (c.domiciliation,) if c.domiciliation else ()
    if c.courrier_different is not OuiNon.OUI:
        lignes = tuple(adresse_de(c))
        return lignes if c.adresse_voie or c.adresse_commune or c.adresse_ville_etrangere else ()
    lieu = recherche.lieu(c.courrier_commune) if c.courrier_commune else None
    ville = [c.courrier_code_postal, lieu.nom if lieu else None]
    if c.courrier_a_l_etranger is OuiNon.OUI:
        ville = [c.courrier_ville_etrangere]
    morceaux = (
        f"Chez {c.courrier_chez}" if c.courrier_chez else "",
        " ".join(filter(None, [c.courrier_numero, c.courrier_voie])),
        c.courrier_complement,
        " ".join(filter(None, ville)),
        c.courrier_pays if c.courrier_a_l_etranger is OuiNon.OUI else "",
    )
    lignes = tuple(filter(None, morceaux))
    return lignes if c.courrier_voie or any(ville) else ()


Corps = tuple[str | tuple[str, ...], ...]


def _selon_le_motif(personne: Injoignable, jour: date) -> tuple[str, Corps]:
    match personne.motif:
        case Motif.RENOUVELER:
            return _renouveler(personne, jour)
        case Motif.CORRIGER:
            return _corriger(personne.demande)
    return _reprendre_contact(personne)


def _renouveler(personne: Injoignable, jour: date) -> tuple[str, Corps]:
    fin = echeance(personne.demande, jour)
    limite = date_en_lettres(fin) if fin else ""
    passee = fin is not None and fin < jour
    etat = f"n’est plus valable depuis le {limite}" if passee else f"est valable jusqu’au {limite}"
    return "Votre demande est à renouveler", (
        f"Votre demande de logement social {etat}. Pour qu’elle reste active, il faut la renouveler"
        f"{' au plus vite' if passee else ' avant cette date'}. {GARDES}",
        "Venez à notre guichet avec :",
        (
            "cette lettre ;",
            "votre pièce d’identité ou votre titre de séjour ;",
            "votre dernier avis d’imposition ;",
            "de quoi montrer ce qui a changé, si quelque chose a changé.",
        ),
        "Sans renouvellement, votre demande sera radiée (code de la construction et de l’habitation, art. R441-2-8).",
    )


def _corriger(demande: Demande) -> tuple[str, Corps]:
    renvoi = demande.renvoi
    if renvoi is None:
        raise ValueError("Cette demande n’est pas à corriger.")
    raisons = [f"{renvoi.motif.libelle}."]
    if renvoi.explication:
        raisons.append(renvoi.explication)
    remarques = tuple(f"{_question(c, demande.declaration_deposee)} : {c.remarque}" for c in renvoi.champs)
    a_revoir: Corps = ("À revoir :", remarques) if remarques else ()
    return "Votre demande est à corriger", (
        "Nous ne pouvons pas encore enregistrer votre demande de logement social. Voici pourquoi :",
        tuple(raisons),
        *a_revoir,
        "Venez à notre guichet avec cette lettre et les documents utiles : nous corrigerons votre demande avec vous. "
        "La date de votre demande ne change pas.",
    )


def _question(remarquee: RenvoiChamp, deposee: Declaration | None) -> str:
    """« Prénom(s) (Léo) » : le même intitulé se redit pour chaque enfant."""
    libelle = question(remarquee.etape, remarquee.section, remarquee.champ)
    autres = (p for p in deposee.personnes if p.role is not Role.DEMANDEUR) if deposee else ()
    qui = next((personne for personne in autres if personne.cle == remarquee.personne), None)
    return f"{libelle} ({qui.appel})" if qui else libelle


def _reprendre_contact(personne: Injoignable) -> tuple[str, Corps]:
    quand = f" le {date_en_lettres(a_paris(personne.depuis).date())}" if personne.depuis else ""
    return "Nous n’arrivons pas à vous joindre", (
        f"Nous vous avons écrit par courriel{quand} au sujet de votre demande de logement social. Ce message n’est pas "
        "arrivé.",
        "Appelez-nous, ou venez à notre guichet : nous vous dirons ce qui est attendu, et nous noterons une adresse "
        "mail qui marche.",
    )


def _convoquer(convocation: Convocation) -> tuple[str, Corps]:
    return "Convocation à notre guichet", (
        f"Nous vous attendons le {date_en_lettres(convocation.jour)} à {convocation.heure}, à notre guichet.",
        f"Pourquoi : {convocation.objet}",
        "Apportez cette lettre et votre pièce d’identité ou votre titre de séjour. Si vous ne pouvez pas venir, "
        "prévenez-nous avant cette date.",
    )


def _expediteur(guichet: Guichet) -> Iterator[str]:
    yield guichet.nom
    yield guichet.adresse
    yield f"{guichet.code_postal} {guichet.ville}"
    if guichet.telephone:
        yield francais(f"Téléphone : {guichet.telephone}")


def _nous_joindre(guichet: Guichet) -> Iterator[str]:
    if guichet.horaires:
        yield f"Nos horaires : {' ; '.join(filter(None, guichet.horaires.splitlines()))}"


def _compose(morceau: str | tuple[str, ...]) -> str | tuple[str, ...]:
    return francais(morceau) if isinstance(morceau, str) else tuple(map(francais, morceau))
