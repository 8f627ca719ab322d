"""« Demandes à vérifier », puis une demande : la lire, ouvrir ses fichiers, afficher un numéro."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from portail.db import db
from portail.demande.cycle_de_vie import etat
from portail.documents import emission
from portail.droits import Droit, droit
from portail.gabarits import jour
from portail.guichet import acces, bp, dossier, faits, listes, reclamation
from portail.guichet.gestes import vie_du_dossier
from portail.guichet.instruction import peut_etre_instruite
from portail.guichet.listes import Classement, Filtre, FiltreForm, Repere
from portail.guichet.modeles import Agent, RoleAgent
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre
from portail.pieces import remise
from portail.typographie import de


@bp.get("/demandes")
@droit(Droit.AGENT_ACCUEIL)
def demandes() -> Response:
    formulaire = FiltreForm(request.args or MultiDict({"classement": Classement.A_VERIFIER.code}))
    valable = formulaire.validate()
    filtre = Filtre(
        formulaire.classement.data or Classement.A_VERIFIER,
        formulaire.chez_nous.data is not None and formulaire.chez_nous.data.code == "oui",
        formulaire.commune.data,
    )
    page = listes.lire(db.session, current_user, filtre, Repere.lire(request.args.get("apres", "")), aujourd_hui())
    return rendre(
        "guichet/demandes.html",
        titre=filtre.classement.titre,
        formulaire=formulaire,
        filtre=filtre,
        filtre_pose=filtre != Filtre(),
        page=page,
        suite={**request.args, "apres": page.suivante} if page.suivante else None,
        statut=200 if valable else 422,
    )


@bp.get("/demandes/<int:demande_id>", endpoint="dossier")
@droit(Droit.AGENT_ACCUEIL)
def lire(demande_id: int) -> Response:
    demande = acces.demande_a_lire(db.session, current_user, demande_id)
    return montrer(dossier.ouvrir(db.session, demande))


def montrer(ouvert: dossier.Dossier, *, phrase: str = "", ancre: str = "contenu", statut: int = 200) -> Response:
    """La page d'une demande. `phrase` : ce qui n'a pas pu se faire ; `ancre` : où le reprendre."""
    demande = ouvert.demande
    agent: Agent = current_user
    dans_ses_territoires = demande.territoire in agent.guichet.codes_territoires
    return rendre(
        "guichet/dossier.html",
        titre=f"Demande {de(ouvert.nom)}",
        dossier=ouvert,
        demande=demande,
        etat=etat(demande, aujourd_hui()),
        a_une_attestation=bool(emission.attestees(db.session, [demande])),
        delai=listes.Delai.de(demande.deposee_le, aujourd_hui()) if demande.deposee_le else None,
        peut_decider=dans_ses_territoires and agent.peut(RoleAgent.INSTRUCTEUR) and demande.radiee_le is None,
        peut_instruire=dans_ses_territoires and agent.peut(RoleAgent.INSTRUCTEUR) and peut_etre_instruite(demande),
        dans_ses_territoires=dans_ses_territoires,
        est_saisie_ici=demande.saisie_guichet_id == agent.guichet_id,
        peut_recevoir_un_code=reclamation.peut_recevoir_un_code(demande, agent),
        territoires=agent.guichet.codes_territoires,
        vie=vie_du_dossier(db.session, demande, agent, aujourd_hui()),
        fait=faits.lire(request.args.get("fait", ""), demande),
        phrase=phrase,
        ancre=ancre,
        statut=statut,
    )


@bp.get("/demandes/<int:demande_id>/fichiers/<int:fichier_id>")
@droit(Droit.AGENT_ACCUEIL, fichier=True)
def fichier(demande_id: int, fichier_id: int) -> Response:
    trouve = acces.fichier_a_ouvrir(db.session, current_user, demande_id, fichier_id)
    try:
        return remise.remettre(trouve, a_l_ecran=True)
    except remise.Illisible:
        return rendre("guichet/illisible.html", titre="Ce document ne peut pas être ouvert", statut=503)


@bp.get("/demandes/<int:demande_id>/fichiers/<int:fichier_id>/apercu.jpg")
@droit(Droit.AGENT_ACCUEIL, fichier=True)
def apercu(demande_id: int, fichier_id: int) -> ReponseBrute:
    """La première page d'un PDF. Une page qui ne se montre pas laisse voir une feuille."""
    trouve = acces.fichier_a_ouvrir(db.session, current_user, demande_id, fichier_id)
    try:
        return remise.apercu(trouve, "apercu")
    except remise.Illisible:
        return remise.feuille()


@bp.get("/demandes/<int:demande_id>/pieces/<int:piece_id>.pdf")
@droit(Droit.AGENT_ACCUEIL, fichier=True)
def piece_entiere(demande_id: int, piece_id: int) -> Response:
    """Les fichiers d'une pièce, dans l'ordre, en un PDF. La copie porte un filigrane : pour qui, et quand."""
    piece = acces.piece_a_ouvrir(db.session, current_user, demande_id, piece_id)
    filigrane = f"Copie pour {current_user.guichet.nom}, {jour(maintenant())}"
    try:
        return remise.copie(piece.fichiers_gardes, f"{piece.code}.pdf", filigrane)
    except remise.Illisible:
        return rendre("guichet/illisible.html", titre="Ce document ne peut pas être ouvert", statut=503)


@bp.get("/demandes/<int:demande_id>/attestation.pdf")
@droit(Droit.AGENT_ACCUEIL, fichier=True)
def attestation(demande_id: int) -> Response:
    """L'attestation, à imprimer et à remettre au guichet."""
    demande = acces.demande_a_lire(db.session, current_user, demande_id, objet="attestation")
    try:
        document = emission.attestation_a_montrer(demande, maintenant())
    except emission.NonEmissible:
        raise NotFound from None
    reponse = Response(document.octets, mimetype="application/pdf")
    reponse.headers["Content-Disposition"] = 'inline; filename="attestation.pdf"'
    reponse.headers["Content-Security-Policy"] = remise.LECTEUR_PDF
    return reponse


@bp.post("/demandes/<int:demande_id>/nir/<personne>")
@droit(Droit.AGENT_ACCUEIL)
def nir(demande_id: int, personne: str) -> Response:
    """Le numéro en entier, une fois, sur un geste : le voir s'inscrit au journal."""
    numero = acces.nir_a_afficher(db.session, current_user, demande_id, personne)
    db.session.commit()
    return rendre("guichet/nir.html", titre="Numéro de sécurité sociale", numero=numero, demande_id=demande_id)
