"""Recevoir, rattacher, retirer, purger : ce qui arrive aux fichiers, un par un."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage, MultiDict

from portail.db import db
from portail.demande.modeles import Demande
from portail.freins import TropDEssais
from portail.guichet.modeles import DecisionPiece, EtatDecision
from portail.pieces import quotas, reception
from portail.pieces.modeles import Fichier, PieceFournie
from portail.stockage import StockageIndisponible, stockage
from tests import fabriques
from tests.demande.conftest import Foyer, ana, app, en_contexte, moteur  # noqa: F401
from tests.magasins import ranges
from tests.pieces.cas import jpeg, pdf_simple, png

INSTANT = fabriques.INSTANT


def depose(octets: bytes, nom: str = "carte.jpg") -> FileStorage:
    return FileStorage(io.BytesIO(octets), filename=nom)


def libre() -> None:
    """Un frein qui laisse passer."""


@pytest.fixture
def demande(en_contexte):  # noqa: F811
    """Une demande en base, dans la session courante."""
    compte = fabriques.compte(db.session)
    return fabriques.brouillon(db.session, compte).demande


def rattacher(demande, *recus: FileStorage, code: str = "ID") -> list[str]:
    recu = reception.recevoir(recus, libre)
    phrases = reception.rattacher(db.session, demande, code, "personne", recu, INSTANT)
    db.session.commit()
    return phrases


def contenus() -> int:
    """Le nombre de contenus dans le stockage."""
    return len(ranges(stockage()._dossier))


# --- Recevoir ----------------------------------------------------------------------------------------------------------


@pytest.mark.asvs("5.3.2")
def test_un_fichier_sain_est_range_chiffre_sous_un_nom_au_hasard(demande):
    assert rattacher(demande, depose(jpeg(), "Ma carte d’identité.JPEG")) == []
    (fichier,) = demande.pieces[0].fichiers_gardes
    assert (fichier.nom, fichier.type_mime, fichier.pages, fichier.rang) == (
        "Ma carte d’identité.jpg",
        "image/jpeg",
        1,
        1,
    )
    assert fichier.taille == len(stockage().lire(fichier.cle))
    assert "carte" not in fichier.cle


def test_un_fichier_refuse_ne_fait_pas_refuser_les_autres(demande):
    phrases = rattacher(demande, depose(jpeg()), depose(b"", "vide.pdf"), depose(pdf_simple(), "avis.pdf"))
    assert len(phrases) == 1
    assert "vide" in phrases[0]
    assert [fichier.nom for fichier in demande.pieces[0].fichiers_gardes] == ["carte.jpg", "avis.pdf"]


def test_rien_de_choisi_n_est_pas_un_refus(demande):
    recu = reception.recevoir([depose(b"", "")], libre)
    assert recu == reception.Reception((), ())


def test_seulement_des_refus_ne_cree_pas_de_piece(demande):
    assert len(rattacher(demande, depose(b"", "vide.pdf"))) == 1
    assert demande.pieces == []


@pytest.mark.asvs("16.5.2")
def test_un_stockage_en_panne_se_dit_et_le_reste_continue(demande, monkeypatch):
    def panne(_cle: str, _octets: bytes) -> None:
        raise StockageIndisponible

    monkeypatch.setattr(stockage(), "ecrire", panne)
    recu = reception.recevoir([depose(jpeg()), depose(png(), "b.png")], libre)
    assert recu.refus == (reception.PANNE,), "une fois : le second aurait attendu la même panne"


def test_le_frein_arrete_les_fichiers_pas_la_personne(demande):
    essais = iter([None, TropDEssais(30)])

    def frein() -> None:
        if (erreur := next(essais)) is not None:
            raise erreur

    recu = reception.recevoir([depose(jpeg()), depose(png(), "b.png"), depose(jpeg(), "c.jpg")], frein)
    assert len(recu.recus) == 1
    (phrase,) = recu.refus
    assert phrase.replace("\u00a0", " ").startswith("Vous avez envoyé beaucoup de documents.")
    assert "30 secondes" in phrase.replace("\u00a0", " ")


def test_les_fichiers_d_une_etape_se_rangent_par_piece(demande):
    recus = reception.recevoir_par_piece(
        MultiDict(
            [
                ("fichier-ID-abc", depose(jpeg())),
                ("fichier-ID-abc", depose(png(), "verso.png")),
                ("fichier-ID-1-def", depose(jpeg())),
                ("fichier-AIS2025-abc", depose(b"", "")),
                ("photo", depose(jpeg())),
                ("fichier", depose(jpeg())),
            ]
        ),
        libre,
    )
    assert {cle: len(recu.recus) for cle, recu in recus.items()} == {("ID", "abc"): 2, ("ID-1", "def"): 1}


def test_ce_que_rien_ne_demande_quitte_le_stockage(demande):
    recu = reception.recevoir([depose(jpeg()), depose(png(), "b.png")], libre)
    assert contenus() == 2
    reception.abandonner(recu)
    assert contenus() == 0


# --- Rattacher ---------------------------------------------------------------------------------------------------------


def test_le_meme_fichier_envoye_deux_fois_n_en_fait_qu_un(demande):
    for _ in range(2):
        assert rattacher(demande, depose(jpeg())) == []
    assert rattacher(demande, depose(jpeg(), "autre nom.jpg"), depose(jpeg())) == []
    assert len(demande.pieces[0].fichiers) == 1
    assert contenus() == 1


def test_un_fichier_retire_puis_renvoye_revient(demande):
    rattacher(demande, depose(jpeg()))
    reception.retirer(demande.pieces[0].fichiers[0], INSTANT)
    rattacher(demande, depose(jpeg()))
    assert len(demande.pieces[0].fichiers_gardes) == 1
    assert [fichier.rang for fichier in demande.pieces[0].fichiers] == [1, 2]


def test_le_meme_fichier_sert_deux_pieces(demande):
    rattacher(demande, depose(jpeg()), code="ID")
    rattacher(demande, depose(jpeg()), code="MARIE")
    assert [piece.code for piece in demande.pieces] == ["ID", "MARIE"]
    assert contenus() == 2


@pytest.mark.asvs("5.2.4")
def test_au_dela_du_maximum_le_fichier_est_nomme_et_ne_reste_pas(demande, monkeypatch):
    monkeypatch.setattr(quotas, "FICHIERS_PAR_PIECE", 2)
    phrases = rattacher(demande, depose(jpeg()), depose(png(), "b.png"), depose(pdf_simple(), "c.pdf"))
    assert [phrase.replace("\u00a0", " ") for phrase in phrases] == [
        "« c.pdf » n’a pas été ajouté : 2 fichiers au plus par document."
    ]
    assert len(demande.pieces[0].fichiers_gardes) == 2
    assert contenus() == 2


def test_dire_qu_on_ne_l_a_pas_puis_l_envoyer(demande):
    reception.dire_absente(db.session, demande, "AIS2025", "personne", INSTANT)
    assert demande.pieces[0].absente_le == INSTANT
    rattacher(demande, depose(jpeg()), code="AIS2025")
    assert demande.pieces[0].absente_le is None
    assert len(demande.pieces) == 1


# --- Purger ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("retire", "vaut_encore"), [(-1, False), (1, True)], ids=["avant", "après"])
def test_un_fichier_remis_que_l_agent_n_avait_pas_vu_attend_sa_decision(retire, vaut_encore):
    """Retiré, puis remis une fois l'autre accepté, il passait pour accepté lui aussi."""
    hier = INSTANT - timedelta(hours=5)
    piece = PieceFournie(code="ID", personne="ana", demande=Demande())
    for numero in (1, 2):
        octets = {"taille": 9, "empreinte_recue": str(numero), "nom": f"{numero}.jpg"}
        piece.fichiers.append(Fichier(id=numero, rang=numero, recu_le=hier, **octets))
    piece.decisions.append(DecisionPiece(decision=EtatDecision.ACCEPTEE, decidee_le=INSTANT))
    reception.retirer(piece.fichiers[0], INSTANT + timedelta(hours=retire))
    assert piece.decision is not None
    assert reception.remettre(piece, 1, INSTANT + timedelta(hours=2)) == []
    assert (piece.decision is not None) is vaut_encore


