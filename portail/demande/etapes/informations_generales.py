"""Étape 1, « Informations générales » : le minimum pour soumettre.

Champs : guide du portail § 3 et Cerfa 14069*05 p. 1 (cases A à A2). Tous sont requis sauf le nom
d'usage, que la notice n'exige pas. La pièce d'identité est la seule exigible (CCH R441-2-3).
"""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail.champs import Champ, ChampChoix, ChampDate, ChampEntier, ChampNir, ChampTexte
from portail.champs.base import est_vide
from portail.demande import foyer
from portail.demande.etape import Etape, Piece, Section
from portail.demande.formulaire import Contexte, FormulaireEtape
from portail.demande.listes import Civilite, Nationalite, RaisonSansNir
from portail.demande.modeles import Personne, Role
from portail.formulaire import Facultatif, Requis
from portail.regles import nir as regles_nir
from portail.regles.age import age
from portail.regles.nom import nom_a_relire

MAJORITE = 18
EMANCIPATION = 16  # Code civil, art. 413-2
NB_CODEMANDEURS_MAX = 8
DEUX_FOIS = (
    "Une autre personne de cette demande a ce prénom et cette date de naissance. Si c’est la même, retirez-en une."
)
IDENTITE_VERIFIEE = (
    "Un guichet a vérifié votre identité. Pour la corriger : présentez-vous à un guichet avec un document."
)


def date_de_naissance(form: FormulaireEtape, champ: Champ) -> None:
    """Une naissance : ni dans le futur, ni il y a plus de 120 ans."""
    if champ.data > form.contexte.jour:
        raise ValidationError("Cette date n’est pas encore arrivée.")
    if age(champ.data, form.contexte.jour) > 120:
        raise ValidationError(f"L’année {champ.data.year} paraît trop ancienne. Vérifiez-la.")


def majeur(form: FormulaireEtape, champ: Champ) -> None:
    """Seul un guichet, qui voit le jugement, prend la demande d'un mineur émancipé."""
    if form.contexte.au_guichet:
        if age(champ.data, form.contexte.jour) < EMANCIPATION:
            raise ValidationError("Il faut avoir 18 ans, ou 16 ans et un jugement d’émancipation.")
    elif age(champ.data, form.contexte.jour) < MAJORITE:
        raise ValidationError(
            "Il faut avoir 18 ans pour faire une demande en ligne. "
            "Mineur(e) émancipé(e) : un guichet enregistre votre demande."
        )


class NombreForm(FormulaireEtape):
    nb_codemandeurs = ChampEntier(
        "Avec combien de co-demandeurs faites-vous cette demande ?",
        [Requis()],
        aide="Un co-demandeur signera le bail avec vous : conjoint, parent… Écrivez 0 si vous êtes seul(e).",
        maximum=NB_CODEMANDEURS_MAX,
    )


def _demandeur(personne) -> bool:
    return personne.role is Role.DEMANDEUR


def _numero_requis(personne) -> bool:
    return _demandeur(personne) and personne.raison_sans_nir is None


def sans_numero_au_guichet(personne) -> bool:
    """La raison ne se donne qu'au guichet ; donnée, elle reste sous les yeux de qui reprend sa demande."""
    if personne.nir:
        return False
    demande = personne.declaration.demande if personne.declaration else None
    return personne.raison_sans_nir is not None or (demande is not None and demande.est_au_guichet)


class IdentiteForm(FormulaireEtape):
    """L'identité d'un adulte : requise du demandeur ici, attendue de chaque co-demandeur à l'étape 2."""

    civilite = ChampChoix("Civilité", [Requis(si=_demandeur)], Civilite)
    nom_naissance = ChampTexte("Nom de naissance", [Requis(si=_demandeur)], aide="Celui de l’acte de naissance.")
    nom_usage = ChampTexte("Nom d’usage ou d’époux(se)", [Facultatif()])
    prenoms = ChampTexte("Prénom(s)", [Requis(si=_demandeur)])
    nir = ChampNir(
        "Numéro de sécurité sociale",
        [Requis(si=_numero_requis)],
        aide="15 caractères, sur la carte Vitale. La loi le demande pour enregistrer une demande (CCH, art. R441-2-2).",
        question="numero-de-securite-sociale",
    )
    raison_sans_nir = ChampChoix(
        "Sans numéro de sécurité sociale, pour quelle raison ?",
        [Facultatif(quand=sans_numero_au_guichet)],
        RaisonSansNir,
        aide="Une raison suffit pour déposer la demande sans ce numéro.",
    )
    date_naissance = ChampDate("Date de naissance", [Requis(si=_demandeur), date_de_naissance, majeur], naissance=True)
    nationalite = ChampChoix("Nationalité", [Requis(si=_demandeur)], Nationalite, question="titre-de-sejour")

    def preparer(self) -> None:
        if not _demandeur(self.cible):
            self.nir.question = self.nationalite.question = ""  # expliqué une fois, pas pour chaque co-demandeur
        if not self.contexte.au_guichet and self.cible.raison_sans_nir is None:
            del self.raison_sans_nir  # ne se posera pas : inutile de lui garder une place dans la page

    @classmethod
    def avertissements_de(cls, personne: Personne) -> dict[str, str]:
        est_femme = None if personne.civilite is None else personne.civilite is Civilite.MADAME
        return noms_a_relire(personne, "nom_usage") | nir_a_relire(personne, est_femme)

    @classmethod
    def depend_de(cls, personne: Personne) -> dict[str, object]:
        return {"nir": personne.raison_sans_nir is not None}

    @classmethod
    def bilan(cls, personne: Personne) -> tuple[int, int, bool]:
        """La raison de son absence tient lieu du numéro."""
        manquants, bloquants, commence = super().bilan(personne)
        return manquants - bool(not personne.nir and personne.raison_sans_nir), bloquants, commence


