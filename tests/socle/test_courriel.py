"""La boîte d'envoi : écrite avec l'acte, une fois par clé, rejouée tant que le serveur est en panne, puis effacée."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portail import courriel, taches
from portail.compte import jetons
from portail.compte.modeles import Jeton, UsageJeton
from portail.courriel import Envoi, mettre_en_boite
from portail.db import ecriture, lecture
from tests.socle.bouchon_smtp import PANNES, BouchonSmtp, bouchon_smtp, certificat_maison

ADRESSE, SECRET = "ana@exemple.fr", "https://portail.test/compte/confirmer/secret-du-lien"


def ecrire(cle: str = "essai", **options) -> None:
    with ecriture() as session:
        mettre_en_boite(session, cle, ADRESSE, "Un sujet accentué", "confirmer", lien=SECRET, **options)


def envois() -> list[Envoi]:
    with lecture() as session:
        return list(session.scalars(sa.select(Envoi).order_by(Envoi.id)))


@pytest.fixture
def smtp(app):
    """Un serveur de courriel, déjà réglé dans l'application."""
    with bouchon_smtp() as bouchon:
        brancher(app, bouchon)
        yield bouchon


def brancher(app, bouchon: BouchonSmtp, schema: str = "smtp+clair", hote: str = "127.0.0.1") -> None:
    serveur = f"{schema}://{hote}:{bouchon.port}"
    app.extensions["portail"] = replace(app.extensions["portail"], courriel_serveur=serveur)


def test_le_message_part_une_fois_avec_son_lien_et_son_corps_est_efface(app, smtp, horloge):
    ecrire()
    assert taches.passer() == 1
    assert taches.passer() == 0
    [message] = smtp.recus
    assert (message["To"], message["Subject"], message["Auto-Submitted"]) == (
        ADRESSE,
        "Un sujet accentué",
        "auto-generated",
    )
    assert SECRET in message.get_content()
    [envoi] = envois()
    assert (envoi.corps, envoi.envoye_le, envoi.prochain_essai_le) == (None, horloge(), None)


def test_la_meme_cle_n_envoie_qu_un_message(app, smtp):
    ecrire()
    ecrire()
    ecrire("autre")
    assert taches.passer() == 2
    ecrire()
    assert taches.passer() == 0


def test_un_passage_envoie_tout_ce_qui_est_du_et_s_arrete_a_l_heure(app, smtp):
    for rang in range(60):
        ecrire(f"essai-{rang}")
    assert taches.passer(0.0) == 0, "le temps est passé : rien ne commence"
    assert taches.passer(300) == 60


def test_tout_un_lot_passe_par_une_seule_connexion_fermee_a_la_fin(app, smtp):
    assert (taches.passer(), smtp.ordres) == (0, []), "rien à envoyer : aucune connexion"
    for rang in range(20):
        ecrire(f"essai-{rang}")
    assert taches.passer(300) == 20
    assert [smtp.ordres.count(ordre) for ordre in ("EHLO", "MAIL", "QUIT")] == [1, 20, 1]
    ecrire("lot suivant")
    assert taches.passer() == 1
    assert smtp.ordres.count("EHLO") == 2


@pytest.mark.parametrize("panne", ["destinataire inconnu", "boîte occupée", "refus du message", "coupure"])
def test_une_panne_au_milieu_d_un_lot_ne_perd_ni_ne_double_rien(app_deux_moteurs, horloge, panne):
    with bouchon_smtp() as smtp:
        brancher(app_deux_moteurs, smtp)
        smtp.panne_au = {3: panne}
        for rang in range(5):
            ecrire(f"essai-{rang}")
        assert taches.passer(300) == 4, "les suivants partent, et aucun n’est rejoué"
        assert [(envoi.essais, envoi.envoye_le is None) for envoi in envois()] == [
            (1, False), (1, False), (1, True), (1, False), (1, False),
        ]  # fmt: skip
        assert taches.passer(300) == 0
        horloge.avancer(seconds=61)
        assert (taches.passer(300), taches.passer(300)) == (1, 0)
    identifiants = [message["Message-ID"] for message in smtp.recus]
    assert len(set(identifiants)) == 5
    # Pris, mais la réponse perdue : rien ne le distingue d'un message perdu, son identifiant le fait reconnaître.
    assert len(identifiants) == (6 if panne == "coupure" else 5)
    assert smtp.ordres.count("EHLO") == (3 if panne == "coupure" else 2)


