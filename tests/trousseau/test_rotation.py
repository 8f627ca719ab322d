"""Passer d'une clé à l'autre sans rien perdre : base et fichiers, en service, coupé au milieu, sur les deux moteurs."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from portail import stockage_local
from portail.chiffrement import Coffre, DechiffrementImpossible, Sorte, coffre
from portail.compte.modeles import Compte
from portail.db import db, ecriture, lecture
from portail.demande.modeles import Declaration, Demande, Personne, SaisieRefusee
from portail.franceconnect import lien
from portail.franceconnect.modeles import LienFranceConnect
from portail.guichet import journal, second_facteur
from portail.guichet.doublons import MEME_NIR, doublons
from portail.guichet.modeles import ActeJournal, Agent
from portail.pieces import televersement
from portail.pieces.modeles import Televersement
from portail.stockage import FichierAbsent, empreinte, nouvelle_cle, stockage
from portail.trousseau import colonnes, etat, rechiffrement, registre
from tests import fabriques
from tests.guichet import monde

pytestmark = [pytest.mark.menace("T17"), pytest.mark.menace("T3")]

OCTETS = b"avis d'imposition " * 5000
SUB = ("https://fc.exemple.fr", "sub-de-ana")


def taire(_quoi: str, _combien: int) -> None:
    """Rien à afficher."""


def garnir() -> None:
    """De chaque sorte de ce que chiffre la maison : textes, morceaux, fichiers, empreintes, journal."""
    monde.monter()
    with db.sessionmaker() as session:
        ana = session.scalars(sa.select(Compte).where(Compte.courriel == "ana@exemple.fr")).one()
        session.add(
            LienFranceConnect(
                compte_id=ana.id,
                emetteur=SUB[0],
                sub=SUB[1],
                sub_empreinte=coffre().empreinte("\0".join(SUB), "franceconnect.sub"),
                cree_le=fabriques.INSTANT,
                confirme_le=fabriques.INSTANT,
            )
        )
        brouillon = session.scalars(sa.select(Declaration).where(Declaration.deposee_le.is_(None))).one()
        brouillon.refus.append(SaisieRefusee(etape="motifs", champ="x", saisie='{"x": "é’œ"}'))
        annonce = televersement.Annonce("avis.pdf", len(OCTETS), empreinte(OCTETS))
        envoi = televersement.commencer(session, brouillon.demande, "ID", "p", annonce, fabriques.INSTANT)
        for debut in range(0, len(OCTETS), televersement.MORCEAU_MAX):
            morceau = OCTETS[debut : debut + televersement.MORCEAU_MAX]
            televersement.ajouter(session, envoi, debut, morceau, empreinte(morceau), fabriques.INSTANT)
        journal.inscrire(session, ActeJournal.EXPORT, objet="avant")
        session.commit()


def lu() -> list[object]:
    """Tout ce que le service saurait relire."""
    with lecture() as session:
        envoi = session.scalars(sa.select(Televersement)).one()
        return [
            sorted(session.execute(sa.select(Compte.id, Compte.nir)).all()),
            sorted(session.execute(sa.select(Personne.id, Personne.nir, Personne.nom_naissance)).all(), key=str),
            session.scalars(sa.select(SaisieRefusee.saisie)).all(),
            session.scalars(sa.select(Agent.secret_totp)).all(),
            televersement.reunir(session, envoi) == OCTETS,
            sorted((cle, stockage().lire(cle)) for cle, _le in stockage().inventaire()),
            getattr(lien.compte_de(session, *SUB), "courriel", None),
        ]


def versions(sorte: Sorte, *, refaisables: bool = False) -> set[int]:
    """Les versions de clé dont quelque chose dépend."""
    return {
        version
        for compte in etat.comptes(sorte)
        if not refaisables or compte.colonne.type.depuis
        for version in compte.versions
    }


@pytest.mark.asvs("11.2.2")
def test_tout_passe_a_la_cle_neuve_et_l_ancienne_se_retire(app_deux_moteurs, redemarrer):
    garnir()
    assert registre.inscrire() == []
    avant = lu()
    dates = dict(stockage().inventaire())
    redemarrer(app_deux_moteurs, {1, 2}, {1, 2})
    assert registre.inscrire() == []
    assert lu() == avant, "une clé de plus ne change rien à ce qui se lit"
    with pytest.raises(etat.RetraitRefuse, match=r"compte\.nir \(\d+\).*fichiers"):
        etat.retirer(Sorte.CHIFFREMENT, 1)

    faits: dict[str, int] = {}
    bilan = rechiffrement.rechiffrer(faits.__setitem__, lot=2, pause=0)

    assert bilan.illisibles == []
    assert {"compte.nir", "personne.nir", "personne.nir_empreinte", "morceau.chiffre", "fichiers"} <= set(faits)
    assert sum(faits.values()) == bilan.faits
    assert versions(Sorte.CHIFFREMENT) == versions(Sorte.EMPREINTE, refaisables=True) == {2}
    assert lu() == avant
    assert dict(stockage().inventaire()) == dates, "la nuit, un fichier sans ligne se juge à sa date"
    assert rechiffrement.rechiffrer(faits.__setitem__, pause=0).faits == 0, "le refaire ne fait rien de plus"

    etat.retirer(Sorte.CHIFFREMENT, 1)
    redemarrer(app_deux_moteurs, {2}, {1, 2})
    assert registre.inscrire() == []
    assert lu() == avant


class Coupure(BaseException):
    """Le processus est tué."""


def test_coupe_au_milieu_le_travail_reprend(app_deux_moteurs, redemarrer, monkeypatch):
    garnir()
    avant = lu()
    redemarrer(app_deux_moteurs, {1, 2}, {1, 2})
    lots = iter(range(1, 1000))

    def couper(_secondes: float) -> None:
        if next(lots) == 9:
            raise Coupure

    with monkeypatch.context() as m:
        m.setattr(rechiffrement.time, "sleep", couper)
        with pytest.raises(Coupure):
            rechiffrement.rechiffrer(taire, lot=1)
    assert 1 in versions(Sorte.CHIFFREMENT)
    assert lu() == avant, "à moitié fait, tout se lit"
    assert rechiffrement.rechiffrer(taire, pause=0).faits > 0
    assert versions(Sorte.CHIFFREMENT) == {2}
    assert lu() == avant


def test_ce_que_le_service_recrit_au_meme_instant_l_emporte(app_deux_moteurs, redemarrer, monkeypatch):
    garnir()
    redemarrer(app_deux_moteurs, {1, 2}, {1, 2})
    neuf = fabriques.nir("2850369266777")
    refaire = rechiffrement._refaire

    def pendant_ce_temps(colonne, ligne):
        refait = refaire(colonne, ligne)
        if colonnes.nom(colonne) == "compte.nir":
            with ecriture() as session:
                session.get_one(Compte, ligne["id"]).nir = neuf
        return refait

    monkeypatch.setattr(rechiffrement, "_refaire", pendant_ce_temps)
    rechiffrement.rechiffrer(taire, pause=0)
    with lecture() as session:
        assert set(session.scalars(sa.select(Compte.nir).where(Compte.nir.is_not(None)))) == {neuf}


def test_une_valeur_abimee_reste_et_se_dit_le_reste_avance(app, redemarrer):
    garnir()
    with ecriture() as session:
        session.connection().exec_driver_sql("UPDATE personne SET nir = zeroblob(44) WHERE id = 1")
    cle = nouvelle_cle()
    stockage().ecrire(cle, b"abc")
    chemin = stockage()._chemin(cle)
    chemin.write_bytes(chemin.read_bytes()[:-1] + b"?")
    redemarrer(app, {1, 2}, {1, 2})
    bilan = rechiffrement.rechiffrer(taire, lot=1, pause=0)
    assert bilan.illisibles == ["personne.nir_empreinte (1)", "personne.nir (1)", "fichiers (1)"]
    assert versions(Sorte.CHIFFREMENT) == {0, 1, 2}
    with pytest.raises(etat.RetraitRefuse, match=r"fichiers \(1\)"):
        etat.retirer(Sorte.CHIFFREMENT, 1)


def test_pendant_la_bascule_les_deux_empreintes_sont_acceptees(app_deux_moteurs, redemarrer):
    """Un NIR d'avant et le même d'après sont la même personne ; un code de secours d'avant ouvre encore, une fois."""
    garnir()
    with ecriture() as session:
        agent = session.scalars(sa.select(Agent).order_by(Agent.id)).first()
        codes = second_facteur.renouveler_les_secours(session, agent)
    redemarrer(app_deux_moteurs, {1}, {1, 2})
    with db.sessionmaker() as session:
        autre = monde.demande_deposee(session, fabriques.compte(session, "autre@exemple.fr", nom_naissance="Sylva")).id
    with lecture() as session:
        demande = session.scalars(sa.select(Demande).where(Demande.id == autre)).one()
        trouves = doublons(session, demande, session.get_one(Declaration, demande.declaration_deposee_id))
        assert [MEME_NIR] in [list(doublon.raisons) for doublon in trouves]
        assert lien.compte_de(session, *SUB) is not None
    for attendu in (True, False):
        with ecriture() as session:
            agent = session.get_one(Agent, agent.id)
            assert second_facteur.consommer_secours(session, agent, codes[0], fabriques.INSTANT) is attendu


