"""« Messages du guichet » : le fil de cette demande, à lire et où répondre."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response, url_for
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import NotFound

from portail.assistance import fils, vue_fil
from portail.assistance.accueil import est_couvert
from portail.assistance.modeles import Fil
from portail.compte.acces import compte_courant
from portail.db import db
from portail.demande import acces, bp
from portail.demande.modeles import CommuneSouhaitee, Declaration, Demande
from portail.droits import Droit, droit
from portail.guichet.affectation import guichet_pour
from portail.horloge import maintenant


@bp.get("/<int:demande_id>/messages", endpoint="messages")
@droit(Droit.COMPTE)
def lire(demande_id: int) -> Response:
    demande = acces.demande(db.session, demande_id)
    return vue_fil.montrer(
        fils.de_la_demande(db.session, demande),
        _adresse(demande),
        demande=demande,
        guichet_id=_guichet(demande),
        couvert=est_couvert(db.session, demande.territoire),
    )


@bp.post("/<int:demande_id>/messages")
@droit(Droit.COMPTE)
def ecrire(demande_id: int) -> ReponseBrute:
    vue_fil.freiner()
    demande = acces.demande(db.session, demande_id)
    if not est_couvert(db.session, demande.territoire):
        raise NotFound  # la page ne le propose pas : personne ne lirait ce message
    charge = _guichet(demande)

    def ouvert() -> Fil:
        compte = compte_courant(db.session)
        return fils.ouvrir(db.session, compte.id, demande.territoire, demande, charge, maintenant())

    return vue_fil.envoyer(ouvert, _adresse(demande), demande, charge)


def _adresse(demande: Demande) -> str:
    return url_for("demande.messages", demande_id=demande.id)


def _guichet(demande: Demande) -> int | None:
    """Celui qui instruit la demande ; pour un brouillon, celui qui l'instruirait d'après son premier choix."""
    if demande.guichet_id or demande.deposee_le:
        return demande.guichet_id
    premier = (
        sa.select(CommuneSouhaitee.commune)
        .join(Declaration, Declaration.id == CommuneSouhaitee.declaration_id)
        .where(Declaration.demande_id == demande.id, CommuneSouhaitee.commune.is_not(None))
        .order_by(CommuneSouhaitee.rang)
        .limit(1)
    )
    return guichet_pour(db.session, demande.territoire, db.session.scalar(premier))
