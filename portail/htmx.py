"""Le seul endroit qui connaît htmx : la même adresse rend la page, ou ses fragments.

Un fragment est un bloc du gabarit de la page dont la racine porte un `id` et `{{ hors_bande }}`.
Le texte de `annonce` va dans `#annonce` (région `status` présente dès la première page) ; celui de
`alerte` dans `#alerte`. Sans htmx, ces textes n'ont pas lieu d'être : la page entière est relue.
"""

from __future__ import annotations

from flask import Response, current_app, make_response, redirect, render_template, request
from jinja2_fragments.flask import render_blocks
from markupsafe import Markup, escape
from werkzeug import Response as Reponse

HORS_BANDE = Markup(' data-hx-swap-oob="true"')
STATUTS_EN_ERREUR = {409, 422, 429}


def est_fragment() -> bool:
    """Vrai si htmx attend des fragments. Un retour arrière (History-Restore) veut la page entière."""
    entetes = request.headers
    return entetes.get("HX-Request") == "true" and entetes.get("HX-History-Restore-Request") != "true"


def titre_complet(titre: str, statut: int = 200, repere: str = "") -> str:
    """« Erreur – Motifs – Étape 8 sur 9 – Portail logement social »."""
    nom = current_app.extensions["portail"].identite.nom
    morceaux = ["Erreur" if statut in STATUTS_EN_ERREUR else "", titre, repere, nom]
    return " – ".join(filter(None, morceaux))


def rediriger(adresse: str, *, en_fragments: bool = False) -> Reponse:
    """Après une écriture : 303. Vers une page qui n'a pas de fragments, htmx quitte la page (HX-Redirect)."""
    if est_fragment() and not en_fragments:
        return Response("", 200, {"HX-Redirect": adresse})
    return redirect(adresse, 303)


def alerter(phrase: str, statut: int, jeton: str = "") -> Response:
    """Une erreur pendant un échange htmx : dite et montrée dans `#alerte`, sans toucher à ce qu'on écrit.

    `jeton` : celui des formulaires de la page ne vaut plus rien ; celui-ci prend sa place, et réessayer suffit.
    """
    html = Markup('<div data-hx-swap-oob="innerHTML:#alerte"><p>{}</p></div>').format(phrase)
    if jeton:
        html += Markup(
            '<input type="hidden" name="csrf_token" value="{}" data-hx-swap-oob="outerHTML:[name=csrf_token]">'
        ).format(jeton)
    return make_response(str(html), statut)


def rendre(
    gabarit: str,
    *,
    titre: str,
    repere: str = "",
    blocs: tuple[str, ...] = (),
    statut: int = 200,
    annonce: str = "",
    alerte: str = "",
    pousser: bool = False,
    **contexte: object,
) -> Response:
    """La page, ou ses `blocs` si htmx les demande.

    `repere` situe la page dans un parcours (« Étape 3 sur 9 »). `pousser` inscrit l'adresse dans
    l'historique du navigateur (jamais pour un simple enregistrement).
    """
    if est_fragment() and not blocs and request.method == "GET":
        return Response("", 200, {"HX-Redirect": request.full_path.rstrip("?"), "Vary": "HX-Request"})
    contexte["titre_complet"] = titre_complet(titre, statut, repere)
    fragment = est_fragment() and bool(blocs)
    if fragment:
        html = Markup("<title>{}</title>").format(contexte["titre_complet"])
        # Nos gabarits échappent eux-mêmes : leur sortie est du HTML, pas une chaîne à échapper.
        html += Markup(render_blocks(gabarit, list(blocs), hors_bande=HORS_BANDE, titre=titre, **contexte))  # noqa: S704
        if alerte or request.method == "POST":  # une erreur corrigée ne reste pas dite
            html += Markup('<div data-hx-swap-oob="innerHTML:#alerte">{}</div>').format(alerte)
        html += escape(annonce)
    else:
        html = Markup(render_template(gabarit, hors_bande="", titre=titre, **contexte))  # noqa: S704
    reponse = make_response(str(html), statut)
    reponse.vary.add("HX-Request")
    if fragment and pousser:
        reponse.headers["HX-Push-Url"] = request.full_path.rstrip("?")
    return reponse
