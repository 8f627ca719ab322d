"""« Écrire un mail » : sans compte, à la boîte de qui s'occupe de la commune, une fois, et sans rien garder."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from portail import nir, taches
from portail.assistance import mail
from portail.courriel import Envoi
from portail.db import ecriture, lecture
from portail.guichet.modeles import Guichet
from tests.navigateur import Navigateur
from tests.socle.bouchon_smtp import bouchon_smtp

QUESTION = {
    "nom": "Awa Diallo",
    "courriel": "Awa@Exemple.fr",
    "commune": "Villeurbanne (69100)",
    "texte": "Je cherche où déposer mes papiers.\nMerci <b>beaucoup</b>.",
}
ENVOYER = "Envoyer le message"


@pytest.fixture
def passante(app, monde) -> Navigateur:
    """Quelqu'un sans compte. Le guichet de Villeurbanne a une boîte ; le site aussi."""
    app.extensions["portail"] = _config(app, "site@ville.fr")
    with ecriture() as session:
        session.get_one(Guichet, monde.g1).courriel = "logement@villeurbanne.fr"
    return Navigateur(app.test_client())


def _config(app, boite: str):
    config = app.extensions["portail"]
    return replace(config, identite=replace(config.identite, courriel=boite, nom="Logement du Rhône"))


def envois() -> list[Envoi]:
    with lecture() as session:
        return list(session.scalars(sa.select(Envoi).where(Envoi.sujet == mail.SUJET).order_by(Envoi.id)))


def test_de_l_aide_au_guichet_et_la_reponse_revient_a_la_personne(app, passante):
    passante.ouvrir("/aide").suivre("Écrire un mail")
    assert "Pas besoin de compte." in passante.texte()
    passante.envoyer(QUESTION, ENVOYER)
    assert passante.h1 == "Votre message est envoyé"
    assert passante.adresse_de_la_page() == "/aide/mail/envoye"
    with bouchon_smtp() as smtp:
        app.extensions["portail"] = replace(
            app.extensions["portail"], courriel_serveur=f"smtp+clair://127.0.0.1:{smtp.port}"
        )
        taches.passer()
    [recu] = [message for message in smtp.recus if message["Subject"] == mail.SUJET]
    assert (recu["To"], recu["Reply-To"]) == ("logement@villeurbanne.fr", "awa@exemple.fr")
    assert "Awa" not in recu["Subject"] + recu["From"]
    corps = recu.get_content()
    assert "Villeurbanne" in corps
    assert "n’est pas vérifiée" in corps
    assert "Je cherche où déposer mes papiers.\nMerci <b>beaucoup</b>." in corps.replace("\r\n", "\n")
    [envoi] = envois()
    assert (envoi.corps, envoi.repondre_a) == (None, None)


@pytest.mark.parametrize(
    ("commune", "a_qui"), [("Villeurbanne", "logement@villeurbanne.fr"), ("Brest", "site@ville.fr")]
)
def test_la_commune_choisit_la_boite(passante, commune, a_qui):
    passante.ouvrir("/aide/mail").envoyer({**QUESTION, "commune": commune}, ENVOYER)
    assert [envoi.destinataire for envoi in envois()] == [a_qui]


def test_un_double_clic_n_envoie_qu_un_mail(passante):
    passante.ouvrir("/aide/mail")
    saisie = {**passante.saisie(passante.formulaire("texte")).to_dict(), **QUESTION}
    for _fois in range(2):
        assert passante.poster("/aide/mail", saisie).h1 == "Votre message est envoyé"
    assert len(envois()) == 1


