"""L'espace des agents : vérifier, enregistrer, suivre les demandes de leur territoire."""

from flask import Blueprint

bp = Blueprint("guichet", __name__, url_prefix="/guichet")


@bp.record_once
def _installer(etat) -> None:
    """Le journal s'écrit à la validation ; sous /guichet, la session et les droits sont ceux d'un agent."""
    from stdnum.fr import nir

    from portail.guichet import a_l_agent, annuaire, controle, journal, menu, sessions
    from portail.regles import numero_unique
    from portail.regles.territoire import nom_territoire
    from portail.typographie import insecables

    journal.installer()
    sessions.installer(etat.app)
    etat.app.extensions["controle_des_agents"] = controle.controler
    etat.app.extensions["guichets_du_portail"] = annuaire.adresses_publiques
    etat.app.context_processor(menu.contexte)
    etat.app.jinja_env.filters["territoire"] = nom_territoire
    etat.app.jinja_env.filters["numero_lisible"] = numero_unique.lisible
    etat.app.jinja_env.filters["nir_lisible"] = nir.format
    etat.app.jinja_env.filters["au_guichet"] = a_l_agent.appel_a_l_agent
    etat.app.jinja_env.filters["a_l_agent"] = a_l_agent.a_l_agent
    etat.app.jinja_env.filters["insecables"] = insecables
