"""FranceConnect v2 : entrer sans mot de passe, avec une identité que l'État a vérifiée.

`reglages` et `cle` pour l'exploitant ; `transport`, `fournisseur`, `verification`, `protocole` parlent au fournisseur ;
`identite` traduit ce qu'il dit ; `passage` suit un aller-retour, `lien` dit quel compte va avec quelle identité. Les
choix sont dans docs/decisions/0015-franceconnect.md.
"""

from flask import Blueprint

bp = Blueprint("franceconnect", __name__, url_prefix="/compte/franceconnect")
