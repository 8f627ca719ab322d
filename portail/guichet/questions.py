"""« Questions reçues » : la file, lire un fil, y répondre, le confier. Les fils eux-mêmes : portail/assistance/fils.py.

Un agent lit les fils des territoires de son guichet, jamais les réponses d'un brouillon. Ouvrir un fil s'inscrit au
journal ; le sondage d'un fil déjà ouvert ne rend que ce qui vient d'y être écrit et ne s'inscrit pas.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import NotFound

from portail import courriel
from portail.assistance import fils
from portail.assistance.modeles import Fil, Message
from portail.choix import Choix
from portail.compte.modeles import Compte
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet.acte import noter_l_evenement
from portail.guichet.journal import inscrire, inscrire_une_lecture
from portail.guichet.modeles import ActeJournal, Agent, Guichet, GuichetTerritoire
from portail.horloge import PARIS, a_paris

LIMITE = 50


class FileDeQuestions(Choix):
    """Ce que montre la liste."""

    A_REPONDRE = "a-repondre", "À répondre"
    REPONDUES = "repondues", "Répondues"


@dataclass(frozen=True)
class QuestionRecue:
    """Une ligne de la file. `chez_nous` : en charge de ce guichet, ou de personne."""

    id: int
    nom: str
    numero_unique: str | None
    attend_le: datetime | None
    dernier_le: datetime
    guichet: str | None
    agent: str | None
    chez_nous: bool


def dans_ses_territoires(agent: Agent) -> sa.ColumnElement[bool]:
    return Fil.territoire.in_(agent.guichet.codes_territoires)


def file(session: Session, agent: Agent, laquelle: FileDeQuestions) -> tuple[list[QuestionRecue], int]:
    """Les cinquante premières et leur nombre total. À répondre : les siennes d'abord, puis qui attend depuis le plus
    longtemps ; répondues : les dernières d'abord."""
    attend = laquelle is FileDeQuestions.A_REPONDRE
    condition = sa.and_(dans_ses_territoires(agent), Fil.attend_le.is_not(None) if attend else Fil.attend_le.is_(None))
    ailleurs = sa.func.coalesce(Fil.guichet_id, agent.guichet_id) != agent.guichet_id
    requete = (
        sa.select(Fil, Compte, Demande.numero_unique, Guichet.nom, Agent.prenom, Agent.nom.label("nom_agent"))
        .outerjoin(Compte, Compte.id == Fil.compte_id)
        .outerjoin(Demande, Demande.id == Fil.demande_id)
        .outerjoin(Guichet, Guichet.id == Fil.guichet_id)
        .outerjoin(Agent, Agent.id == Fil.agent_id)
        .where(condition)
        .order_by(*((ailleurs, Fil.attend_le, Fil.id) if attend else (Fil.dernier_le.desc(), Fil.id.desc())))
        .limit(LIMITE)
    )
    lignes = [
        QuestionRecue(
            fil.id,
            nom_de(compte),
            numero,
            fil.attend_le,
            fil.dernier_le,
            guichet,
            f"{prenom} {nom}" if prenom else None,
            fil.guichet_id in {None, agent.guichet_id},
        )
        for fil, compte, numero, guichet, prenom, nom in session.execute(requete)
    ]
    total = session.scalar(sa.select(sa.func.count()).select_from(Fil).where(condition)) or 0
    return lignes, total


def nom_de(compte: Compte | None) -> str:
    """Le nom de qui écrit ; un compte supprimé ne dit plus le sien."""
    if compte is None:
        return "Compte supprimé"
    return compte.nom_courant


def en_attente(session: Session, agent: Agent) -> int:
    """Combien de questions de ses territoires attendent une réponse."""
    requete = sa.select(sa.func.count()).select_from(Fil)
    return session.scalar(requete.where(dans_ses_territoires(agent), Fil.attend_le.is_not(None))) or 0


def a_lire(session: Session, agent: Agent, fil_id: int) -> Fil:
    """Le fil, la personne et sa demande ; sa lecture est inscrite. 404 hors de ses territoires (refus inscrit)."""
    fil = session.scalar(_entier().where(Fil.id == fil_id))
    if fil is None:
        raise NotFound
    objet = f"question {fil.id}"
    details = {"agent": agent, "demande_id": fil.demande_id, "compte_id": fil.compte_id, "objet": objet}
    if fil.territoire not in agent.guichet.codes_territoires:
        inscrire_une_lecture(ActeJournal.LECTURE_REFUSEE, **details)
        raise NotFound
    inscrire_une_lecture(ActeJournal.LECTURE, **details)
    return fil


def _entier() -> sa.Select[Fil]:
    return sa.select(Fil).options(joinedload(Fil.demande), joinedload(Fil.compte))


def deja_ouvert(session: Session, agent: Agent, fil_id: int) -> Fil:
    """Le fil que l'agent a sous les yeux, relu par le sondage. 404 hors de ses territoires."""
    fil = session.scalar(_entier().where(Fil.id == fil_id, dans_ses_territoires(agent)))
    if fil is None:
        raise NotFound
    return fil


def en_charge(session: Session, fil: Fil) -> str:
    """« Mairie de Lyon, Léa Martin » ; vide si personne en particulier."""
    guichet = session.get(Guichet, fil.guichet_id) if fil.guichet_id else None
    lui = session.get(Agent, fil.agent_id) if fil.agent_id else None
    return ", ".join(filter(None, [guichet.nom if guichet else "", lui.nom_complet if lui else ""]))


