"""Les boutons de la page d'une pièce, hors l'envoi d'un fichier. Chacun se rejoue sans effet de plus (double clic)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portail.champs.nombres import en_milliers
from portail.demande.actions import Action
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Declaration, Demande
from portail.demande.porte import Porte
from portail.horloge import a_paris
from portail.pieces import absence, acces, avis_lu, reception, televersement
from portail.pieces.absence import AbsenceForm


@dataclass(frozen=True)
class Fait:
    """Ce qu'un bouton a fait : l'annonce, ou ce qui l'en a empêché. `formulaire` : l'absence, à corriger. `ancre` : où
    revenir dans la page, si ce n'est pas à la liste des fichiers. Le clavier y revient aussi : un élément qui reçoit le
    focus, et qui est sur la page."""

    annonce: str = ""
    phrases: tuple[str, ...] = ()
    formulaire: AbsenceForm | None = None
    ancre: str = ""

    @property
    def est_fautif(self) -> bool:
        return bool(self.phrases) or self.formulaire is not None


RIEN_DE_CHOISI = Fait(phrases=(reception.SANS_FICHIER,))


def executer(
    session: Session,
    porte: Porte,
    declaration: Declaration,
    cle: tuple[str, str],
    saisie: MultiDict[str, str],
    instant: datetime,
) -> Fait:
    """Exécute le bouton pressé. `cle` : le code et la personne de la pièce."""
    demande = declaration.demande
    action = Action.lire(saisie.get("action", ""))
    if action.verbe == "reporter-avis":
        return _reporter_un_avis(session, declaration, cle, action.numero, instant)
    if action.verbe == "absente":
        reception.dire_absente(session, demande, *cle, instant)
        return Fait("C’est noté. Dites-nous la suite.", ancre="absence")
    if action.verbe in {"preciser-absence", "annuler-absence"}:
        return _absence(session, demande, cle, action, saisie, instant)
    if action.verbe == "annuler-envoi":
        if (envoi := acces.trouver_televersement(session, porte, action.numero)) is not None:
            televersement.oublier(session, envoi)
        return Fait("Envoi annulé.")
    if action.verbe == "remettre-fichier":
        phrases = reception.remettre(reception.piece_de(session, demande, *cle), action.numero, instant)
        return Fait(
            "" if phrases else "Document remis.", tuple(phrases), ancre=_ancre(declaration, cle, action, instant)
        )
    if action.verbe in {"retirer-fichier", "monter-fichier"}:
        fichier = acces.trouver_fichier(session, porte, action.numero)
        if fichier is not None and action.verbe == "monter-fichier":
            reception.monter(fichier)
        elif fichier is not None:
            reception.retirer(fichier, instant)
        annonce = "Page déplacée." if action.verbe == "monter-fichier" else "Document retiré. Vous pouvez annuler."
        return Fait(annonce, ancre=_ancre(declaration, cle, action, instant))
    return RIEN_DE_CHOISI


def _ancre(declaration: Declaration, cle: tuple[str, str], action: Action, instant: datetime) -> str:
    """Le fichier du geste : son nom, ou « Annuler le retrait » une fois retiré. Vide s'il n'est plus sur la page."""
    piece = acces.fournie_pour(declaration, *cle)
    montres = [*piece.fichiers_gardes, *reception.retires(piece, instant)] if piece else []
    return next((f"fichier-{fichier.id}" for fichier in montres if fichier.id == action.numero), "")


def _absence(
    session: Session,
    demande: Demande,
    cle: tuple[str, str],
    action: Action,
    saisie: MultiDict[str, str],
    instant: datetime,
) -> Fait:
    piece = reception.piece_de(session, demande, *cle)
    if action.verbe == "annuler-absence":
        absence.effacer(piece)
        return Fait("C’est noté : le document est à joindre.")
    formulaire = AbsenceForm(a_paris(instant).date(), piece, saisie)
    if not formulaire.validate():
        return Fait(formulaire=formulaire)
    absence.dire(piece, formulaire, instant)
    return Fait("C’est noté.", ancre="absence")


def _reporter_un_avis(
    session: Session, declaration: Declaration, cle: tuple[str, str], numero: int, instant: datetime
) -> Fait:
    """Le revenu lu sur l'avis va dans l'étape. Déjà reporté, ou demande soumise entre-temps : rien."""
    fournie = acces.fournie_pour(declaration, *cle)
    if fournie is None or not declaration.est_brouillon:
        return Fait()
    contexte = contexte_de(declaration)
    fichiers = [fichier for fichier in fournie.fichiers_gardes if fichier.id == numero]
    for lecture in avis_lu.lectures(fichiers, declaration, cle, contexte):
        if lecture.est_a_proposer:
            avis_lu.reporter(session, declaration, lecture, contexte, instant)
            return Fait(
                f"Reporté dans la demande\u00a0: {en_milliers(lecture.avis.rfr)}\u00a0€ par an.", ancre="avis-lu"
            )
    return Fait()
