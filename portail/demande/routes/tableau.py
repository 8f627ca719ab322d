"""Le tableau de bord : mes demandes, leur état, où reprendre."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user

from portail.assistance import fils
from portail.db import db
from portail.demande import acces, bp, lecture
from portail.demande.tableau import cartes, cartes_lues
from portail.documents import emission
from portail.droits import Droit, droit
from portail.horloge import aujourd_hui
from portail.htmx import rendre
from portail.requete import numero

FAITS = {
    "abandonnee": "Votre demande est abandonnée.",
    "reprise": "L’abandon est annulé\u00a0: votre demande est de nouveau active.",
    "rattachee": "La demande est rattachée à votre compte.",
    "effacee": "La mise à jour est effacée. Ce que vous aviez déclaré compte toujours.",
}


@bp.get("")
@droit(Droit.COMPTE)
def tableau() -> Response:
    demandes = acces.demandes(db.session)
    attendent = fils.non_lus(db.session, [d.id for d in demandes if d.soumise_le]) if demandes else {}
    mes_cartes = cartes(demandes, aujourd_hui(), attendent, emission.attestees(db.session, demandes))
    mes_cartes.sort(key=lambda carte: not carte.suivi.prochaine.presse)  # le reste garde son ordre
    actives = sum(carte.est_active for carte in mes_cartes)
    return rendre(
        "demande/tableau.html",
        titre=f"Bonjour {current_user.premier_prenom} !",
        cartes=mes_cartes,
        actives=actives,
        derniers=acces.derniers_evenements(db.session, demandes),
        lues=cartes_lues(lecture.d_un_autre(db.session), aujourd_hui()),
        fait=FAITS.get(request.args.get("fait", ""), ""),
        partie="partie" in request.args,
        gardee=request.args.get("gardee", type=numero),
    )
