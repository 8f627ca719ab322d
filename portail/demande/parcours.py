"""L'ordre des étapes, et ce qui se déduit de l'ensemble : volet, manques, récapitulatif, pièces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portail.demande import foyer
from portail.demande.etape import Bloc, Etape, Piece, cle_de_ligne
from portail.demande.etapes import (
    composition_du_foyer,
    demandeurs,
    informations_generales,
    logement_actuel,
    motifs,
    ressources_mensuelles,
    revenu_fiscal,
    situation_professionnelle,
    souhaits,
)
from portail.demande.etat_d_etape import EtatEtape
from portail.demande.formulaire import Contexte, regles
from portail.demande.pieces_attendues import EtatPiece, etat_de_la_piece


@dataclass(frozen=True)
class Manque:
    """Une réponse (ou une pièce) sans laquelle la demande ne peut pas partir, et l'endroit où la donner."""

    etape: Etape
    libelle: str
    ancre: str


@dataclass(frozen=True)
class Remarque:
    """Ce qu'un guichet demande de corriger, ou ce qui mérite d'être relu, et où le faire."""

    etape: Etape
    libelle: str
    ancre: str
    texte: str


@dataclass(frozen=True)
class EtapeDuVolet:
    """Une ligne du volet gauche. Deux volets égaux se dessinent pareil : c'est ce que compare l'enregistrement."""

    numero: int
    slug: str
    titre: str
    etat: EtatEtape
    pieces: tuple[EtatPiece, ...]


@dataclass(frozen=True)
class Rubrique:
    """Une partie du récapitulatif : les réponses d'un formulaire, prêtes à lire.

    (étape, section, ligne, champ) désigne une réponse d'une déclaration à la suivante.
    """

    etape: Etape
    titre: str
    reponses: tuple[tuple[str, str], ...]
    confidentielle: bool
    section: str = ""
    ligne: str = ""
    champs: tuple[str, ...] = ()
    de_qui: str = ""  # la ligne dont elle parle : « Vous », « Personne à charge : Léo »

    @property
    def cle(self) -> tuple[str, str, str]:
        return self.etape.slug, self.section, self.ligne


def nommer(bloc: Bloc, champ: Any) -> str:
    """Une question, hors de sa page : « Prénom(s) (Personne à charge : Léo) »."""
    return f"{champ.libelle} ({bloc.titre})" if bloc.titre else champ.libelle


