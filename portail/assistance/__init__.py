"""Poser une question à un guichet : le tchat et les messages sont un seul fil, lu et répondu des deux côtés."""

from flask import Blueprint

from portail import cache_public

bp = Blueprint("assistance", __name__)
cache_public.installer(bp)
