"""Le corpus : chaque fichier qu'on peut nous envoyer, ce qu'il en advient, et la phrase que lit la personne.

Sert aussi aux tests dans un navigateur : `cas.octets()`, `cas.nom`, puis `cas.phrase` (refusés) ou
`cas.sortie` (acceptés). Les octets se fabriquent à la demande : importer ce module ne coûte rien.
"""

from tests.pieces.acceptes import ACCEPTES
from tests.pieces.cas import Accepte, Refuse
from tests.pieces.refuses import REFUSES

__all__ = ["ACCEPTES", "REFUSES", "Accepte", "Refuse"]
