"""Ce que l'agent a sous les yeux : la déclaration qui compte, ce qui y a changé, les pièces, ce qui ressemble."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portail.demande import acces as acces_demande
from portail.demande.comparaison import RIEN, Comparaison, comparer
from portail.demande.contexte import contexte_de
from portail.demande.formulaire import Contexte
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration, Demande, Evenement
from portail.demande.parcours import PARCOURS, EtapeDuVolet, Rubrique
from portail.demande.pieces_attendues import EtatPiece
from portail.guichet import acces
from portail.guichet.a_l_agent import a_l_agent, reponse_a_l_agent
from portail.guichet.doublons import Doublon, doublons
from portail.guichet.instruction import PIECE_IDENTITE, identite_acceptee
from portail.pieces import avis_lu
from portail.pieces.avis_lu import Lecture
from portail.pieces.modeles import Fichier, PieceFournie


@dataclass(frozen=True)
class PieceLue:
    """Une pièce attendue et ce qui a été fourni."""

    etat: EtatPiece
    fournie: PieceFournie | None
    avis: tuple[Lecture, ...] = ()

    @property
    def fichiers(self) -> list[Fichier]:
        return self.fournie.fichiers_gardes if self.fournie else []

    @property
    def est_ouvrable(self) -> bool:
        """Aucun fichier n'attend l'antivirus, ni n'en est refusé."""
        return all(fichier.est_ouvrable for fichier in self.fichiers)

    @property
    def est_acceptee(self) -> bool:
        decision = self.fournie.decision if self.fournie else None
        return decision is not None and decision.est_acceptee

    @property
    def fichiers_vus(self) -> str:
        """Pour le formulaire de décision : elle porte sur ces fichiers-là."""
        return ",".join(str(fichier.id) for fichier in self.fichiers)


@dataclass(frozen=True)
class Reponse:
    """Une réponse, et ce qu'elle était dans la déclaration précédente si elle a changé."""

    nom: str  # « informations-generales.identite.ab12cd34.prenoms »
    libelle: str
    texte: str
    ecart: str


@dataclass(frozen=True)
class Partie:
    """Une rubrique, prête à lire."""

    titre: str
    section: str
    reponses: tuple[Reponse, ...]
    confidentielle: bool

    @property
    def nb_changees(self) -> int:
        return sum(bool(reponse.ecart) for reponse in self.reponses)


@dataclass(frozen=True)
class Dossier:
    """`parties` : par étape (slug). `comparaison` : vide pour une première déclaration."""

    demande: Demande
    declaration: Declaration
    nom: str
    volet: tuple[EtapeDuVolet, ...]
    parties: dict[str, list[Partie]]
    comparaison: Comparaison
    precedente: Declaration | None
    pieces: list[PieceLue]
    doublons: list[Doublon]
    identite_acceptee: bool
    evenements: list[Evenement]
    personnes: tuple[tuple[str, str], ...]  # (clé, appel) de qui a un numéro de sécurité sociale

    @property
    def pieces_identite(self) -> list[PieceLue]:
        return [piece for piece in self.pieces if piece.etat.code == PIECE_IDENTITE and piece.fichiers]

    @property
    def a_une_annexe(self) -> bool:
        return any(partie.confidentielle for parties in self.parties.values() for partie in parties)


def ouvrir(session: Session, demande: Demande) -> Dossier:
    """Tout le dossier d'une demande que `acces.demande_a_lire` a rendue."""
    declaration = acces.declaration_qui_compte(session, demande)
    precedente = acces.declaration_precedente(session, declaration)
    contexte = contexte_de(declaration)
    rubriques = list(PARCOURS.recapitulatif(declaration, contexte))
    comparaison = (
        comparer(PARCOURS.recapitulatif(precedente, contexte_de(precedente)), rubriques) if precedente else RIEN
    )
    volet = PARCOURS.volet(declaration, contexte)
    fournies = {(piece.code, piece.personne): piece for piece in demande.pieces}
    attendues = [etat for etape in volet for etat in etape.pieces]
    titulaire = demandeur(declaration)
    comparee = precedente is not None
    return Dossier(
        demande=demande,
        declaration=declaration,
        nom=" ".join(filter(None, [titulaire.prenoms, titulaire.nom_usage or titulaire.nom_naissance])),
        volet=volet,
        parties={e.slug: list(_parties(rubriques, e.slug, comparaison, comparee)) for e in PARCOURS.etapes},
        comparaison=comparaison,
        precedente=precedente,
        pieces=[
            _lire_la_piece(etat, fournies.get((etat.code, etat.personne)), declaration, contexte)
            for etat in (*attendues, *PARCOURS.pieces_en_trop(declaration, contexte))
        ],
        doublons=doublons(session, demande, declaration),
        identite_acceptee=identite_acceptee(demande),
        evenements=acces_demande.evenements(session, demande, caches=True),
        personnes=tuple((personne.cle, personne.appel) for personne in declaration.personnes if personne.nir),
    )


def _lire_la_piece(
    etat: EtatPiece, fournie: PieceFournie | None, declaration: Declaration, contexte: Contexte
) -> PieceLue:
    fichiers = fournie.fichiers_gardes if fournie else []
    return PieceLue(etat, fournie, avis_lu.lectures(fichiers, declaration, (etat.code, etat.personne), contexte))


def _parties(rubriques: list[Rubrique], slug: str, comparaison: Comparaison, comparee: bool) -> Iterator[Partie]:
    for rubrique in rubriques:
        if rubrique.etape.slug != slug:
            continue
        reponses = tuple(
            Reponse(
                nom_de(cle := (*rubrique.cle, champ)),
                a_l_agent(libelle),
                reponse_a_l_agent(texte),
                _ecart(comparaison, cle) if comparee else "",
            )
            for champ, (libelle, texte) in zip(rubrique.champs, rubrique.reponses, strict=True)
        )
        yield Partie(a_l_agent(rubrique.titre), rubrique.cle[1], reponses, rubrique.confidentielle)


def _ecart(comparaison: Comparaison, cle: tuple[str, str, str, str]) -> str:
    if cle not in comparaison.avant:
        return ""
    avant = reponse_a_l_agent(comparaison.avant[cle])
    return f"Changé. Avant : {avant}" if avant else "Nouvelle réponse"


def nom_de(cle: tuple[str, str, str, str]) -> str:
    """Le nom d'une réponse dans un formulaire."""
    return ".".join(cle)


def cle_de(nom: str) -> tuple[str, str, str, str] | None:
    """L'inverse de `nom_de` ; None si ce n'en est pas un."""
    morceaux = nom.split(".")
    return (morceaux[0], morceaux[1], morceaux[2], morceaux[3]) if len(morceaux) == 4 else None
