"""Les tables de la demande : l'objet légal, ses déclarations successives, et ce qu'elles disent."""

from portail.demande.modeles.declaration import Coordonnees, Declaration, Foyer, LogementActuel, Motifs, Souhaits
from portail.demande.modeles.demande import Demande
from portail.demande.modeles.evenements import Evenement, GenreEvenement
from portail.demande.modeles.lignes import AnnexeHandicap, CommuneSouhaitee, MotifDeclare, SaisieRefusee
from portail.demande.modeles.personnes import (
    Personne,
    Ressources,
    RevenuFiscal,
    Role,
    SituationProfessionnelle,
)
from portail.demande.modeles.rattachement import (
    AlerteRattachement,
    CodeRattachement,
    EssaiRattachement,
    Partage,
    RoleRattache,
)
from portail.demande.modeles.suivi import RappelPrepare

__all__ = [
    "AlerteRattachement",
    "AnnexeHandicap",
    "CodeRattachement",
    "CommuneSouhaitee",
    "Coordonnees",
    "Declaration",
    "Demande",
    "EssaiRattachement",
    "Evenement",
    "Foyer",
    "GenreEvenement",
    "LogementActuel",
    "MotifDeclare",
    "Motifs",
    "Partage",
    "Personne",
    "RappelPrepare",
    "Ressources",
    "RevenuFiscal",
    "Role",
    "RoleRattache",
    "SaisieRefusee",
    "SituationProfessionnelle",
    "Souhaits",
]
