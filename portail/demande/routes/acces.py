"""« Qui peut voir ma demande » : les co-demandeurs rattachés, ce qu'ils peuvent faire, leur retirer l'accès."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande import acces as charger
from portail.demande import bp, partage
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.requete import numero

GESTES = {"ecrire": True, "lire": False, "retirer": None}
FAITS = {
    "ecrire": "C’est fait\u00a0: cette personne peut aussi écrire.",
    "lire": "C’est fait\u00a0: cette personne ne peut plus écrire.",
    "retirer": "C’est fait\u00a0: l’accès est retiré.",
}


@bp.get("/<int:demande_id>/acces")
@droit(Droit.COMPTE)
def acces(demande_id: int) -> Response:
    demande = charger.du_titulaire(db.session, demande_id)
    partages = partage.de_la_demande(db.session, demande)
    fait = FAITS.get(request.args.get("fait", ""), "")
    titre = "Qui peut voir ma demande"
    return rendre("demande/acces.html", titre=titre, demande=demande, partages=partages, fait=fait)


@bp.post("/<int:demande_id>/acces")
@droit(Droit.COMPTE)
def acces_changer(demande_id: int) -> ReponseBrute:
    """Un geste inconnu ne change rien. Refait, il n'a pas d'autre effet."""
    demande = charger.du_titulaire(db.session, demande_id, verrou=True)
    geste = request.form.get("geste", "")
    if geste in GESTES:
        vise = request.form.get("partage", 0, type=numero)
        partage.changer(db.session, demande, vise, peut_ecrire=GESTES[geste])
        db.session.commit()
    return redirect(url_for(".acces", demande_id=demande_id, fait=geste if geste in GESTES else None), 303)