def test_le_journal_tient_d_une_cle_a_l_autre_et_retient_l_ancienne(app, redemarrer):
    garnir()
    registre.inscrire()
    redemarrer(app, {1}, {1, 2})
    registre.inscrire()
    with ecriture() as session:
        journal.inscrire(session, ActeJournal.EXPORT, objet="après")
    with lecture() as session:
        assert list(journal.verifier(session)) == []
    rechiffrement.rechiffrer(taire, pause=0)
    with pytest.raises(etat.RetraitRefuse, match=r"ecriture_journal\.empreinte"):
        etat.retirer(Sorte.EMPREINTE, 1, pertes_acceptees=True)
    redemarrer(app, {1}, {2})
    with lecture() as session:
        assert "clé d’empreinte de version 1 manque" in next(journal.verifier(session)).raison
    assert "version 1 manque" in registre.inscrire()[0]


def test_une_ecriture_signee_de_la_cle_retiree_apres_la_neuve_est_une_rupture(app, redemarrer):
    redemarrer(app, {1}, {1, 2})
    with ecriture() as session:
        journal.inscrire(session, ActeJournal.EXPORT, objet="neuve")
    redemarrer(app, {1}, {1})
    with ecriture() as session:
        journal.inscrire(session, ActeJournal.EXPORT, objet="ancienne")
    redemarrer(app, {1}, {1, 2})
    with lecture() as session:
        assert [rupture.raison for rupture in journal.verifier(session)] == [
            "elle est signée d’une clé plus ancienne que la précédente"
        ]


