"""Les pages de FranceConnect : entrer, finir son inscription, relier et délier."""

from portail.franceconnect.routes import entrer, inscription, relier

__all__ = ["entrer", "inscription", "relier"]
