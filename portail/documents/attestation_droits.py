"""Ce que l'attestation dit des droits de la personne : mentions e) à i) de l'article R441-2-4 du CCH."""

from __future__ import annotations

from collections.abc import Iterable

from portail.documents.attestation_donnees import Attestation
from portail.documents.contenu import Bloc, Lien, Liste, Paragraphe, Partie, Tableau, definitions, partie
from portail.documents.typographie import francais
from portail.regles.calendrier import date_en_lettres

A_DEMANDER = "à demander à la préfecture du département"


def parties(attestation: Attestation) -> tuple[Partie, ...]:
    return (_bailleurs(attestation), _mediation(attestation), *_vie(attestation), _suivi(attestation))


def _bailleurs(attestation: Attestation) -> Partie:
    """e) Les bailleurs qui ont des logements dans les communes demandées."""
    blocs: list[Bloc] = []
    if attestation.bailleurs:
        lignes = tuple((bailleur.nom, bailleur.adresse or "à demander") for bailleur in attestation.bailleurs)
        blocs.append(Tableau(("Bailleur", "Adresse"), lignes, (0.45, 0.55)))
        blocs += _sources(bailleur.source for bailleur in attestation.bailleurs)
    else:
        blocs.append(
            Paragraphe(
                francais(
                    "Ce portail n’a pas la liste des bailleurs sociaux qui ont des logements dans les communes "
                    "demandées. Demandez-la au guichet qui a enregistré votre demande, ou à la mairie de la commune."
                )
            )
        )
    if attestation.communes:
        blocs.insert(0, definitions(("Communes demandées", ", ".join(attestation.communes))))
    blocs.append(Paragraphe("Tous les bailleurs sociaux de ce territoire peuvent voir votre demande."))
    return partie(2, "Bailleurs sociaux", *blocs)


def _mediation(attestation: Attestation) -> Partie:
    """f) et g) Dans quels cas, à partir de quand et où saisir la commission de médiation."""
    chiffres = attestation.chiffres
    return partie(
        2,
        "Saisir la commission de médiation",
        Paragraphe(
            francais(
                "Si vous n’avez pas reçu de proposition adaptée, vous pouvez demander à cette commission de vous "
                "reconnaître prioritaire, au titre du droit au logement opposable (Dalo). Le formulaire est le Cerfa "
                f"n° 15036. La commission répond en {chiffres.commission_mois} mois."
            )
        ),
        partie(
            3,
            "Sans attendre, si vous êtes dans un de ces cas",
            Liste(
                (
                    "Vous êtes sans logement.",
                    "Vous êtes menacé(e) d’expulsion, sans autre logement.",
                    francais(
                        f"Vous êtes en structure d’hébergement depuis plus de {chiffres.hebergement_mois} mois, "
                        "ou en logement de transition, en logement-foyer ou en résidence hôtelière à vocation sociale "
                        f"depuis plus de {chiffres.transition_mois} mois."
                    ),
                    "Votre logement est impropre à l’habitation, insalubre ou dangereux.",
                    francais(
                        "Vous êtes handicapé(e), ou vous avez à charge un enfant mineur ou une personne handicapée, et "
                        f"votre logement est non décent ou trop petit : moins de {chiffres.surface_seul} m² pour une "
                        f"personne, {chiffres.surface_deux} m² pour deux, puis {chiffres.surface_par_personne} m² par "
                        f"personne en plus, jusqu’à {chiffres.surface_maximum} m²."
                    ),
                )
            ),
        ),
        partie(3, francais("Sinon, après un délai « anormalement long »"), *_delais(attestation)),
        partie(3, "Adresse de la commission", *_commissions(attestation)),
        Paragraphe(francais("Textes : CCH, articles L441-1-4, L441-2-3 et R441-14-1."), "petit"),
    )


