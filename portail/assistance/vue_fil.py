"""La page d'un fil, pour la personne : le lire, y répondre, le sonder. Les mêmes fonctions servent une demande et un
fil sans demande."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins, idempotence
from portail.assistance import acces, fils
from portail.assistance.accueil import accueil_de
from portail.assistance.fils import Lecture
from portail.assistance.formulaires import MessageForm
from portail.assistance.modeles import Fil
from portail.db import db
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Demande
from portail.demande.parcours import PARCOURS
from portail.demande.porte import de_la_personne
from portail.horloge import maintenant
from portail.htmx import est_fragment, rendre
from portail.requete import numero
from portail.sondage import Rythme, est_a_jour, rien_de_neuf

GABARIT = "assistance/fil.html"
EXTRAIT = 200  # caractères lus à voix haute quand un message arrive
SESSION_FERMEE = (
    "Votre session s’est fermée\u00a0: les nouveaux messages n’arrivent plus ici. "
    "Ce que vous écrivez reste sur la page\u00a0; l’envoyer vous demandera de vous reconnecter."
)


def montrer(
    fil: Fil | None,
    adresse: str,
    *,
    demande: Demande | None = None,
    guichet_id: int | None = None,
    couvert: bool = True,
    formulaire: MessageForm | None = None,
    statut: int = 200,
    **fragments: Any,
) -> Response:
    """`fil` vide : rien n'a encore été écrit au sujet de cette demande. `guichet_id` : qui le recevra. `couvert` :
    faux si aucun guichet de ce site ne lirait un message."""
    instant = maintenant()
    avant = request.args.get("avant", type=numero) if request.method == "GET" else None
    lecture = fils.lire(db.session, fil, avant, moi=current_user.id) if fil else Lecture([], None)
    return rendre(
        GABARIT,
        titre="Messages du guichet",
        fil=fil,
        adresse=adresse,
        demande=demande,
        couvert=couvert,
        lecture=lecture,
        ancien=avant is not None,
        rythme=Rythme.de(fil.version, fil.dernier_le, instant) if fil and avant is None else None,
        accueil=accueil_de(db.session, fil.guichet_id if fil else guichet_id, instant),
        pieces=_pieces(demande) if not est_fragment() else [],
        formulaire=formulaire or MessageForm(None),
        cle=request.form.get("cle") if statut == 422 else idempotence.nouvelle_cle(),
        statut=statut,
        **fragments,
    )


def _pieces(demande: Demande | None) -> list[tuple[str, str]]:
    """(intitulé, adresse) des documents que la demande attend : c'est là qu'on les joint."""
    if demande is None or demande.radiee_le is not None:
        return []
    from portail.demande import acces as acces_demande

    porte = de_la_personne(demande.id)
    declaration = acces_demande.par_la_porte(db.session, porte)
    etapes = PARCOURS.volet(declaration, contexte_de(declaration))
    return [(f"{p.libelle}\u00a0: {p.etat}", porte.piece(p.code, p.personne)) for e in etapes for p in e.pieces]


def freiner() -> None:
    """Compte un envoi, dans sa propre transaction : avant tout autre accès à la base. Lève `TropDEssais`."""
    freins.essayer(freins.QUESTION_PAR_COMPTE, str(current_user.id))


def envoyer(fil_de: Any, adresse: str, demande: Demande | None, guichet_id: int | None) -> ReponseBrute:
    """`fil_de()` : ouvre ou retrouve le fil, verrouillé, une fois le message reçu et lisible."""
    formulaire = MessageForm(request.form)
    if not formulaire.validate():
        fil = fils.de_la_demande(db.session, demande) if demande else fil_de()
        return montrer(
            fil,
            adresse,
            demande=demande,
            guichet_id=guichet_id,
            formulaire=formulaire,
            statut=422,
            blocs=("ecrire",),
            alerte=formulaire.texte.erreur,
        )
    fil = fil_de()
    fils.ajouter(
        db.session, fil, formulaire.texte.data, request.form.get("cle", ""), maintenant(), compte_id=current_user.id
    )
    db.session.commit()
    if not est_fragment():
        return redirect(f"{adresse}#ecrire", 303)
    return montrer(fil, adresse, demande=demande, blocs=("messages", "ecrire"), annonce="Message envoyé.")


def sonder(fil_id: int) -> ReponseBrute:
    """304 si la page est à jour ; sinon le fil, et le dernier message dit à voix haute."""
    if not current_user.is_authenticated:
        return arreter()
    version, dernier_le = acces.version(db.session, fil_id)
    if est_fragment() and est_a_jour(Rythme.de(version, dernier_le, maintenant())):
        return rien_de_neuf()
    fil = acces.fil(db.session, fil_id)
    if not est_fragment():
        return redirect(fil.adresse, 303)
    return montrer(fil, fil.adresse, blocs=("messages",), annonce=nouveau(fil, current_user.id))


def arreter() -> ReponseBrute:
    """La session est finie : le sondage s'arrête, la page et ce qu'on y écrit restent."""
    if not est_fragment():
        return redirect("/aide/tchat", 303)
    return rendre("assistance/arret.html", titre="Messages", blocs=("arret",), alerte=SESSION_FERMEE)


def nouveau(fil: Fil, moi: int | None = None) -> str:
    """Ce que dit le lecteur d'écran, quand c'est bien un message qui arrive et pas un changement de rythme."""
    vue, _, _ = request.args.get("vu", "").partition("-")
    derniers = fils.lire(db.session, fil, moi=moi).messages
    if vue == str(fil.version) or not derniers:
        return ""
    dernier = derniers[-1]
    return f"Message de {'vous' if dernier.auteur == 'Vous' else dernier.auteur}\u00a0: {dernier.texte[:EXTRAIT]}"