def pour_agir(session: Session, agent: Agent, fil_id: int) -> Fil:
    """Le fil, verrouillé, pour un acte qui s'inscrira lui-même. 404 hors de ses territoires.

    Sa demande d'abord, que la réponse désignera : qui la transfère prend l'une puis l'autre.
    """
    la_demande = sa.select(Demande.id).where(Demande.id.in_(sa.select(Fil.demande_id).where(Fil.id == fil_id)))
    session.execute(la_demande.with_for_update(read=True, key_share=True))
    requete = sa.select(Fil).where(Fil.id == fil_id, dans_ses_territoires(agent)).with_for_update()
    fil = session.scalar(requete.execution_options(populate_existing=True))
    if fil is None:
        raise NotFound
    return fil


def version(session: Session, agent: Agent, fil_id: int) -> tuple[int, datetime] | None:
    """Pour le sondage : la version du fil et l'instant de son dernier message, None hors de ses territoires."""
    requete = sa.select(Fil.version, Fil.dernier_le).where(Fil.id == fil_id, dans_ses_territoires(agent))
    ligne = session.execute(requete).one_or_none()
    return None if ligne is None else (ligne.version, ligne.dernier_le)


def repondre(session: Session, fil: Fil, texte: str, cle: str, agent: Agent, instant: datetime) -> bool:
    """Répond dans le fil verrouillé : message, évènement de la demande, journal, courriel. Faux si déjà reçu.

    Un échange d'une journée ne fait qu'un évènement ; un courriel ne repart pas tant que le premier n'a pas été lu.
    """
    deja_prevenue = session.scalar(
        sa.select(sa.exists().where(Message.fil_id == fil.id, Message.guichet_id.is_not(None), Message.lu_le.is_(None)))
    )
    if not fils.ajouter(session, fil, texte, cle, instant, agent):
        return False
    demande = session.get(Demande, fil.demande_id) if fil.demande_id else None
    if demande is not None and demande.deposee_le is not None and not _dit_ce_jour(session, demande, agent, instant):
        noter_l_evenement(session, demande, GenreEvenement.MESSAGE, agent, instant, organisme=agent.guichet.nom)
    objet = f"question {fil.id}, message {fil.version}"
    _inscrire(session, ActeJournal.MESSAGE, fil, agent, objet)
    compte = session.get(Compte, fil.compte_id) if fil.compte_id else None
    if compte is not None and not deja_prevenue:
        # SQLite redonne le numéro d'un fil effacé : l'ouverture du fil les distingue.
        cle = f"message-{fil.id}-{fil.ouvert_le.timestamp():.0f}-{fil.version}"
        lien = courriel.config_url() + fil.adresse
        courriel.mettre_en_boite(session, cle, compte.courriel, "Un guichet vous a écrit", "message", lien=lien)
    return True


def _dit_ce_jour(session: Session, demande: Demande, agent: Agent, instant: datetime) -> bool:
    minuit = datetime.combine(a_paris(instant).date(), time(), PARIS)
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Evenement.demande_id == demande.id,
                    Evenement.genre == GenreEvenement.MESSAGE,
                    Evenement.guichet_id == agent.guichet_id,
                    Evenement.survenu_le >= minuit,
                )
            )
        )
    )


def passer(fil: Fil, guichet_id: int | None, agent_id: int | None) -> None:
    """Change qui s'en occupe. La personne voit le nouveau guichet au prochain sondage."""
    fil.guichet_id, fil.agent_id, fil.version = guichet_id, agent_id, fil.version + 1


def a_qui_confier(session: Session, agent: Agent, fil: Fil) -> dict[str, str]:
    """Les agents du guichet qui peuvent entrer (« a12 »), puis les autres guichets ouverts du territoire (« g3 »)."""
    collegues = session.execute(
        sa.select(Agent.id, Agent.prenom, Agent.nom)
        .where(Agent.guichet_id == agent.guichet_id, Agent.desactive_le.is_(None), Agent.mot_de_passe.is_not(None))
        .order_by(Agent.nom, Agent.prenom, Agent.id)
    )
    autres = session.execute(
        sa.select(Guichet.id, Guichet.nom)
        .join(Guichet.territoires)
        .where(
            GuichetTerritoire.territoire == fil.territoire,
            Guichet.ferme_le.is_(None),
            Guichet.id != agent.guichet_id,
        )
        .order_by(Guichet.nom, Guichet.id)
    )
    return {
        **{f"a{c.id}": f"{c.prenom} {c.nom}{' (vous)' if c.id == agent.id else ''}" for c in collegues},
        **{f"g{g.id}": g.nom for g in autres},
    }


def confier(session: Session, fil: Fil, a_qui: str, agent: Agent) -> None:
    """Confie le fil verrouillé à `a_qui`, un des choix de `a_qui_confier`. Lève `KeyError` sinon."""
    a_qui_confier(session, agent, fil)[a_qui]
    numero = int(a_qui[1:])
    if a_qui.startswith("a"):
        passer(fil, agent.guichet_id, numero)
    else:
        passer(fil, numero, None)
    objet = f"question {fil.id} à {'l’agent' if a_qui.startswith('a') else 'un guichet'} {numero}"
    _inscrire(session, ActeJournal.QUESTION_CONFIEE, fil, agent, objet)


def sans_reponse(session: Session, fil: Fil, agent: Agent, instant: datetime) -> None:
    """Rien à répondre (« merci ») : la question sort de la file."""
    fils.noter_la_lecture(session, fil, instant, par_la_personne=False)
    fil.attend_le, fil.version = None, fil.version + 1
    _inscrire(session, ActeJournal.QUESTION_CLASSEE, fil, agent, f"question {fil.id}")


def _inscrire(session: Session, acte: ActeJournal, fil: Fil, agent: Agent, objet: str) -> None:
    inscrire(session, acte, agent=agent, demande_id=fil.demande_id, compte_id=fil.compte_id, objet=objet)
