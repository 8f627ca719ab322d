"""Les formulaires de la vie d'une demande : confirmer ses revenus pour renouveler, dire pourquoi on abandonne."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from werkzeug.datastructures import MultiDict
from wtforms.validators import StopValidation

from portail.champs import Champ, ChampEntier, ChampSelection, ChampTexte
from portail.champs.base import est_vide
from portail.demande import abandon
from portail.demande.copie import copier
from portail.demande.etapes import revenu_fiscal
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration, Personne
from portail.demande.renouvellement import RevenuDeclare
from portail.formulaire import Attendu, Formulaire, Obligatoire, Presence
from portail.horloge import maintenant

UN_DES_DEUX = "Écrivez ce montant, ou dites pourquoi vous n’avez pas d’avis d’impôt."


class MontantOuExplication(Presence):
    """Vide, il faut au moins l'explication."""

    attendue = True

    def __call__(self, form: Formulaire, champ: Champ) -> None:
        if est_vide(champ.data) and not champ.errors and est_vide(form.explication.data):
            raise StopValidation(UN_DES_DEUX)
        super().__call__(form, champ)


class RevenuForm(Formulaire):
    """Le revenu d'un avis d'impôt : celui d'une personne, ou d'un couple marié ou pacsé."""

    montant = ChampEntier(
        "Revenu fiscal de référence",
        [MontantOuExplication()],
        aide="Il est sur la première page de l’avis d’impôt, dans le cadre «\u00a0Vos références\u00a0».",
        maximum=revenu_fiscal.RFR_MAX,
        unite="€ par an",
    )
    explication = ChampTexte("Ou, sans avis d’impôt, dites pourquoi", [Attendu()], maximum=500)

    def __init__(self, personne: Personne, annee: int, saisie: MultiDict[str, str] | None) -> None:
        connu = personne.revenu
        valeurs = {"montant": connu.rfr_n2, "explication": connu.sans_avis_explication}
        super().__init__(saisie, data=valeurs, prefix=f"revenu-{personne.cle}-")
        self.personne = personne
        self.titre = revenu_fiscal.titre(connu)
        self.montant.label.text = f"Revenu fiscal de référence {annee} (avis d’impôt {annee + 1})"

    @property
    def declare(self) -> RevenuDeclare:
        return RevenuDeclare(self.montant.data, self.explication.data)


class RevenusForm:
    """Un formulaire par avis d'impôt, remplis de ce que l'on sait déjà de cette année-là."""

    def __init__(self, deposee: Declaration, contexte: Contexte, saisie: MultiDict[str, str] | None = None) -> None:
        modele = copier(deposee, maintenant())
        self.formulaires = [
            RevenuForm(personne, contexte.annee_n2, saisie) for personne in revenu_fiscal.foyers_fiscaux(modele)
        ]

    def __iter__(self) -> Iterator[RevenuForm]:
        return iter(self.formulaires)

    def validate(self) -> bool:
        valables = [formulaire.validate() for formulaire in self.formulaires]  # tous, pour dire toutes les erreurs
        return all(valables)

    @property
    def en_erreur(self) -> list[Champ]:
        return [champ for formulaire in self.formulaires for champ in formulaire.en_erreur]

    @property
    def titres(self) -> Mapping[str, str]:
        """{nom du champ: à qui il appartient}, quand la page pose plusieurs fois la même question."""
        if len(self.formulaires) == 1:
            return {}
        return {champ.name: formulaire.titre for formulaire in self.formulaires for champ in formulaire}

    @property
    def declares(self) -> dict[str, RevenuDeclare]:
        """Par clé de personne, pour `renouvellement.renouveler`."""
        return {formulaire.personne.cle: formulaire.declare for formulaire in self.formulaires}


class AbandonForm(Formulaire):
    """Pourquoi l'on abandonne : une statistique, jamais montrée comme un reproche."""

    cible = None
    motif = ChampSelection(
        "Pourquoi abandonnez-vous cette demande\u202f?",
        [Obligatoire("Choisissez une raison.")],
        lambda _cible: list(abandon.motifs().items()),
    )