def test_les_codes_en_route_ne_se_perdent_qu_apres_l_avoir_dit(app, redemarrer):
    with db.sessionmaker() as session:
        second_facteur.renouveler_les_secours(session, monde.agent(session, monde.guichet(session)))
        session.commit()
    registre.inscrire()
    redemarrer(app, {1}, {1, 2})
    registre.inscrire()
    with pytest.raises(etat.RetraitRefuse, match=r"codes de secours des agents, à renouveler \(10\).*accepter"):
        etat.retirer(Sorte.EMPREINTE, 1)
    etat.retirer(Sorte.EMPREINTE, 1, pertes_acceptees=True)
    redemarrer(app, {1}, {2})
    assert registre.inscrire() == []


def test_la_cle_qui_ecrit_et_celle_qu_on_n_a_pas_ne_se_retirent_pas(app, redemarrer):
    registre.inscrire()
    with pytest.raises(etat.RetraitRefuse, match="celle qui écrit"):
        etat.retirer(Sorte.CHIFFREMENT, 1)
    redemarrer(app, {2})
    with pytest.raises(etat.RetraitRefuse, match="n’est pas dans les réglages"):
        etat.retirer(Sorte.CHIFFREMENT, 1)


def test_une_base_d_avant_le_registre_dit_quand_meme_la_cle_qui_manque(app, redemarrer):
    garnir()
    redemarrer(app, {2})
    with lecture() as session, pytest.raises(DechiffrementImpossible, match="version 1 manque"):
        session.scalars(sa.select(Compte.nir).where(Compte.nir.is_not(None))).all()
    (faute,) = registre.inscrire()
    assert "PORTAIL_CLES_CHIFFREMENT : la clé de version 1 manque" in faute


def test_une_autre_cle_sous_le_meme_numero_se_dit(app):
    registre.inscrire()
    app.extensions["coffre"] = Coffre({1: b"x" * 32}, {1: b"y" * 32})
    fautes = registre.inscrire()
    assert len(fautes) == 2
    assert all("n’est pas celle qui a servi" in faute for faute in fautes)


def test_un_fichier_efface_pendant_le_rechiffrement_ne_revient_pas(app, redemarrer, monkeypatch):
    cle = nouvelle_cle()
    stockage().ecrire(cle, b"abc")
    redemarrer(app, {1, 2})
    gardien, poser, effaceurs = stockage(), stockage_local._poser, []

    def pendant_ce_temps(*arguments: object) -> None:
        effaceurs.append(threading.Thread(target=gardien.supprimer, args=(cle,)))
        effaceurs[0].start()
        effaceurs[0].join(timeout=0.05)
        assert effaceurs[0].is_alive(), "l'effacement attend que le fichier soit entier"
        poser(*arguments)

    monkeypatch.setattr(stockage_local, "_poser", pendant_ce_temps)
    assert gardien.rechiffrer(cle)
    effaceurs[0].join()
    assert not gardien.existe(cle)
    with pytest.raises(FichierAbsent):
        gardien.rechiffrer(cle)
    assert list(gardien.inventaire()) == []
