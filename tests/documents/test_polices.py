"""Les polices embarquées : ce qu'elles savent écrire, leur poids, leur origine."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from portail.documents.ecriture import GRAS, NORMAL, a_des_absents, imprimable

RACINE = Path(__file__).parents[2]
POLICES = RACINE / "portail" / "documents" / "polices"

NOMS = [
    "Zoë Åström-Çelik, Ñandú Œdipe Ÿves Łukasz",
    "Nguyễn Thị Ánh Ưng Hồ Đặng",  # Vietnam
    "Ștefan Țuțea",  # Roumanie
    "Gülşah Yıldız İbrahim Ağa",  # Turquie
    "Ćirić Đorđe Šime Žužul",  # Balkans
    "Ẹkọ Ọlá Ṣadé",  # yoruba
    "Əliyev Ɛdɔ Kɔfi",  # Azerbaïdjan, Afrique de l'Ouest
    "Ірина Їжак Ґалаґан Ёлка",  # ukrainien, russe
    "Kʼiche Gwazhʼ",
    "« 1 234,50 € » – l’an… — “oui” • ✓ → n° № 4 m² ½",
]


@pytest.mark.parametrize("texte", NOMS)
def test_les_noms_de_toute_l_europe_et_du_vietnam_s_ecrivent(texte: str) -> None:
    assert not a_des_absents(texte)
    assert imprimable(texte) == texte


@pytest.mark.parametrize("nom", [NORMAL, GRAS])
def test_une_graisse_pese_moins_de_quarante_kilo_octets(nom: str) -> None:
    assert (POLICES / f"{nom}.ttf").stat().st_size <= 40_000


@pytest.mark.parametrize("nom", [NORMAL, GRAS])
def test_la_notice_donne_l_empreinte_de_chaque_police(nom: str) -> None:
    empreinte = hashlib.sha256((POLICES / f"{nom}.ttf").read_bytes()).hexdigest()
    assert f"{empreinte}  {nom}.ttf" in (RACINE / "docs" / "polices.md").read_text()


def test_la_licence_accompagne_les_polices_et_le_nom_reserve_n_est_pas_repris() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (POLICES / "OFL.txt").read_text()
    for fichier in POLICES.glob("*.ttf"):
        assert "Source" not in fichier.name
        assert "SourceSans".encode("utf-16-be") not in fichier.read_bytes()
