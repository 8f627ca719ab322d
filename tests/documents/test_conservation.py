"""Ce qu'un document émis disait se relit mot pour mot."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from portail.documents.conservation import de_octets, en_octets
from portail.documents.fiche import Fiche, rediger
from tests.documents.exemples import ATTESTATION, COUPLE
from tests.documents.test_fiche_proprietes import FICHES


@settings(max_examples=50, deadline=None)
@given(FICHES)
def test_un_contenu_conserve_se_relit_egal(fiche: Fiche) -> None:
    contenu = rediger(fiche)
    assert de_octets(en_octets(contenu)) == contenu


def test_une_attestation_conservee_se_relit_egale() -> None:
    from portail.documents import attestation

    contenu = attestation.rediger(ATTESTATION)
    assert de_octets(en_octets(contenu)) == contenu


def test_les_memes_mots_donnent_les_memes_octets() -> None:
    assert en_octets(rediger(COUPLE)) == en_octets(rediger(replace(COUPLE)))


@pytest.mark.asvs("1.5.2")
@pytest.mark.parametrize("autre", [b"[]", b"{}", b'{"genre":"Titre","niveau":1,"texte":"seul"}', b'{"genre":"Autre"}'])
def test_des_octets_qui_ne_sont_pas_un_contenu_sont_refuses(autre: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        de_octets(autre)


def test_la_conservation_est_du_json_lisible_sans_nous() -> None:
    assert "Ngozi Lefèvre" in json.dumps(json.loads(en_octets(rediger(COUPLE))), ensure_ascii=False)