@dataclass(frozen=True)
class Parcours:
    """Les étapes dans leur ordre. Chacune dit elle-même ce qu'elle demande : il n'y a pas de saut."""

    etapes: tuple[Etape, ...]

    def trouver(self, slug: str) -> Etape | None:
        return next((etape for etape in self.etapes if etape.slug == slug), None)

    def numero(self, etape: Etape) -> int:
        return self.etapes.index(etape) + 1

    def suivante(self, etape: Etape) -> Etape | None:
        return next(iter(self.etapes[self.numero(etape) :]), None)

    def precedente(self, etape: Etape) -> Etape | None:
        numero = self.numero(etape)
        return self.etapes[numero - 2] if numero > 1 else None

    def completer(self, declaration: Any) -> None:
        """Ouvre, dans toutes les étapes, les lignes que les réponses appellent : l'étape 1 compte les co-demandeurs,
        l'étape 2 les décrit."""
        for etape in self.etapes:
            etape.completer(declaration)

    def volet(self, declaration: Any, contexte: Contexte) -> tuple[EtapeDuVolet, ...]:
        """L'état de chaque étape et de ses pièces, par personne."""
        refus = Counter(refus.etape for refus in declaration.refus if self._refus_visible(refus, declaration, contexte))
        fournies = {(piece.code, piece.personne): piece for piece in declaration.demande.pieces}
        lignes = []
        for numero, etape in enumerate(self.etapes, 1):
            pieces = tuple(
                etat_de_la_piece(piece, fournies.get((piece.code, piece.personne)), contexte)
                for piece in etape.pieces(declaration, contexte)
            )
            remarques = sum(len(champs) for cle, champs in contexte.remarques.items() if cle[0] == etape.slug)
            etat = etape.etat(declaration, refus[etape.slug], sum(piece.bloque for piece in pieces), remarques)
            lignes.append(EtapeDuVolet(numero, etape.slug, etape.titre, etat, pieces))
        return tuple(lignes)

    def _refus_visible(self, refus: Any, declaration: Any, contexte: Contexte) -> bool:
        """Une saisie refusée dont la question ne se pose plus, ou se lit seulement, attend sans compter."""
        etape = self.trouver(refus.etape)
        if etape is None:
            return False
        for section, cible in etape.lignes(declaration):
            prefixe = section.prefixe(cible)
            nom = refus.champ.removeprefix(prefixe)
            if refus.champ.startswith(prefixe):
                for champ, regle in regles(section.formulaire):
                    if champ == nom:
                        verrouilles = section.formulaire.champs_verrouilles(cible, contexte)
                        return regle.est_posee(cible) and nom not in verrouilles
        return False

    def pieces(self, declaration: Any, contexte: Contexte) -> Iterator[tuple[Etape, Piece]]:
        for etape in self.etapes:
            for piece in etape.pieces(declaration, contexte):
                yield etape, piece

    def pieces_en_trop(self, declaration: Any, contexte: Contexte) -> list[EtatPiece]:
        """Ce qui a été fourni et que plus rien ne demande : la personne doit pouvoir le revoir et le retirer."""
        attendues = {(piece.code, piece.personne) for _, piece in self.pieces(declaration, contexte)}
        en_trop = [
            (Piece.du_code(f.code, f.personne, foyer.appel_de(declaration, f.personne)), f)
            for f in declaration.demande.pieces
            if f.fichiers_gardes and (f.code, f.personne) not in attendues
        ]
        return [etat_de_la_piece(piece, f, contexte) for piece, f in en_trop if piece.ligne in contexte.catalogue]

    def bloquants(self, declaration: Any, contexte: Contexte) -> list[Manque]:
        """Ce qui empêche de soumettre. Vide, la demande peut partir."""
        fournies = {(piece.code, piece.personne): piece for piece in declaration.demande.pieces}
        manques: list[Manque] = []
        for etape in self.etapes:
            for bloc in self._blocs_incomplets(etape, declaration, contexte):
                for nom in bloc.section.formulaire.requis_manquants(bloc.cible):
                    champ = bloc.formulaire[nom]
                    manques.append(Manque(etape, champ.libelle, champ.id_premier))
            for piece in etape.pieces(declaration, contexte):
                etat = etat_de_la_piece(piece, fournies.get((piece.code, piece.personne)), contexte)
                if etat.bloque:
                    manques.append(Manque(etape, etat.libelle, f"fichier-{piece.code}-{piece.personne}"))
        return manques

    def _blocs_incomplets(self, etape: Etape, declaration: Any, contexte: Contexte) -> Iterator[Bloc]:
        if etape.etat(declaration).bloquants:
            yield from (
                bloc for bloc in etape.ouvrir(declaration, contexte) if bloc.formulaire.requis_manquants(bloc.cible)
            )

    def remarques(self, declaration: Any, contexte: Contexte) -> list[Remarque]:
        """Les remarques du guichet, dans l’ordre des étapes, tant que la question se pose."""
        return [
            Remarque(etape, nommer(bloc, champ), champ.id_premier, bloc.remarques[champ.short_name])
            for etape in self.etapes
            if any(cle[0] == etape.slug for cle in contexte.remarques)
            for bloc in etape.ouvrir(declaration, contexte)
            for champ in bloc.formulaire.questions
            if champ.short_name in bloc.remarques
        ]

    def a_relire(self, declaration: Any, contexte: Contexte) -> list[Remarque]:
        """Ce que les étapes signalent « À vérifier », dans leur ordre ; rien de ce que la personne ne peut changer."""
        trouvees = []
        for etape in self.etapes:
            if not any(section.formulaire.avertissements_de(cible) for section, cible in etape.lignes(declaration)):
                continue
            for bloc in etape.ouvrir(declaration, contexte):
                phrases = bloc.formulaire.avertissements()
                trouvees += [
                    Remarque(etape, nommer(bloc, champ), champ.id_premier, phrases[champ.short_name])
                    for champ in bloc.formulaire.questions
                    if champ.short_name in phrases and not champ.verrouille
                ]
        return trouvees

    def recapitulatif(self, declaration: Any, contexte: Contexte) -> Iterator[Rubrique]:
        """La matière commune de la page « Vérifier », de la fiche et du formulaire : rien n'est redit ailleurs."""
        for etape in self.etapes:
            for bloc in etape.ouvrir(declaration, contexte):
                questions = bloc.formulaire.questions
                if questions:
                    yield Rubrique(
                        etape,
                        bloc.titre or bloc.section.titre,
                        tuple((champ.libelle, champ.presenter(champ.object_data)) for champ in questions),
                        bloc.section.confidentielle,
                        bloc.section.nom,
                        cle_de_ligne(bloc.cible),
                        tuple(champ.short_name for champ in questions),
                        bloc.titre,
                    )


PARCOURS = Parcours(
    (
        informations_generales.ETAPE,
        demandeurs.ETAPE,
        composition_du_foyer.ETAPE,
        situation_professionnelle.ETAPE,
        revenu_fiscal.ETAPE,
        ressources_mensuelles.ETAPE,
        logement_actuel.ETAPE,
        motifs.ETAPE,
        souhaits.ETAPE,
    )
)