@pytest.mark.parametrize(
    ("reglages", "connexions"),
    [({"panne": "oubli"}, 5), ({"par_connexion": 2}, 3)],
    ids=["oubli", "deux par connexion"],
)
def test_une_connexion_que_le_serveur_ferme_se_rouvre_sans_rien_reporter(app, smtp, reglages, connexions):
    for nom, valeur in reglages.items():
        setattr(smtp, nom, valeur)
    for rang in range(5):
        ecrire(f"essai-{rang}")
    assert taches.passer(300) == 5
    assert len(smtp.recus) == 5
    assert smtp.ordres.count("EHLO") == connexions
    assert {envoi.essais for envoi in envois()} == {1}


def test_un_adieu_mal_recu_ne_fait_pas_repartir_le_message(app, smtp, horloge):
    smtp.panne = "adieu mal dit"
    ecrire()
    assert taches.passer() == 1
    horloge.avancer(days=1)
    assert taches.passer() == 0
    assert len(smtp.recus) == 1


def test_un_acte_annule_n_envoie_rien(app, smtp):
    def acte() -> None:
        with ecriture() as session:
            mettre_en_boite(session, "annule", ADRESSE, "Sujet", "confirmer", lien=SECRET)
            raise ValueError("l’acte échoue")

    with pytest.raises(ValueError, match="échoue"):
        acte()
    assert taches.passer() == 0
    assert envois() == []


@pytest.mark.asvs("16.5.2")
@pytest.mark.parametrize("panne", [*(panne for panne in PANNES if panne != "adieu mal dit"), "coupure"])
def test_une_panne_reporte_et_le_message_part_une_fois_le_serveur_revenu(app, smtp, horloge, panne):
    ecrire()
    smtp.panne = panne
    assert taches.passer() == 0
    assert taches.passer() == 0, "pas d’acharnement : le prochain essai attend son heure"
    [envoi] = envois()
    assert (envoi.essais, envoi.envoye_le) == (1, None)
    assert envoi.corps is not None
    smtp.panne = ""
    horloge.avancer(seconds=61)
    assert taches.passer() == 1
    identifiants = {message["Message-ID"] for message in smtp.recus}
    assert len(identifiants) == 1, "le même message, rejoué, se reconnaît"


def test_l_attente_double_jusqu_a_six_heures_puis_on_renonce_au_bout_d_une_semaine(app, smtp, horloge):
    ecrire()
    smtp.panne = "fermé"
    attentes = []
    debut = horloge()
    while (prochain := envois()[0].prochain_essai_le) is not None:
        horloge.instant = max(horloge.instant, prochain)
        taches.passer()
        if (suivant := envois()[0].prochain_essai_le) is not None:
            attentes.append(suivant - horloge())
    assert attentes[:4] == [timedelta(minutes=n) for n in (1, 2, 4, 8)]
    assert max(attentes) == timedelta(hours=6)
    assert timedelta(days=6) < horloge() - debut < timedelta(days=8)
    [envoi] = envois()
    assert (envoi.corps, envoi.envoye_le) == (None, None), "un message abandonné ne garde pas son lien"


def test_trois_jours_de_panne_n_abiment_pas_un_lien(app, smtp, horloge):
    with ecriture() as session:
        _, jeton = jetons.creer(session, UsageJeton.MOT_DE_PASSE, None)
        options = {"jeton_id": jeton.id, "lien": SECRET, "reste_a_l_abri": False}
        mettre_en_boite(session, "lien", ADRESSE, "Sujet", "mot_de_passe", **options)
    smtp.panne = "fermé"
    taches.passer()
    horloge.avancer(days=3)
    smtp.panne = ""
    assert taches.passer() == 1
    with lecture() as session:
        assert session.scalar(sa.select(Jeton.expire_le)) == horloge() + timedelta(hours=2)


def test_un_serveur_muet_n_empeche_personne_d_ecrire_en_base(app, smtp, monkeypatch):
    """Le message se négocie hors de toute transaction : sinon un serveur muet arrêterait tout le portail."""
    monkeypatch.setattr(courriel, "DELAI_SMTP", 5.0)
    ecrire()
    smtp.panne = "silence"
    partis: list[int] = []

    def passer() -> None:
        with app.app_context():
            partis.append(taches.passer())

    fil = threading.Thread(target=passer)
    fil.start()
    assert smtp.occupe.wait(5)
    ecrire("pendant")
    assert [envoi.cle for envoi in envois()] == ["essai", "pendant"]
    smtp.relacher.set()
    fil.join()
    assert partis == [0]


