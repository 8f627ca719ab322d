"""Le journal : qui a lu ou changé quoi, quand, pourquoi. On y ajoute, on n'y revient pas.

Chaque écriture porte l'empreinte de la précédente : en changer ou en ôter une se voit (`portail journal verifier`).
Des déclencheurs de la base y interdisent en plus UPDATE et DELETE (migration 0003). Aucune clé étrangère : le journal
survit à ce dont il parle.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portail.chiffrement import EmpreinteACle
from portail.choix import Choix, colonne_de_choix
from portail.db import Base


class ActeJournal(Choix):
    """Ce qui s'écrit au journal. Le libellé est celui que lit la personne (« Qui a consulté mon dossier »)."""

    CONNEXION = "connexion", "connexion d’un agent"
    CONNEXION_REFUSEE = "connexion_refusee", "connexion refusée"
    LECTURE = "lecture", "dossier consulté"
    LECTURE_HORS_TERRITOIRE = "lecture_hors_territoire", "dossier consulté hors du territoire"
    LECTURE_REFUSEE = "lecture_refusee", "consultation refusée"
    LECTURE_NIR = "lecture_nir", "numéro de sécurité sociale affiché"
    LECTURE_PIECE = "lecture_piece", "document ouvert"
    LECTURE_JOURNAL = "lecture_journal", "journal consulté"
    RECHERCHE = "recherche", "recherche"
    EXPORT = "export", "export"
    ENREGISTREMENT = "enregistrement", "demande enregistrée"
    RENVOI = "renvoi", "demande renvoyée pour correction"
    DECISION_PIECE = "decision_piece", "document accepté ou refusé"
    SAISIE = "saisie", "demande saisie au guichet"
    MODIFICATION = "modification", "dossier modifié au guichet"
    MODIFICATION_IDENTITE = "modification_identite", "identité modifiée au guichet"
    EVENEMENT = "evenement", "évènement ajouté"
    RENOUVELLEMENT = "renouvellement", "demande renouvelée au guichet"
    AVERTISSEMENT = "avertissement", "avertissement avant radiation, donné ou levé"
    RADIATION = "radiation", "demande radiée"
    REACTIVATION = "reactivation", "demande réactivée"
    TRANSFERT = "transfert", "demande transférée à un autre guichet"
    MESSAGE = "message", "message envoyé"
    QUESTION_CONFIEE = "question_confiee", "question confiée à un collègue ou à un autre guichet"
    QUESTION_CLASSEE = "question_classee", "question classée sans réponse à donner"
    RECOURS = "recours", "adresse mail du compte à changer, pièce d’identité vue au guichet"
    RECLAMATION = "reclamation", "dossier papier repris par son titulaire"
    RATTACHEMENT = "rattachement", "demande rattachée à un compte, avec un code reçu par courriel"
    PARTAGE = "partage", "accès d’un co-demandeur donné, changé ou retiré"
    DETACHEMENT = "detachement", "compte de la personne supprimé\u00a0: la demande reste, sans accès en ligne"
    EFFACEMENT = "effacement", "demande effacée, sa durée de conservation passée"
    ALERTE = "alerte", "alerte de sécurité"
    AGENT = "agent", "agent invité, modifié ou désactivé"
    GUICHET = "guichet", "guichet créé ou modifié"


class EcritureJournal(Base):
    """Une écriture. `precedente` et `empreinte` chaînent les écritures dans l'ordre de `id`."""

    __tablename__ = "ecriture_journal"
    __table_args__ = (
        sa.Index(None, "guichet_code", "id"),
        sa.Index(None, "agent_id", "id"),
        sa.Index(None, "demande_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    faite_le: Mapped[datetime]
    acte: Mapped[ActeJournal] = mapped_column(colonne_de_choix(ActeJournal))
    agent_id: Mapped[int | None]
    agent_nom: Mapped[str | None] = mapped_column(sa.String(200))
    guichet_code: Mapped[str | None] = mapped_column(sa.String(5))
    compte_id: Mapped[int | None]
    demande_id: Mapped[int | None]
    objet: Mapped[str | None] = mapped_column(sa.String(200))
    raison: Mapped[str | None] = mapped_column(sa.String(500))
    precedente: Mapped[str] = mapped_column(sa.String(64), unique=True)  # jamais deux suites à la même écriture
    empreinte: Mapped[str] = mapped_column(EmpreinteACle(), unique=True)  # sans sa clé, plus rien ne la vérifie
