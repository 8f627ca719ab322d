"""Un fichier envoyé par morceaux : coupé n'importe où, repris au dernier octet gardé, jamais doublé."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from portail import taches
from portail.pieces import quotas, vue_televersement
from portail.pieces.televersement import MORCEAU_MAX
from portail.stockage import stockage
from tests.demande.conftest import Foyer, ana, app, autre, les_deux_moteurs, moteur  # noqa: F401
from tests.magasins import ranges
from tests.pieces.cas import jpeg
from tests.pieces.fabrique import coder, image

BASE = "http://127.0.0.1"


def grande_photo() -> bytes:
    """Un JPEG de plusieurs morceaux."""
    photo = image().resize((900, 1200))
    photo.putdata([(o, o, o) for o in os.urandom(900 * 1200)])
    return coder(photo, "JPEG", quality=60)


@pytest.fixture(scope="module")
def photo() -> bytes:
    return grande_photo()


def sha(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


@dataclass
class Envoi:
    """Ce que fait le script de la page, sans navigateur."""

    foyer: Foyer
    octets: bytes
    nom: str = "carte.jpg"
    adresse: str = ""
    recu: int = 0

    @property
    def entetes(self) -> dict[str, str]:
        return {"X-CSRFToken": self.foyer.jeton(), "HX-Request": "true"}

    def annoncer(self, code: str = "ID", **autres):
        personne = self.foyer.valeur(
            "personne", "cle", f"WHERE role = 'demandeur' AND declaration_id = {self.foyer.declaration_id}"
        )
        valeurs = {"nom": self.nom, "taille": len(self.octets), "empreinte": sha(self.octets), **autres}
        reponse = self.foyer.client.post(
            f"{self.foyer.adresse()}/pieces/{code}/{personne}/envois", json=valeurs, headers=self.entetes, base_url=BASE
        )
        if reponse.status_code == 200:
            self.adresse, self.recu = reponse.json.get("adresse", ""), reponse.json["recu"]
        return reponse

    def morceau(self, debut: int, octets: bytes, empreinte: str | None = None):
        entetes = {"Morceau-Debut": str(debut), "Morceau-Empreinte": empreinte or sha(octets)}
        return self.foyer.client.post(
            self.adresse, data=octets, headers=self.entetes | entetes, content_type="application/octet-stream",
            base_url=BASE,
        )  # fmt: skip

    def envoyer(self, jusqu_a: float = 1) -> int:
        """Envoie la suite, jusqu'à cette part du fichier. Rend le nombre d'octets partis."""
        partis = 0
        while self.recu < len(self.octets) * jusqu_a:
            octets = self.octets[self.recu : self.recu + MORCEAU_MAX]
            self.recu = self.morceau(self.recu, octets).json["recu"]
            partis += len(octets)
        return partis

    def poster(self, geste: str):
        return self.foyer.client.post(f"{self.adresse}/{geste}", headers=self.entetes, base_url=BASE)


@les_deux_moteurs
@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_coupe_puis_repris_le_lendemain_seul_le_reste_repart(ana, photo, horloge, part):  # noqa: F811
    premier = Envoi(ana, photo)
    premier.annoncer()
    partis = premier.envoyer(jusqu_a=part)
    horloge.avancer(hours=20)
    with ana.app.app_context():
        from portail.compte.modeles import Compte
        from portail.db import db
        from tests import fabriques

        taches.nettoyer()
        fabriques.connecter(ana.app, ana.client, db.session, db.session.get_one(Compte, ana.compte_id), "t" * 43)
    second = Envoi(ana, photo, nom="la même photo.jpg")
    assert second.annoncer().json["recu"] == partis
    assert second.envoyer() == len(photo) - partis
    reponse = second.poster("terminer")
    assert reponse.status_code == 200
    assert "Document reçu." in reponse.text
    assert ana.valeur("fichier", "empreinte_recue") == sha(photo)
    assert (ana.nombre("televersement"), ana.nombre("morceau")) == (0, 0)


def test_une_reponse_perdue_ne_double_rien(ana, photo):  # noqa: F811
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    assert envoi.morceau(0, photo[:1000]).json == {"recu": 1000}
    rejoue = envoi.morceau(0, photo[:1000])
    assert (rejoue.status_code, rejoue.json) == (409, {"recu": 1000})
    envoi.recu = 1000
    envoi.envoyer()
    assert envoi.poster("terminer").status_code == 200
    assert envoi.poster("terminer").status_code == 404, "déjà fini : rien à refaire"
    assert envoi.annoncer().json == {"recu": len(photo), "taille": len(photo)}, "le même contenu est déjà là"
    assert ana.nombre("fichier") == 1


def test_un_morceau_abime_en_route_se_redemande(ana, photo):  # noqa: F811
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    abime = envoi.morceau(0, photo[:1000], empreinte=sha(b"autre chose"))
    assert (abime.status_code, abime.json) == (409, {"recu": 0})
    for debut, octets in ((5, photo[:10]), (0, b""), (0, photo + b"trop")):
        assert envoi.morceau(debut, octets).status_code in {400, 409}
    assert ana.nombre("morceau") == 0


def test_terminer_avant_la_fin_dit_ou_l_on_en_est(ana, photo):  # noqa: F811
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    envoi.morceau(0, photo[:1000])
    reponse = envoi.poster("terminer")
    assert (reponse.status_code, reponse.json) == (409, {"recu": 1000})
    assert ana.client.get(envoi.adresse, base_url=BASE).json["recu"] == 1000


def test_un_contenu_qui_n_est_pas_celui_annonce_est_oublie(ana):  # noqa: F811
    envoi = Envoi(ana, jpeg())
    envoi.annoncer(empreinte=sha(b"un autre fichier"))
    envoi.envoyer()
    reponse = envoi.poster("terminer")
    assert reponse.status_code == 422
    assert "n’est pas arrivé entier" in reponse.text
    assert (ana.nombre("televersement"), ana.nombre("fichier")) == (0, 0)


def test_les_morceaux_sont_chiffres_au_repos(ana, photo):  # noqa: F811
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    envoi.morceau(0, photo[:1000])
    assert photo[:64] not in bytes(ana.valeur("morceau", "chiffre"))
    assert b"carte" not in bytes(ana.valeur("televersement", "nom"))


def test_un_fichier_refuse_se_dit_et_ne_reste_pas(ana):  # noqa: F811
    envoi = Envoi(ana, b"PK\x03\x04 word/document.xml" + b"x" * 500, nom="lettre.docx")
    envoi.annoncer()
    envoi.envoyer()
    reponse = envoi.poster("terminer")
    assert reponse.status_code == 422
    assert "est un document Word" in reponse.text
    assert (ana.nombre("televersement"), ana.nombre("morceau"), ana.nombre("fichier")) == (0, 0, 0)


@pytest.mark.parametrize(
    ("valeurs", "phrase"),
    [({"taille": 0}, "est vide"), ({"taille": 16 * 1024 * 1024}, "La limite est de 15"), ({"taille": "x"}, None)],
)
def test_une_annonce_impossible_se_refuse_avant_d_envoyer(ana, photo, valeurs, phrase):  # noqa: F811
    reponse = Envoi(ana, photo).annoncer(**valeurs)
    assert reponse.status_code == (422 if phrase else 400)
    assert phrase is None or phrase in reponse.json["phrase"]
    assert ana.nombre("televersement") == 0


@pytest.mark.asvs("2.3.2")
def test_les_quotas_se_disent_avant_d_envoyer_et_gardent_le_reste(ana, photo, monkeypatch):  # noqa: F811
    monkeypatch.setattr(quotas, "MO_PAR_DEMANDE", 1)
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    reponse = Envoi(ana, os.urandom(900_000)).annoncer()
    assert reponse.status_code == 422
    assert "1 Mo au plus" in reponse.json["phrase"].replace("\u00a0", " ")
    assert ana.nombre("televersement") == 1


def test_un_envoi_abandonne_s_efface_apres_sept_jours(ana, photo, horloge):  # noqa: F811
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    envoi.morceau(0, photo[:1000])
    for jours, restants in ((6, 1), (2, 0)):
        horloge.avancer(days=jours)
        with ana.app.app_context():
            taches.nettoyer()
        assert (ana.nombre("televersement"), ana.nombre("morceau")) == (restants, restants)


def test_annuler_oublie_les_octets_recus(ana, photo):  # noqa: F811
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    envoi.morceau(0, photo[:1000])
    reponse = envoi.poster("annuler")
    assert (reponse.status_code, "Envoi annulé." in reponse.text) == (200, True)
    assert (ana.nombre("televersement"), ana.nombre("morceau")) == (0, 0)


def test_la_page_dit_ce_qui_n_est_pas_arrive_et_l_annule_sans_javascript(ana, photo):  # noqa: F811
    envoi = Envoi(ana, photo, nom="recto.jpg")
    envoi.annoncer()
    envoi.envoyer(jusqu_a=0.5)
    nav = ana.navigateur().ouvrir(f"{ana.adresse()}/pieces/ID")
    assert "« recto.jpg » n’est pas arrivé en entier" in nav.texte().replace("\u00a0", " ")
    nav.envoyer(bouton="Annuler l’envoi de recto.jpg")
    assert nav.statut == 200
    assert ana.nombre("televersement") == 0


def test_quand_le_controle_est_occupe_on_revient_sans_rien_renvoyer(ana, photo):  # noqa: F811
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    envoi.envoyer()
    with vue_televersement.REUNIONS:
        reponse = envoi.poster("terminer")
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (503, "3")
    assert envoi.poster("terminer").status_code == 200


@pytest.mark.asvs("8.2.2")
def test_une_autre_personne_ne_trouve_pas_l_envoi(ana, autre, photo):  # noqa: F811
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    intrus = Envoi(autre, photo, adresse=envoi.adresse)
    assert autre.client.get(envoi.adresse, base_url=BASE).status_code == 404
    assert intrus.morceau(0, photo[:10]).status_code == 404
    assert {intrus.poster(geste).status_code for geste in ("terminer", "annuler")} == {404}
    assert ana.nombre("televersement") == 1


def test_rien_ne_reste_dans_le_stockage_quand_la_piece_n_est_plus_demandee(ana, photo):  # noqa: F811
    envoi = Envoi(ana, photo)
    envoi.annoncer()
    envoi.envoyer()
    ana_code = sa.text("UPDATE televersement SET code = 'GROSS'")
    with ana.app.app_context():
        from portail.db import ecriture

        with ecriture() as session:
            session.execute(ana_code)
        assert envoi.poster("terminer").status_code == 404
        assert ranges(stockage()._dossier) == []