def noms_a_relire(personne: Personne, *autres: str) -> dict[str, str]:
    """L'avertissement d'un nom, d'un prénom (et de ces autres noms) qui ne s'écrit pas avec des lettres ; et de qui est
    peut-être déclaré deux fois, comme un enfant en garde alternée à charge d'un côté, « autre enfant » de l'autre."""
    phrases = {nom: nom_a_relire(getattr(personne, nom)) for nom in ("nom_naissance", "prenoms", *autres)}
    naissance = personne.date_naissance
    if naissance is not None and any(autre.date_naissance == naissance for autre in personne.homonymes):
        phrases["date_naissance"] = DEUX_FOIS
    return {nom: phrase for nom, phrase in phrases.items() if phrase}


def nir_a_relire(personne: Personne, est_femme: bool | None) -> dict[str, str]:
    """L'avertissement d'un numéro de sécurité sociale qui ne va pas avec l'identité. Il n'empêche rien."""
    if not personne.nir:
        return {}
    phrases = regles_nir.ecarts(personne.nir, est_femme=est_femme, naissance=personne.date_naissance)
    return {"nir": " ".join([*phrases, "Si le numéro est bon, vous pouvez continuer."])} if phrases else {}


class DemandeurForm(IdentiteForm):
    """Celle que le guichet a comparée à la pièce d'identité : enregistrée, elle ne change plus qu'au guichet."""

    VERIFIES = ("civilite", "nom_naissance", "prenoms", "nir", "date_naissance", "nationalite")

    @classmethod
    def champs_verrouilles(cls, personne: Personne, contexte: Contexte) -> frozenset[str]:
        """Civilité et état civil ne se modifient qu'au guichet (notice du Cerfa) ; un numéro absent peut se donner."""
        if not contexte.identite_verifiee:
            return frozenset()
        return frozenset(nom for nom in cls.VERIFIES if not est_vide(getattr(personne, nom)))

    def preparer(self) -> None:
        super().preparer()
        for nom in self.verrouilles:
            self[nom].description = ""
        if self.verrouilles:
            premier = next(nom for nom in self.VERIFIES if nom in self.verrouilles)
            self[premier].description = IDENTITE_VERIFIEE
        for nom, jeton in (("nom_naissance", "family-name"), ("prenoms", "given-name"), ("date_naissance", "bday")):
            self[nom].completion = jeton


def variante_d_identite(personne) -> str:
    """La nationalité décide des documents qui conviennent (fiche domaine § 2.1) ; inconnue, on les montre tous."""
    return personne.nationalite.code if personne.nationalite else ""


def pieces(declaration, contexte):
    """Au guichet, l'agent voit l'original : la copie n'est pas exigée pour déposer (CCH, art. R441-2-3)."""
    demandeur = foyer.demandeur(declaration)
    yield Piece.de("ID", demandeur, requise=not contexte.au_guichet, variante=variante_d_identite(demandeur))


ETAPE = Etape(
    slug="informations-generales",
    titre="Informations générales",
    intro="C’est le minimum pour soumettre votre demande. Les étapes suivantes la renforcent.",
    sections=(
        Section("nombre", NombreForm, lambda declaration: [declaration], question="codemandeur-ou-colocataire"),
        Section("identite", DemandeurForm, lambda declaration: [foyer.demandeur(declaration)], titre="Votre identité"),
    ),
    pieces=pieces,
)
