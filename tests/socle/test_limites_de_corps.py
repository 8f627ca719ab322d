"""Un corps démesuré est refusé avant d'être lu : par sa longueur annoncée, ses morceaux, un seul champ trop long."""

from __future__ import annotations

import io

import pytest

from portail.assemblage import TAILLE_MAXIMALE
from portail.entetes import FORMULAIRE_MAXIMAL

pytestmark = pytest.mark.menace("T15")

ADRESSE = "/compte/connexion"


class Corps(io.RawIOBase):
    """Un envoi dont on compte les octets lus."""

    def __init__(self) -> None:
        self.lus = 0

    def readable(self) -> bool:
        return True

    def readinto(self, tampon) -> int:
        self.lus += len(tampon)
        return len(tampon)


@pytest.mark.parametrize(
    ("genre", "longueur"),
    [
        ("application/x-www-form-urlencoded", FORMULAIRE_MAXIMAL + 1),
        ("application/json", FORMULAIRE_MAXIMAL + 1),
        ("application/octet-stream", 10**12),
        ("multipart/form-data; boundary=x", TAILLE_MAXIMALE + 1),
    ],
)
def test_une_longueur_annoncee_trop_grande_se_refuse_sans_rien_lire(client, genre, longueur):
    corps = Corps()
    forces = {"wsgi.input": corps, "CONTENT_LENGTH": str(longueur), "CONTENT_TYPE": genre}
    reponse = client.post(ADRESSE, environ_overrides=forces)
    assert reponse.status_code == 413
    assert "Cet envoi est trop lourd" in reponse.text
    assert f'href="{ADRESSE}">Revenir à la page d’avant</a>' in reponse.text, "« un par un » : d'où l'envoi est parti"
    assert corps.lus == 0


def en_morceaux(champs: dict[str, str]) -> bytes:
    partie = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(partie.format(nom, valeur) for nom, valeur in champs.items()) + "--x--\r\n").encode()


def test_deux_mille_champs_au_plus_et_un_million_de_signes_par_formulaire_a_fichiers(client):
    """Un formulaire à fichiers est lu au fil de l'eau : ce sont ses morceaux qui sont comptés."""
    genre = "multipart/form-data; boundary=x"
    for champs in ({f"c{rang}": "x" for rang in range(2001)}, {"courriel": "x" * (1024 * 1024 + 1)}):
        assert client.post(ADRESSE, data=en_morceaux(champs), content_type=genre).status_code == 413
    assert client.post(ADRESSE, data=en_morceaux({"courriel": "x"}), content_type=genre).status_code == 400


def test_juste_en_dessous_le_formulaire_est_lu_et_juge(client):
    reponse = client.post(ADRESSE, data={"courriel": "x" * (FORMULAIRE_MAXIMAL - 20)})
    assert reponse.status_code == 400, "lu, puis refusé faute de jeton"