def _delais(attestation: Attestation) -> list[Bloc]:
    blocs: list[Bloc] = [
        Paragraphe(
            francais(
                "Le préfet fixe ce délai dans chaque département. Il se compte depuis la réception de la demande : "
                f"le {date_en_lettres(attestation.recue_le)}."
            )
        )
    ]
    if attestation.saisines:
        lignes = tuple(
            (saisine.lieu, saisine.logement, saisine.delai, date_en_lettres(saisine.a_partir_du))
            for saisine in attestation.saisines
        )
        blocs += [
            Tableau(("Territoire", "Logement", "Délai", "À partir du"), lignes, (0.28, 0.26, 0.2, 0.26)),
            Paragraphe("L’arrêté du préfet fait foi. Vérifiez ces dates auprès de la préfecture."),
            *_sources(saisine.source for saisine in attestation.saisines),
        ]
    if attestation.sans_delai:
        noms = ", ".join(attestation.sans_delai)
        blocs.append(definitions((f"Délai et date ({noms})", "à demander à la préfecture ou au guichet")))
    return blocs


def _commissions(attestation: Attestation) -> list[Bloc]:
    lignes = ((commission.departement, commission.adresse or A_DEMANDER) for commission in attestation.commissions)
    connues = (commission.source for commission in attestation.commissions if commission.adresse)
    return [definitions(*lignes), *_sources(connues)]


def _vie(attestation: Attestation) -> tuple[Partie, Partie]:
    """h) Durée de validité, actualisation, renouvellement, radiation."""
    chiffres = attestation.chiffres
    avertissement = "un mois" if chiffres.avertissement_mois == 1 else f"{chiffres.avertissement_mois} mois"
    fin = date_en_lettres(attestation.valable_jusqu_au)
    return (
        partie(
            2,
            "Garder votre demande active",
            Liste(
                (
                    francais(
                        f"Durée : la demande est valable {chiffres.validite_mois} mois après sa réception ou son "
                        f"dernier renouvellement, donc jusqu’au {fin}."
                    ),
                    francais(
                        "Mise à jour : dès que votre situation change (adresse, foyer, ressources, travail), sur ce "
                        "portail ou auprès d’un guichet. Le numéro et la date de réception ne changent pas."
                    ),
                    francais(
                        f"Renouvellement : avant le {fin}. Sur ce portail dès le "
                        f"{date_en_lettres(attestation.renouvelable_des_le)}, ou auprès d’un guichet. Vous êtes "
                        f"prévenu(e) au moins {chiffres.preavis_jours} jours avant la fin. Vous gardez le numéro et "
                        "l’ancienneté, et recevez une nouvelle attestation."
                    ),
                )
            ),
            Paragraphe(francais("Texte : CCH, article R441-2-7."), "petit"),
        ),
        partie(
            2,
            "Ce qui met fin à la demande",
            Paragraphe(francais("La demande ne peut être radiée que dans ces cas :")),
            Liste(
                (
                    "Un logement social vous est attribué, et le bail est signé.",
                    "Vous y renoncez par écrit.",
                    francais(
                        "Vous ne répondez pas à un courrier envoyé à la dernière adresse que vous avez donnée : "
                        f"vous êtes averti(e), puis la demande est radiée {avertissement} après."
                    ),
                    francais(
                        "La commission d’attribution d’un bailleur la déclare irrecevable (plafond de ressources ou "
                        f"droit au séjour) : vous êtes averti(e), puis la demande est radiée {avertissement} après."
                    ),
                    "Vous ne la renouvelez pas à temps.",
                    "Plusieurs demandes sont réunies sous un seul numéro national. L’ancienneté est alors gardée.",
                )
            ),
            Paragraphe(francais("Texte : CCH, article R441-2-8."), "petit"),
        ),
    )


def _suivi(attestation: Attestation) -> Partie:
    """i) Comment savoir où en est la demande."""
    adresse = f"{attestation.url}/demandes"
    return partie(
        2,
        "Suivre votre demande",
        Paragraphe(francais("Sur ce portail, avec votre compte :")),
        Lien(adresse, adresse),
        Paragraphe(
            "Ou auprès d’un guichet d’enregistrement du territoire, avec votre numéro unique et une pièce d’identité."
        ),
    )


def _sources(sources: Iterable[str]) -> list[Bloc]:
    """D'où l'on sait, une fois chacune ; rien si personne ne le dit."""
    uniques = " ; ".join(dict.fromkeys(filter(None, sources)))
    return [Paragraphe(francais(f"Source : {uniques}."), "petit")] if uniques else []