def test_deux_passages_simultanes_ne_prennent_pas_le_meme_message(app_deux_moteurs, monkeypatch):
    monkeypatch.setattr(courriel, "DELAI_SMTP", 5.0)
    with bouchon_smtp("silence") as smtp:
        brancher(app_deux_moteurs, smtp)
        ecrire()

        def passer() -> None:
            with app_deux_moteurs.app_context():
                taches.passer()

        fil = threading.Thread(target=passer)
        fil.start()
        assert smtp.occupe.wait(5)
        assert taches.passer() == 0, "le message est déjà entre les mains de l’autre passage"
        smtp.relacher.set()
        fil.join()


def test_un_passage_tue_en_plein_envoi_est_repris_plus_tard(app, smtp, horloge, monkeypatch):
    class Tue(BaseException):
        pass

    def mourir(*_args) -> None:
        raise Tue

    ecrire()
    with monkeypatch.context() as pendant:
        pendant.setattr(courriel, "_transporter", mourir)
        with pytest.raises(Tue):
            taches.passer()
    assert taches.passer() == 0
    horloge.avancer(minutes=11)
    assert taches.passer() == 1


def test_un_message_illisible_ne_bloque_pas_les_suivants(app, smtp, horloge):
    """Clé de chiffrement perdue : ce message ne partira pas, mais les autres, oui."""
    ecrire()
    with ecriture() as session:
        session.execute(sa.text("UPDATE envoi SET corps = zeroblob(60)"))
    ecrire("suivant")
    assert taches.passer() == 1
    assert len(smtp.recus) == 1


def test_rien_n_est_en_clair_dans_les_fichiers_de_la_base(app, dossier):
    ecrire()
    octets = b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))
    assert b"essai" in octets
    for secret in (ADRESSE, "secret-du-lien", "Pour terminer votre inscription"):
        assert secret.encode() not in octets


@pytest.mark.asvs("12.3.2")
@pytest.mark.parametrize("hote", ["127.0.0.1", "localhost"])
def test_un_certificat_que_personne_n_a_signe_est_refuse(app, dossier, hote):
    with bouchon_smtp(tls=certificat_maison(dossier)) as bouchon:
        brancher(app, bouchon, "smtp", hote)
        ecrire()
        assert taches.passer() == 0
        assert bouchon.ordres[-1] == "STARTTLS"
        assert bouchon.recus == []


@pytest.mark.asvs("12.3.1")
def test_un_serveur_sans_chiffrement_ne_recoit_rien(app, smtp):
    brancher(app, smtp, "smtp")
    ecrire()
    assert taches.passer() == 0
    assert not {"MAIL", "DATA", "AUTH"} & set(smtp.ordres)


@pytest.mark.asvs("16.2.5")
def test_le_journal_des_pannes_ne_nomme_personne(app, smtp, caplog):
    smtp.panne = "destinataire inconnu"
    ecrire()
    taches.passer()
    assert "reporté" in caplog.text
    assert ADRESSE not in caplog.text
    assert "secret-du-lien" not in caplog.text


def test_en_local_le_message_s_ecrit_dans_un_fichier_prive_et_son_lien_sur_la_console(app, dossier, capsys):
    url = app.extensions["portail"].url
    with ecriture() as session:
        mettre_en_boite(session, "local", ADRESSE, "Sujet", "confirmer", lien=f"{url}/compte/confirmer/abc")
    assert taches.passer() == 1
    [fichier] = (dossier / "courriels").glob("*.eml")
    assert f"{url}/compte/confirmer/abc" in fichier.read_text()
    assert (dossier / "courriels").stat().st_mode & 0o077 == 0
    assert f"{url}/compte/confirmer/abc" in capsys.readouterr().out


def test_les_messages_partis_s_oublient_apres_trois_mois(app, smtp, horloge):
    ecrire()
    ecrire("en attente")
    with ecriture() as session:
        session.execute(
            sa.update(Envoi).where(Envoi.cle == "en attente").values(prochain_essai_le=horloge() + timedelta(days=300))
        )
    taches.passer()
    horloge.avancer(days=89)
    taches.nettoyer()
    assert len(envois()) == 2
    horloge.avancer(days=2)
    taches.nettoyer()
    assert [envoi.cle for envoi in envois()] == ["en attente"]
