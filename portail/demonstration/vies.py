"""La vie d'une demande de démonstration, acte par acte, par les vraies fonctions du métier."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from portail.chiffrement import coffre
from portail.compte.modeles import Compte
from portail.demande import creation, depot, radiation
from portail.demande.contexte import contexte_de
from portail.demande.cycle_de_vie import brouillon
from portail.demande.modeles import Declaration, Demande, GenreEvenement, Personne
from portail.demonstration import specimen
from portail.demonstration.identites import EtatCivil
from portail.demonstration.menages import Menage, declarer
from portail.guichet import evenements, instruction
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent, EtatDecision, MotifRenvoi
from portail.horloge import a_paris
from portail.pieces import reception
from portail.pieces.controle import FichierSain
from portail.pieces.reception import Reception, Recu
from portail.referentiels import recherche
from portail.stockage import empreinte, nouvelle_cle, stockage


@dataclass
class Vie:
    """Une demande qui avance. Les actes se jouent dans l'ordre des instants, la demande naît au premier."""

    session: Session
    menage: Menage
    agent: Agent
    hache: str
    hasard: random.Random
    etat_civil: EtatCivil
    compte: Compte | None = None
    _demande: Demande | None = field(default=None, repr=False)

    @property
    def demande(self) -> Demande:
        assert self._demande is not None, "la demande n’est pas commencée"
        return self._demande

    def commencer(self, instant: datetime) -> None:
        """Le compte, le brouillon, les réponses, la pièce d'identité."""
        self.compte = self._compte(instant)
        lieu = recherche.lieu(self.menage.communes[0])
        assert lieu is not None, self.menage.communes
        self._demande = creation.commencer(self.session, self.compte, lieu, instant)
        declaration = self._demande.declarations[0]
        declarer(declaration, self.menage, self.etat_civil, self.hasard, a_paris(instant).date())
        self.session.flush()
        for adulte in declaration.personnes[: 1 + (declaration.nb_codemandeurs or 0)]:
            self._joindre_l_identite(adulte, instant)

    def deposer(self, instant: datetime) -> None:
        self._deposer(self._brouillon(), instant)

    def corriger(self, instant: datetime) -> None:
        """La personne répond au renvoi : une réponse change, puis elle soumet à nouveau."""
        corrigee = self._brouillon()
        corrigee.coordonnees.adresse_numero = str(int(corrigee.coordonnees.adresse_numero or "0") + 1)
        corrigee.souhaits.nb_personnes_a_loger = corrigee.souhaits.nb_personnes_a_loger or 1
        self._deposer(corrigee, instant)

    def renvoyer(self, instant: datetime) -> None:
        self._lire()
        motif, explication, remarque = self.hasard.choice(RENVOIS)
        declaration = self._deposee()
        remarques = {NUMERO_DE_VOIE: remarque} if remarque else {}
        instruction.renvoyer(
            self.session, self.demande, declaration.id, self.agent, motif, explication, remarques, instant
        )

    def enregistrer(self, instant: datetime) -> None:
        self._lire()
        piece = next(piece for piece in self.demande.pieces if piece.code == instruction.PIECE_IDENTITE)
        original_vu = self.hasard.random() < 0.3
        if not original_vu:
            vus = {fichier.id for fichier in piece.fichiers_gardes}
            instruction.decider_piece(
                self.session, self.demande, piece, vus, self.agent, EtatDecision.ACCEPTEE, None, instant
            )
        instruction.enregistrer(
            self.session, self.demande, self._deposee().id, self.agent, instant, original_vu=original_vu
        )

    def ajouter(self, genre: GenreEvenement, par: Agent, valeur: str | None, instant: datetime) -> None:
        rang = self.hasard.randint(1, 4) if genre.fiche.avec_rang and valeur == "attribution_rang" else None
        evenements.ajouter(
            self.session, self.demande, par, genre, instant,
            jour=a_paris(instant).date(), organisme=par.guichet.nom, valeur=valeur, rang=rang,
        )  # fmt: skip

    def radier(self, motif: str, instant: datetime) -> None:
        radiation.radier(
            self.session, self.demande, motif, instant,
            guichet_id=self.agent.guichet_id, auteur=self.agent.nom_complet, organisme=self.agent.guichet.nom,
        )  # fmt: skip
        objet = f"motif {motif}"
        inscrire(self.session, ActeJournal.RADIATION, agent=self.agent, demande_id=self.demande.id, objet=objet)

    def _lire(self) -> None:
        inscrire(self.session, ActeJournal.LECTURE, agent=self.agent, demande_id=self.demande.id)

    def _compte(self, instant: datetime) -> Compte:
        qui = self.menage.demandeur
        compte = Compte(
            courriel=qui.courriel, courriel_confirme_le=instant, cree_le=instant,
            mot_de_passe=self.hache, mot_de_passe_change_le=instant, nom_naissance=qui.nom, prenoms=qui.prenoms,
            date_naissance=qui.naissance, lieu_naissance=qui.lieu,
            nir=qui.nir, nir_empreinte=coffre().empreinte(qui.nir, "nir"),
        )  # fmt: skip
        self.session.add(compte)
        self.session.flush()
        return compte

    def _brouillon(self) -> Declaration:
        trouve = brouillon(self.demande)
        assert trouve is not None, "pas de brouillon à déposer"
        return trouve

    def _deposee(self) -> Declaration:
        assert self.demande.declaration_deposee is not None
        return self.demande.declaration_deposee

    def _deposer(self, declaration: Declaration, instant: datetime) -> None:
        assert self.compte is not None
        depot.deposer(self.session, declaration, contexte_de(declaration), instant)
        self.session.flush()

    def _joindre_l_identite(self, personne: Personne, instant: datetime) -> None:
        """Le fichier sort de notre main : il ne passe pas par l'atelier, qui refait ce que des inconnus envoient."""
        octets = specimen.carte(personne)
        cle = nouvelle_cle()
        stockage().ecrire(cle, octets)
        recu = Recu(cle, FichierSain(octets, "image/jpeg", "jpg", 1, "specimen.jpg"), empreinte(octets))
        reception.rattacher(self.session, self.demande, "ID", personne.cle, Reception((recu,), ()), instant)


NUMERO_DE_VOIE = ("demandeurs", "adresse", "", "adresse_numero")
RENVOIS = (
    (MotifRenvoi.PIECE_ILLISIBLE, "La photo est floue. Reprenez-la à plat, avec de la lumière.", ""),
    (MotifRenvoi.IDENTITE, "La date de naissance n’est pas celle de la pièce d’identité.", ""),
    (MotifRenvoi.REPONSES, None, "Ce numéro n’est pas celui de votre justificatif."),
    (MotifRenvoi.PIECE_PERIMEE, None, ""),
)
