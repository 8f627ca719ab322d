"""`portail guichet` et `portail journal`, comme l'exploitant les lance."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from portail.cli import principal
from portail.guichet.commandes import TYPES
from portail.guichet.modeles import TypeGuichet
from tests.base_modele import modele_sqlite

CREER = {
    "code": "69266", "nom": "Mairie de Villeurbanne", "type": "commune", "adresse": "Place Lazare-Goujon",
    "code-postal": "69100", "ville": "Villeurbanne", "commune": "Villeurbanne",
    "responsable-courriel": "Lea@Ville.fr", "responsable-prenom": "Léa", "responsable-nom": "Petit",
}  # fmt: skip


@pytest.fixture
def base(dossier: Path) -> Path:
    chemin = dossier / "instance" / "portail.sqlite"
    chemin.parent.mkdir()
    shutil.copyfile(modele_sqlite(), chemin)
    return chemin


@pytest.fixture
def lancer(dossier: Path, base: Path, monkeypatch):
    for nom in ("PORTAIL_URL", "PORTAIL_BASE"):
        monkeypatch.delenv(nom, raising=False)
    monkeypatch.setenv("PORTAIL_MODE", "local")
    monkeypatch.setenv("PORTAIL_DOSSIER", str(dossier / "instance"))

    def _lancer(*arguments: str, saisie: str = "", **environ: str):
        return CliRunner().invoke(principal, arguments, input=saisie, env=environ)

    return _lancer


def creer(lancer, **autres: str | tuple[str, ...]):
    options = {**CREER, **{nom.replace("_", "-"): valeur for nom, valeur in autres.items()}}
    arguments = []
    for nom, valeur in options.items():
        for morceau in (valeur,) if isinstance(valeur, str) else valeur:
            arguments += [f"--{nom}", morceau]
    return lancer("guichet", "creer", *arguments)


def test_creer_imprime_l_invitation_et_la_met_en_boite(lancer, base):
    resultat = creer(lancer)
    assert resultat.exit_code == 0, resultat.output
    lien = re.search(r"http://127\.0\.0\.1:8000/guichet/invitation/([\w-]{43})", resultat.output)
    assert lien is not None
    lignes = sqlite3.connect(base).execute("SELECT cle, envoye_le FROM envoi").fetchall()
    assert [(cle.startswith("invitation-agent-"), envoye_le) for cle, envoye_le in lignes] == [(True, None)]
    assert sqlite3.connect(base).execute("SELECT courriel, role FROM agent").fetchall() == [
        ("lea@ville.fr", "responsable")
    ]
    assert sqlite3.connect(base).execute("SELECT territoire FROM guichet_territoire").fetchall() == [("069",)]


def test_le_lien_imprime_ouvre_bien(lancer, base, dossier, horloge):
    from portail import create_app
    from portail.config import lire
    from portail.db import db

    lien = re.search(r"(/guichet/invitation/\S+)", creer(lancer).output)[1]
    app = create_app(lire({"PORTAIL_MODE": "local", "PORTAIL_DOSSIER": str(dossier / "instance")}), TESTING=True)
    assert app.test_client().get(lien, base_url="http://127.0.0.1:8000").status_code == 200
    with app.app_context():
        db.engine.dispose()


def test_creer_pose_ses_questions_quand_rien_n_est_donne(lancer):
    reponses = [*list(CREER.values())[:6], *list(CREER.values())[7:]]
    resultat = lancer("guichet", "creer", "--territoire", "069", saisie="\n".join(reponses) + "\n")
    assert resultat.exit_code == 0, resultat.output
    assert "/guichet/invitation/" in resultat.output


@pytest.mark.parametrize(
    ("autres", "phrase"),
    [
        ({"code": "6926"}, "cinq chiffres ou majuscules"),
        ({"commune": "Xyzzyville"}, "introuvable"),
        ({"commune": "69100"}, "Villeurbanne (69100), Irigny (69540)"),  # code postal de l'une, code Insee de l'autre
        ({"commune": "01000"}, "Écrivez le nom de la vôtre"),
        ({"commune": "Clermont-Ferrand"}, "servi par un autre portail"),
        ({"commune": (), "territoire": "063"}, "servi par un autre portail"),
        ({"commune": (), "territoire": "999"}, "Territoire inconnu"),
        ({"commune": ()}, "au moins un territoire"),
        ({"territoire": "111"}, "que ce guichet ne couvre pas"),
        ({"responsable_courriel": "lea"}, "pas complète"),
    ],
)
def test_un_guichet_impossible_est_refuse_en_une_phrase(lancer, base, autres, phrase):
    resultat = creer(lancer, **autres)
    assert resultat.exit_code == 1
    assert phrase in resultat.output
    assert "Traceback" not in resultat.output
    assert sqlite3.connect(base).execute("SELECT count(*) FROM guichet").fetchone() == (0,)


def test_un_code_ou_un_responsable_ne_se_prend_pas_deux_fois(lancer, base):
    creer(lancer)
    assert "déjà celui" in creer(lancer, responsable_courriel="tom@ville.fr").output
    assert "déjà l’adresse" in creer(lancer, code="69123").output
    assert sqlite3.connect(base).execute("SELECT count(*) FROM guichet").fetchone() == (1,), "ni guichet à moitié créé"


def test_fermer_puis_rouvrir(lancer, base):
    creer(lancer)
    assert "Aucun guichet n’a le code 00000." in lancer("guichet", "fermer", "00000").output
    ferme = lancer("guichet", "fermer", "69266")
    assert (ferme.exit_code, ferme.output) == (
        0, "Guichet fermé. 1 agent(s) n’y entrent plus ; un autre guichet peut les inviter.\n"
    )  # fmt: skip
    assert ", fermé)" in lancer("guichet", "lister").output
    relance = lancer("guichet", "relancer", "lea@ville.fr")
    assert relance.exit_code == 1
    assert "Son guichet est fermé" in relance.output
    assert "Traceback" not in relance.output
    assert lancer("guichet", "rouvrir", "69266").exit_code == 0
    assert "/guichet/invitation/" in lancer("guichet", "relancer", "lea@ville.fr").output


def test_la_responsable_d_un_guichet_ferme_en_ouvre_un_autre(lancer, base):
    creer(lancer)
    lancer("guichet", "fermer", "69266")
    assert creer(lancer, code="69123").exit_code == 0
    requete = "SELECT guichet.code FROM agent JOIN guichet ON guichet.id = agent.guichet_id"
    assert sqlite3.connect(base).execute(requete).fetchall() == [("69123",)]


def test_les_types_proposes_sont_ceux_du_modele():
    assert set(TYPES) == {type_.value for type_ in TypeGuichet}


def test_lister_dit_ce_que_couvre_chaque_guichet(lancer):
    assert lancer("guichet", "lister").output == ""
    creer(lancer, commune=("Villeurbanne", "69123"))
    (ligne,) = lancer("guichet", "lister").output.splitlines()
    assert re.sub(r"[\u00a0\u202f]", " ", ligne) == (
        "69266  Mairie de Villeurbanne (Mairie, Villeurbanne) ; territoires 069 ; 2 commune(s) ; 0 agent(s)"
    )


def test_relancer_rouvre_un_acces_perdu(lancer, base):
    creer(lancer)
    assert lancer("guichet", "relancer", "personne@ville.fr").exit_code == 1
    resultat = lancer("guichet", "relancer", "LEA@ville.fr")
    assert "/guichet/invitation/" in resultat.output
    assert sqlite3.connect(base).execute("SELECT count(*) FROM envoi").fetchone() == (2,)


def test_verifier_dit_intact_puis_nomme_l_ecriture_rompue(lancer, base):
    assert "Il est vide" in lancer("journal", "verifier").output
    creer(lancer)
    resultat = lancer("journal", "verifier")
    assert resultat.exit_code == 0
    assert "intact" in resultat.output
    repere = re.search(r"\d+:[0-9a-f]{64}", resultat.output)[0]
    assert lancer("journal", "verifier", "--repere", repere).exit_code == 0
    connexion = sqlite3.connect(base)
    connexion.execute("DROP TRIGGER journal_fige")
    connexion.execute("UPDATE ecriture_journal SET objet = 'rien' WHERE id = 2")
    connexion.commit()
    rompu = lancer("journal", "verifier")
    assert rompu.exit_code == 1
    assert "Écriture 2" in rompu.output
    assert "modifiée" in rompu.output
    assert "intact" not in rompu.output


def test_verifier_avec_un_repere_voit_une_fin_otee(lancer, base):
    creer(lancer)
    repere = re.search(r"\d+:[0-9a-f]{64}", lancer("journal", "verifier").output)[0]
    connexion = sqlite3.connect(base)
    connexion.execute("DROP TRIGGER journal_garde")
    connexion.execute("DELETE FROM ecriture_journal WHERE id = 2")
    connexion.commit()
    assert lancer("journal", "verifier").exit_code == 0
    assert lancer("journal", "verifier", "--repere", repere).exit_code == 1
    assert lancer("journal", "verifier", "--repere", "n’importe quoi").exit_code == 2


@pytest.mark.postgresql
def test_les_memes_commandes_sur_postgresql(lancer, base_postgresql):
    resultat = CliRunner().invoke(
        principal,
        ["guichet", "creer", *[morceau for nom, valeur in CREER.items() for morceau in (f"--{nom}", valeur)]],
        env={"PORTAIL_BASE": base_postgresql},
    )
    assert resultat.exit_code == 0, resultat.output
    assert lancer("guichet", "lister", PORTAIL_BASE=base_postgresql).output.startswith("69266")
    assert "intact" in lancer("journal", "verifier", PORTAIL_BASE=base_postgresql).output