@pytest.mark.asvs("14.2.7")
def test_un_fichier_retire_s_efface_le_lendemain_contenu_et_ligne(demande):
    rattacher(demande, depose(jpeg()), depose(png(), "b.png"))
    retire, garde = demande.pieces[0].fichiers
    reception.retirer(retire, INSTANT)
    db.session.commit()
    reception.purger(db.session, INSTANT + timedelta(hours=23))
    assert stockage().existe(retire.cle)
    reception.purger(db.session, INSTANT + timedelta(hours=25))
    db.session.commit()
    assert not stockage().existe(retire.cle)
    assert stockage().existe(garde.cle)
    assert db.session.scalars(sa.select(Fichier.nom)).all() == ["b.jpg"]


def test_une_purge_interrompue_se_reprend(demande):
    """Le contenu est parti, la ligne non (panne entre les deux) : la purge suivante finit."""
    rattacher(demande, depose(jpeg()))
    (fichier,) = demande.pieces[0].fichiers
    reception.retirer(fichier, INSTANT)
    stockage().supprimer(fichier.cle)
    reception.purger(db.session, INSTANT + timedelta(days=2))
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Fichier)) == 0


def test_retirer_ne_touche_pas_les_autres_demandes(ana: Foyer):  # noqa: F811
    assert ana.nombre("fichier") == 0
