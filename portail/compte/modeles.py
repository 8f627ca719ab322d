"""Compte, sessions ouvertes, jetons envoyés par courriel."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.chiffrement import EmpreinteACle, TexteChiffre
from portail.choix import Choix, colonne_de_choix
from portail.cles_acces.modeles import CleAcces
from portail.db import Base


class Compte(UserMixin, Base):
    """Le compte d'une personne. Non confirmé, il ne permet rien ; jamais ouvert, il s'efface au bout de trois jours.

    Déjà ouvert puis sans adresse confirmée : mis à l'abri, son adresse prise par un autre compte (abri.py).

    Plusieurs inscriptions peuvent attendre pour une même adresse : la première confirmée l'emporte.
    Ainsi l'inscription répond toujours pareil, que l'adresse ait déjà un compte ou non.
    """

    __tablename__ = "compte"
    __table_args__ = (
        sa.Index(
            "uq_compte_courriel_confirme",
            "courriel",
            unique=True,
            sqlite_where=sa.text("courriel_confirme_le IS NOT NULL"),
            postgresql_where=sa.text("courriel_confirme_le IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    courriel: Mapped[str] = mapped_column(sa.String(254))
    courriel_confirme_le: Mapped[datetime | None]
    mot_de_passe: Mapped[str | None] = mapped_column(sa.String(200))  # aucun : on n'entre que par FranceConnect
    mot_de_passe_change_le: Mapped[datetime]
    nom_naissance: Mapped[str] = mapped_column(sa.String(100))
    nom_usage: Mapped[str | None] = mapped_column(sa.String(100))
    prenoms: Mapped[str] = mapped_column(sa.String(100))
    date_naissance: Mapped[date]
    lieu_naissance: Mapped[str] = mapped_column(sa.String(5))
    nir: Mapped[str | None] = mapped_column(TexteChiffre("compte.nir"))
    nir_empreinte: Mapped[str | None] = mapped_column(EmpreinteACle("nir", depuis=("nir",)), index=True)
    cree_le: Mapped[datetime]
    vu_le: Mapped[datetime | None]  # la dernière entrée ; jamais entré, c'est sa création qui compte

    @property
    def est_a_l_abri(self) -> bool:
        """Il a servi, et n'a plus d'adresse à lui : `abri` dit qui le reprend, et comment."""
        return self.courriel_confirme_le is None and self.vu_le is not None

    @property
    def nom_courant(self) -> str:
        """« Ana Silva » : comment la nommer à quelqu'un d'autre."""
        return f"{self.premier_prenom} {self.nom_usage or self.nom_naissance}"

    @property
    def premier_prenom(self) -> str:
        """« Ana » de « Ana, Maria » ou « Ana Maria »."""
        mots = self.prenoms.replace(",", " ").split()
        return mots[0] if mots else self.prenoms


class SessionOuverte(Base):
    """Un appareil connecté. La base ne connaît que l'empreinte de l'identifiant porté par le cookie."""

    __tablename__ = "session_ouverte"
    id: Mapped[int] = mapped_column(primary_key=True)
    empreinte: Mapped[str] = mapped_column(sa.String(64), unique=True)
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    compte: Mapped[Compte] = relationship()
    ouverte_le: Mapped[datetime]
    vue_le: Mapped[datetime]
    fermee_le: Mapped[datetime | None]
    partagee: Mapped[bool] = mapped_column(default=False)
    appareil: Mapped[str] = mapped_column(sa.String(80))
    reseau: Mapped[str] = mapped_column(EmpreinteACle(perte="appareils déjà connus, à qui un code sera redemandé"))
    prouvee_le: Mapped[datetime | None]  # la dernière fois que la personne a redit qui elle est, après l'ouverture


class UsageJeton(Choix):
    CONFIRMER = "confirmer", "Confirmer une adresse mail"
    MOT_DE_PASSE = "mot_de_passe", "Choisir un nouveau mot de passe"
    CHANGER_COURRIEL = "changer_courriel", "Changer d’adresse mail"
    GELER = "geler", "Geler un compte dont l’adresse change"
    RELIER_FRANCECONNECT = "relier_franceconnect", "Relier un compte à FranceConnect"
    REFUSER_CLE = "refuser_cle", "Refuser une clé d’accès ajoutée par un autre"


class Jeton(Base):
    """Un lien à usage unique envoyé par courriel. Sa durée court depuis l'envoi du message, non sa rédaction.

    `compte_id` est vide quand aucun compte ne répond à l'adresse : même travail, même durée, même réponse.
    """

    __tablename__ = "jeton"
    id: Mapped[int] = mapped_column(primary_key=True)
    empreinte: Mapped[str] = mapped_column(sa.String(64), unique=True)
    usage: Mapped[UsageJeton] = mapped_column(colonne_de_choix(UsageJeton))
    compte_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    compte: Mapped[Compte | None] = relationship()
    cree_le: Mapped[datetime]
    expire_le: Mapped[datetime | None]
    consomme_le: Mapped[datetime | None]


class SaisieSuspendue(Base):
    """Un formulaire envoyé alors que la session venait de mourir : rendu à la même personne, et à elle seule.

    Trouvée par l'empreinte du cookie qui l'a envoyée ; `compte_id` dit à qui elle appartient.
    """

    __tablename__ = "saisie_suspendue"
    id: Mapped[int] = mapped_column(primary_key=True)
    empreinte: Mapped[str] = mapped_column(sa.String(64), index=True)
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    chemin: Mapped[str] = mapped_column(sa.String(200))
    contenu: Mapped[str] = mapped_column(TexteChiffre("saisie_suspendue.contenu"))
    recue_le: Mapped[datetime]


class UsageCode(Choix):
    APPAREIL = "appareil", "Entrer depuis un appareil inconnu"
    PREUVE = "preuve", "Redire qui l’on est, sans mot de passe"


class CodeCourriel(Base):
    """Un code envoyé par courriel, à recopier dans le navigateur qui l'a demandé : dix minutes, cinq essais, une fois.

    `suite` et `partage` : où la personne allait, et l'ordinateur partagé, rendus une fois le code donné.
    """

    __tablename__ = "code_courriel"
    id: Mapped[int] = mapped_column(primary_key=True)
    usage: Mapped[UsageCode] = mapped_column(colonne_de_choix(UsageCode))
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    compte: Mapped[Compte] = relationship()
    navigateur: Mapped[str] = mapped_column(sa.String(64), index=True)
    empreinte: Mapped[str] = mapped_column(EmpreinteACle(perte="codes envoyés depuis dix minutes, à redemander"))
    essais: Mapped[int] = mapped_column(default=0)
    suite: Mapped[str] = mapped_column(sa.String(500))
    partage: Mapped[bool] = mapped_column(default=False)
    cree_le: Mapped[datetime]
    utilise_le: Mapped[datetime | None]


class ChangementCourriel(Base):
    """Une adresse mail demandée à la place d'une autre. L'ancienne peut geler le compte, avant comme après.

    `guichet_id` : demandée par ce guichet, pièce d'identité vue, pour une personne qui n'ouvre plus sa boîte.
    """

    __tablename__ = "changement_courriel"
    id: Mapped[int] = mapped_column(primary_key=True)
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    ancienne: Mapped[str] = mapped_column(TexteChiffre("changement_courriel.ancienne"))
    nouvelle: Mapped[str] = mapped_column(TexteChiffre("changement_courriel.nouvelle"))
    demande_le: Mapped[datetime]
    confirme_le: Mapped[datetime | None]
    gele_le: Mapped[datetime | None]
    jeton_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jeton.id", ondelete="SET NULL"), index=True)
    gel_demande_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jeton.id", ondelete="SET NULL"), index=True)
    gel_confirme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jeton.id", ondelete="SET NULL"), index=True)
    guichet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guichet.id", ondelete="RESTRICT"))


class CleCompte(CleAcces, Base):
    """Une clé d'accès de la personne. `refus_id` : le lien de l'avis, par lequel elle peut la refuser."""

    __tablename__ = "cle_compte"
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    compte: Mapped[Compte] = relationship()
    refus_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jeton.id", ondelete="SET NULL"), index=True)


class ExportDonnees(Base):
    """« Télécharger mes données » : demandé, préparé en tâche de fond, gardé chiffré sept jours."""

    __tablename__ = "export_donnees"
    id: Mapped[int] = mapped_column(primary_key=True)
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    demande_le: Mapped[datetime]
    reserve_le: Mapped[datetime | None]
    pret_le: Mapped[datetime | None]
    cle: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    taille: Mapped[int | None]
