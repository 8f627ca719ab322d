"""« Créer une demande avec ces réponses » : du test d'éligibilité au brouillon, sans rien garder entre les deux."""

from __future__ import annotations

from functools import partial

from flask import redirect, request
from werkzeug import Response as ReponseBrute

from portail.demande import bp
from portail.demande.depuis_eligibilite import reporter
from portail.demande.routes.creation import creer
from portail.droits import Droit, droit
from portail.horloge import aujourd_hui
from portail.information.eligibilite.formulaire import EligibiliteForm
from portail.referentiels import recherche


@bp.post("/nouvelle/depuis-eligibilite")
@droit(Droit.COMPTE)
def nouvelle_depuis_eligibilite() -> ReponseBrute:
    """Les réponses arrivent du formulaire de la page de résultat ; illisibles, elles y renvoient."""
    formulaire = EligibiliteForm(request.form, annee=aujourd_hui().year)
    commune = recherche.lieu(str(formulaire.commune.data)) if formulaire.validate() else None
    if commune is None:
        return redirect("/suis-je-eligible", 303)
    return creer(commune, partial(reporter, formulaire))
