"""L'aller et le retour. Le retour est le seul GET du site qui écrive : le fournisseur n'en connaît pas d'autre."""

from __future__ import annotations

import hmac

from flask import Response, abort, current_app, jsonify, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte import acces, reprise, sessions
from portail.compte.entree import adresse_interne
from portail.db import ecriture
from portail.droits import Droit, droit
from portail.franceconnect import bp, identite, lien, passage, protocole
from portail.franceconnect.arret import CAS, Arret
from portail.franceconnect.depart import adresse_de_retour, partir
from portail.franceconnect.fournisseur import Fournisseur, fournisseur
from portail.franceconnect.modeles import UsagePassage
from portail.franceconnect.transport import Injoignable, Refusee
from portail.horloge import maintenant
from portail.htmx import rendre
from portail.surete import Fait, noter

# Les erreurs qu'OAuth et OpenID Connect nomment ; toute autre vaut un refus.
ERREURS = {"access_denied": "annule", "server_error": "panne", "temporarily_unavailable": "panne"}


@bp.before_request
def _seulement_si_regle() -> None:
    if fournisseur() is None:
        abort(404)


@bp.errorhandler(Arret)
def _arreter(arret: Arret) -> ReponseBrute:
    """Une adresse propre : ni code ni état ne restent dans la barre d'adresse ou l'historique."""
    return redirect(url_for("franceconnect.arret", cas=arret.cas), 303)


@bp.post("/entrer")
@droit(Droit.ANONYME)
def entrer() -> ReponseBrute:
    suite = adresse_interne(request.form.get("suite", ""))
    return partir(UsagePassage.ENTRER, suite=suite, partage="partage" in request.form)


@bp.get("/retour")
@droit(Droit.PUBLIC)
def retour() -> ReponseBrute:
    freins.essayer(freins.FRANCECONNECT_PAR_RESEAU, freins.reseau())
    source = _source()
    with ecriture() as base:
        aller, prives = passage.revenir(base, request.args.get("state", ""))
    annonce = request.args.get("iss")
    if annonce is not None and not hmac.compare_digest(annonce.encode(), source.reglages.emetteur.encode()):
        return _refuser("un autre émetteur répond")  # RFC 9207
    if erreur := request.args.get("error"):
        raise Arret(ERREURS.get(erreur, "refuse"))
    try:
        obtenu = protocole.echanger(source, request.args.get("code", ""), prives, adresse_de_retour(), maintenant())
    except Injoignable as panne:
        current_app.logger.warning("FranceConnect injoignable : %s", panne)
        raise Arret("panne") from None
    except Refusee as refus:
        return _refuser(str(refus))
    prouvee = identite.traduire(source.reglages.emetteur, obtenu.sub, obtenu.dit)
    if aller.usage is UsagePassage.RELIER:
        return _relier(aller.id, aller.compte_id, obtenu, prouvee)
    return _entrer(aller.id, obtenu, prouvee)


def _refuser(raison: str) -> ReponseBrute:
    noter(Fait.FRANCECONNECT_REFUSE)
    current_app.logger.warning("réponse de FranceConnect refusée : %s", raison)
    raise Arret("refuse")


def _entrer(passage_id: int, obtenu: protocole.Retour, prouvee: identite.Identite) -> ReponseBrute:
    with ecriture() as base:
        passage.noter_l_identite(base, passage_id, obtenu, prouvee)
        compte = lien.compte_de(base, prouvee.emetteur, prouvee.sub)
        if compte is not None:
            acces.verrouiller(base, compte.id)
            compte = lien.compte_de(base, prouvee.emetteur, prouvee.sub)  # supprimé, ou délié, au même instant ?
        if compte is None:
            return redirect(url_for("franceconnect.inscription"), 303)
        attente = reprise.empreinte_avant_connexion()
        aller = passage.du_numero(base, passage_id)
        sessions.ouvrir(base, compte, partagee=aller.partage)
        passage.finir(aller)
        suite = reprise.reprendre(base, attente, compte.id) or aller.suite or url_for("demande.tableau")
        if compte.est_a_l_abri:  # d'abord une adresse à lui : sans elle, ni mot de passe ni code ne reviendront
            suite = url_for("compte.adresse")
    noter(Fait.CONNEXION_FRANCECONNECT, compte.id)
    return redirect(suite, 303)


def _relier(
    passage_id: int, compte_id: int | None, obtenu: protocole.Retour, prouvee: identite.Identite
) -> ReponseBrute:
    """Le compte qui a demandé à être relié est celui qui est connecté : son mot de passe vient d'être redonné."""
    if not current_user.is_authenticated or current_user.id != compte_id:
        raise Arret("navigateur")
    with ecriture() as base:
        passage.noter_l_identite(base, passage_id, obtenu, prouvee)
        passage.finir(passage.du_numero(base, passage_id))
    with ecriture() as base:
        lien.relier(base, acces.compte_courant(base), prouvee)
    noter(Fait.FRANCECONNECT_RELIE, compte_id)
    return redirect(url_for("franceconnect.mon_lien", fait="relie"), 303)


@bp.get("/arret")
@droit(Droit.PUBLIC)
def arret() -> Response:
    cas = CAS.get(request.args.get("cas", ""), CAS["navigateur"])
    return rendre("franceconnect/arret.html", titre=cas.titre, statut=cas.statut, cas=cas)


@bp.get("/deconnecte")
@droit(Droit.PUBLIC)
def deconnecte() -> ReponseBrute:
    """Le fournisseur nous rend la personne, sa session fermée chez lui comme ici."""
    return redirect(url_for("compte.connexion", motif="deconnecte"), 303)


@bp.get("/cles.json")
@droit(Droit.PUBLIC)
def cles() -> Response:
    """Notre clé publique : avec elle, le fournisseur chiffre l'identité pour nous seuls."""
    from joserfc import jwk

    cle = _source().reglages.cle
    publiques = [jwk.import_key(dict(cle)).as_dict(private=False)] if cle is not None else []
    return jsonify({"keys": publiques})


def _source() -> Fournisseur:
    source = fournisseur()
    assert source is not None, "le contrôle du blueprint l’assure"
    return source