@pytest.mark.asvs("1.3.11")
@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("courriel", "", "Indiquez votre adresse mail."),
        ("courriel", "awa@exemple.fr\r\nBcc: autre@exemple.fr", "n’est pas complète"),
        ("commune", "", "Indiquez une commune ou un code postal."),
        ("texte", "", "Écrivez votre message."),
        ("nom", "Awa 2 73 11 69 266 123 %s", "contient un numéro de sécurité sociale"),
        ("texte", "Mon numéro est 2 73 11 69 266 123 %s.", "contient un numéro de sécurité sociale"),
    ],
    ids=["sans adresse", "adresse piégée", "sans commune", "vide", "NIR dans le nom", "NIR"],
)
def test_ce_qui_manque_se_dit_au_champ_et_rien_n_est_perdu(passante, champ, valeur, phrase):
    if "%s" in valeur:
        valeur = valeur.replace("%s", f"{97 - 2731169266123 % 97:02}")
    passante.ouvrir("/aide/mail").envoyer({**QUESTION, champ: valeur}, ENVOYER)
    assert passante.reponse.status_code == 422
    assert any(phrase in erreur for erreur in passante.erreurs())
    saisie = passante.saisie(passante.formulaire("texte"))
    for nom, texte in QUESTION.items():
        if nom != champ:
            assert saisie[nom].split() == (texte.lower() if nom == "courriel" else texte).split()
    assert envois() == []


@pytest.mark.menace("T15")
def test_chaque_champ_dit_s_il_est_facultatif_ou_requis(passante):
    """Le message aussi : un texte long ne le disait pas à un lecteur d'écran."""
    passante.ouvrir("/aide/mail")
    requis = [case["name"] for case in passante.page.select("main [aria-required=true]")]
    assert requis == ["courriel", "commune", "texte"]


def test_on_ne_bombarde_pas_un_guichet_et_l_attente_finit(passante, horloge):
    for fois in range(5):
        passante.ouvrir("/aide/mail").envoyer({**QUESTION, "texte": f"Question {fois}"}, ENVOYER)
        assert passante.h1 == "Votre message est envoyé"
    passante.ouvrir("/aide/mail").envoyer({**QUESTION, "texte": "Encore une"}, ENVOYER)
    assert passante.reponse.status_code == 429
    assert passante.saisie(passante.formulaire("texte"))["texte"].strip() == "Encore une"
    horloge.avancer(seconds=int(passante.reponse.headers["Retry-After"]))
    passante.envoyer({}, ENVOYER)
    assert passante.h1 == "Votre message est envoyé"
    assert len(envois()) == 6


def test_connectee_son_adresse_est_deja_la_et_le_guichet_sait_qu_elle_est_prouvee(ana, passante):
    ana.ouvrir("/aide/mail")
    saisie = ana.saisie(ana.formulaire("texte"))
    assert (saisie["courriel"], saisie["nom"]) == ("ana@exemple.fr", "Ana Silva")
    ana.envoyer({"commune": "69100", "texte": "Bonjour"}, ENVOYER)
    [envoi] = envois()
    assert "Elle écrit depuis son compte" in (envoi.corps or "")
    assert envoi.repondre_a == "ana@exemple.fr"


def test_personne_ne_repond_par_mail(app, monde):
    app.extensions["portail"] = _config(app, "")
    nav = Navigateur(app.test_client()).ouvrir("/aide")
    assert "Écrire un mail" not in nav.texte()
    assert "personne ne répond par mail" in nav.ouvrir("/aide/mail").texte()
    with ecriture() as session:
        session.get_one(Guichet, monde.g1).courriel = "logement@villeurbanne.fr"
    nav.ouvrir("/aide").suivre("Écrire un mail").envoyer({**QUESTION, "commune": "Brest"}, ENVOYER)
    assert any("personne ne répond par mail pour cette commune" in erreur for erreur in nav.erreurs())
    assert envois() == []


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("mon 06 12 34 56 78 et 0 806 000 113", False),
        ("demande 069 11 26 000123 DEMO1", False),
        ("2731169266123{}", True),
        ("n°2.73.11.69.266.123.{}, merci", True),
        ("2731169266123{}9", False),
    ],
)
def test_un_numero_de_securite_sociale_se_reconnait_dans_un_texte(texte, attendu):
    cle = f"{97 - 2731169266123 % 97:02}"
    assert nir.est_dans(texte.format(cle)) is attendu
