"""Les formulaires de FranceConnect : ce que l'identité ne dit pas, et le mot de passe qui autorise un changement."""

from __future__ import annotations

from datetime import date

from portail.champs import ChampMotDePasse
from portail.compte.formulaires import InscriptionForm
from portail.formulaire import Formulaire, Obligatoire
from portail.franceconnect.identite import DONNES, Identite


class CompleterForm(InscriptionForm):
    """L'inscription, sans mot de passe ; ce que FranceConnect donne s'y lit et ne s'y change pas."""

    mot_de_passe = None  # type: ignore[assignment]
    confirmation = None  # type: ignore[assignment]
    ORDRE = tuple(nom for nom in InscriptionForm.ORDRE if nom not in {"mot_de_passe", "confirmation"})

    def __init__(self, saisie, aujourd_hui: date, identite: Identite, *, sans_nir: bool) -> None:
        super().__init__(saisie, aujourd_hui, sans_nir=sans_nir)
        for nom in DONNES:
            if nom in identite.donnees:
                champ = self._fields[nom]
                champ.data = champ.object_data = getattr(identite, nom)
                champ.validators, champ.soumis, champ.process_errors = champ.validators[:1], False, ()
                champ.verrouille, champ.description = True, "Donnée par FranceConnect."
        for nom in ("courriel", "nom_usage"):
            if not self._fields[nom].soumis:
                self._fields[nom].data = getattr(identite, nom)


class AvecMotDePasseForm(Formulaire):
    """Prouver que l'on est bien la personne du compte, avant de changer sa façon d'y entrer."""

    actuel = ChampMotDePasse(
        "Mot de passe actuel", [Obligatoire("Indiquez votre mot de passe actuel.")], completion="current-password"
    )
