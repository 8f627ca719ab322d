"""Poser une question à un guichet : le tchat et les messages sont un seul fil, lu et répondu des deux côtés. Sans
compte, un mail."""

from flask import Blueprint

from portail import cache_public

bp = Blueprint("assistance", __name__)
cache_public.installer(bp)


@bp.record_once
def _preparer(etat) -> None:
    """Les cartes « parler à quelqu'un » ne montrent le mail que si quelqu'un le lit."""
    from portail.assistance import mail

    etat.app.jinja_env.globals["mail_possible"] = mail.est_possible
