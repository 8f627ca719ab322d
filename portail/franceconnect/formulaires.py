"""Le formulaire de FranceConnect : ce que l'identité ne dit pas."""

from __future__ import annotations

from datetime import date

from portail.compte.formulaires import InscriptionForm
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
                champ.verrouille, champ.description = True, "Vient de FranceConnect."
        for nom in ("courriel", "nom_usage"):
            if not self._fields[nom].soumis:
                self._fields[nom].data = getattr(identite, nom)
