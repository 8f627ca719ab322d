"""Mettre à jour, renouveler : ce que la personne fait d'une demande déjà soumise."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, redirect, request, url_for
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande import acces, bp, mise_a_jour, renouvellement
from portail.demande.contexte import contexte_au, contexte_de
from portail.demande.copie import copier
from portail.demande.cycle_de_vie import Etat, brouillon, echeance, etat
from portail.demande.delais import durees
from portail.demande.formulaires_vie import RevenusForm
from portail.demande.modeles import Demande
from portail.demande.parcours import PARCOURS
from portail.demande.porte import de_la_personne
from portail.documents.apres_acte import etablir_l_attestation
from portail.documents.matiere_attestation import renouvelee_le
from portail.droits import Droit, droit
from portail.horloge import a_paris, aujourd_hui, maintenant
from portail.htmx import rendre
from portail.regles import vie
from portail.requete import numero

RENOUVELER = "Renouveler ma demande"
AUTRE_ANNEE = "L’année a changé pendant que vous lisiez cette page. Donnez les revenus de la nouvelle année."
A_ATTESTER = "Cochez la case pour attester que rien n’a changé."


def _tableau() -> ReponseBrute:
    return redirect(url_for(".tableau"), 303)


@bp.post("/<int:demande_id>/mise-a-jour")
@droit(Droit.COMPTE)
def mettre_a_jour(demande_id: int) -> ReponseBrute:
    """Commencer, ou reprendre. Deux clics ouvrent le même brouillon."""
    demande = acces.demande(db.session, demande_id, verrou=True)
    try:
        ouvert = mise_a_jour.commencer(db.session, demande, maintenant())
    except mise_a_jour.MiseAJourImpossible:
        return _tableau()
    slug = ouvert.derniere_etape or PARCOURS.etapes[0].slug
    db.session.commit()
    return redirect(url_for(".etape", demande_id=demande_id, slug=slug), 303)


@bp.get("/<int:demande_id>/mise-a-jour/effacer")
@droit(Droit.COMPTE)
def effacer(demande_id: int) -> ReponseBrute:
    demande = acces.demande(db.session, demande_id)
    ouvert = brouillon(demande)
    if ouvert is None or demande.declaration_deposee_id is None or demande.est_a_corriger:
        return _tableau()
    return rendre("demande/effacer.html", titre="Effacer ma mise à jour", demande=demande, ouvert=ouvert)


@bp.post("/<int:demande_id>/mise-a-jour/effacer")
@droit(Droit.COMPTE)
def effacer_oui(demande_id: int) -> ReponseBrute:
    demande = acces.demande(db.session, demande_id, verrou=True)
    try:
        mise_a_jour.effacer(db.session, demande)
    except mise_a_jour.MiseAJourImpossible:
        return _tableau()
    db.session.commit()
    return redirect(url_for(".tableau", fait="effacee"), 303)


@bp.get("/<int:demande_id>/renouveler")
@droit(Droit.COMPTE)
def renouveler(demande_id: int) -> ReponseBrute:
    demande = acces.demande(db.session, demande_id)
    if etat(demande, aujourd_hui()) is not Etat.A_RENOUVELER:
        return _tableau()
    return _page(demande)


@bp.post("/<int:demande_id>/renouveler")
@droit(Droit.COMPTE)
def renouveler_envoyer(demande_id: int) -> ReponseBrute:
    """Un second envoi mène où le premier a mené."""
    demande = acces.demande(db.session, demande_id, verrou=True)
    instant = maintenant()
    if etat(demande, a_paris(instant).date()) is not Etat.A_RENOUVELER or demande.declaration_deposee is None:
        return redirect(url_for(".a_jour", demande_id=demande_id), 303)
    contexte = contexte_au(a_paris(instant).date())
    if request.form.get("annee", type=int) not in {None, contexte.annee_n2}:  # page ouverte avant le 1er janvier
        return _page(demande, phrase=AUTRE_ANNEE, statut=409)
    formulaire = RevenusForm(demande.declaration_deposee, contexte, request.form)
    valable = formulaire.validate()
    if not valable or request.form.get("atteste") != "oui":
        manque = "" if request.form.get("atteste") == "oui" else A_ATTESTER
        return _page(demande, formulaire, manque=manque, statut=422)
    vue = request.form.get("declaration", 0, type=numero)
    try:
        renouvellement.renouveler(db.session, demande, vue, formulaire.declares, instant)
    except renouvellement.RenouvellementImpossible as refus:
        return _page(demande, formulaire, phrase=str(refus), statut=409)
    db.session.commit()
    etablir_l_attestation(demande_id, instant)
    return redirect(url_for(".a_jour", demande_id=demande_id), 303)


def _page(
    demande: Demande, formulaire: RevenusForm | None = None, *, manque: str = "", phrase: str = "", statut: int = 200
) -> Response:
    jour = aujourd_hui()
    contexte = contexte_au(jour)
    declaration = acces.entiere(db.session, demande, demande.declaration_deposee_id)
    rubriques = [r for r in PARCOURS.recapitulatif(declaration, contexte_de(declaration)) if not r.confidentielle]
    return rendre(
        "demande/renouveler.html",
        titre=RENOUVELER,
        porte=de_la_personne(demande.id),
        demande=demande,
        declaration=declaration,
        mise_a_jour=brouillon(demande),
        formulaire=formulaire or RevenusForm(declaration, contexte),
        annee=contexte.annee_n2,
        a_relire=PARCOURS.a_relire(copier(declaration, maintenant()), replace(contexte, identite_verifiee=True)),
        etapes=[(etape, [r for r in rubriques if r.etape is etape]) for etape in PARCOURS.etapes],
        echeance=echeance(demande, jour),
        fin=vie.fin_de_grace(demande.presentee_le, durees(jour)) if demande.presentee_le else None,
        jour=jour,
        manque=manque,
        phrase=phrase,
        statut=statut,
    )


@bp.get("/<int:demande_id>/a-jour")
@droit(Droit.COMPTE)
def a_jour(demande_id: int) -> ReponseBrute:
    """Après une mise à jour ou un renouvellement : ce qui vaut maintenant, et jusqu'à quand."""
    demande = acces.demande(db.session, demande_id)
    if demande.enregistree_le is None or demande.radiee_le is not None or demande.soumise_le is None:
        return _tableau()
    renouvelee = renouvelee_le(demande) == a_paris(demande.soumise_le).date()
    return rendre(
        "demande/a_jour.html",
        titre="Votre demande est renouvelée" if renouvelee else "Votre demande est à jour",
        demande=demande,
        renouvelee=renouvelee,
        echeance=echeance(demande, aujourd_hui()),
    )
