"""Ce que les gabarits d'information savent faire de plus."""

from __future__ import annotations

from dataclasses import dataclass

from portail.champs.nombres import en_milliers
from portail.horloge import aujourd_hui
from portail.information import bp, distance
from portail.information.contacts import lien_telephone
from portail.information.ecriture import propre
from portail.information.faq import trouver
from portail.information.faq.recherche import surligner
from portail.information.faq.texte import date_de_source, en_texte
from portail.information.offres.chiffres import duree_en_mots, duree_longue, taille_en_mots


@dataclass(frozen=True, slots=True)
class EnBref:
    """Une réponse courte, à ouvrir sur place (templates/information/en_place.html)."""

    question: str
    adresse: str
    phrases: tuple[str, ...]


@bp.app_template_global()
def en_bref(slug: str) -> EnBref:
    """La réponse courte d'une question, pour l'ouvrir à côté d'un champ. Lève `LookupError` si elle n'existe pas."""
    question = trouver(slug)
    if question is None:
        raise LookupError(f"Aucune question « {slug} » dans contenus/faq.")
    jour = aujourd_hui()
    return EnBref(question.question, question.adresse, tuple(en_texte(phrase, jour) for phrase in question.en_bref))


bp.add_app_template_filter(surligner, "surligner")
bp.add_app_template_filter(date_de_source, "date_de_source")
bp.add_app_template_filter(en_milliers, "milliers")
bp.add_app_template_filter(propre, "propre")
bp.add_app_template_filter(duree_en_mots, "duree")
bp.add_app_template_filter(lambda delai: taille_en_mots(delai.typologie_min, delai.typologie_max), "taille")
bp.add_app_template_filter(duree_longue, "duree_longue")
bp.add_app_template_filter(distance.en_mots, "distance")
bp.add_app_template_filter(lien_telephone, "lien_telephone")
bp.add_app_template_filter(lambda phrase: en_texte(phrase, aujourd_hui()), "en_phrase")
