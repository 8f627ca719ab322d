"""Les contenus : chacun a sa source, sa date, une version courte facile à lire, et des liens qui mènent quelque part."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portail.information.faq import THEMES, questions
from portail.information.faq.questions import CONTENUS, ContenuInvalide, lire
from portail.information.faq.texte import CHIFFRE, date_de_source, en_html, typographier
from portail.referentiels import parametres
from portail.typographie import insecables

FICHIERS = sorted((CONTENUS / "faq").glob("*.md"))
MOTS_PAR_PHRASE = 26  # au-delà, une phrase se coupe en deux
MOTS_PAR_PHRASE_EN_BREF = 14
LIEN = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
JOUR = date(2026, 11, 24)
# Un mot de métier n'entre dans « En bref » que si la question porte sur lui.
JARGON = ("contingent", "réservataire", "irrecevab", "récépissé", "susceptible", "afin de", "nonobstant", "préalable")


def phrases(texte: str) -> list[str]:
    """Les phrases d'un texte ; chaque ligne de liste en est une."""
    sans_liens = LIEN.sub(lambda lien: lien.group().split("]")[0][1:], texte)
    morceaux = re.split(r"(?<=[.!?:;…])\s+|\n\s*(?:-|\d+\.)\s+|\n{2,}", sans_liens.replace("*", ""))
    return [morceau for morceau in morceaux if morceau.strip()]


def nombre_de_mots(phrase: str) -> int:
    return len(re.findall(r"[\w’'-]+", phrase))


def test_au_moins_soixante_questions_dans_dix_themes():
    assert len(questions()) >= 60
    assert len({question.theme for question in questions().values()}) >= 10
    assert {question.theme for question in questions().values()} == set(THEMES), "un thème est vide"


def test_chaque_fichier_est_lu_et_aucun_titre_ne_se_repete():
    assert len(FICHIERS) == len(questions())
    titres = [question.question for question in questions().values()]
    assert len(set(titres)) == len(titres)
    ordres = [question.ordre for question in questions().values()]
    assert len(set(ordres)) == len(ordres)


@pytest.mark.parametrize("slug", questions())
def test_une_question_est_complete(slug):
    question = questions()[slug]
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug)
    assert question.question.endswith(("?", "partagée\u00a0»\u202f?"))
    assert question.sources
    assert 1 <= len(question.en_bref) <= 4
    assert question.relue_le >= date(2026, 1, 1)
    assert slug not in question.voisines
    assert question.voisines
    assert nombre_de_mots(question.corps) >= 15


@pytest.mark.parametrize("slug", questions())
def test_en_bref_est_facile_a_lire(slug):
    """Règles de facile à lire : phrases courtes, une idée par phrase, pas de jargon, pas de parenthèses."""
    question = questions()[slug]
    for ligne in question.en_bref:
        assert ligne[0].isupper() or ligne[0].isdigit() or ligne.startswith("«"), ligne
        assert ligne.endswith("."), ligne
        assert "(" not in ligne, ligne
        for phrase in phrases(ligne):
            assert nombre_de_mots(phrase) <= MOTS_PAR_PHRASE_EN_BREF, phrase
        if slug != "titre-de-sejour":
            assert not any(mot in ligne.lower() for mot in JARGON), ligne


@pytest.mark.parametrize("slug", questions())
def test_la_reponse_a_des_phrases_courtes(slug):
    longueurs = [nombre_de_mots(phrase) for phrase in phrases(questions()[slug].corps)]
    assert max(longueurs) <= MOTS_PAR_PHRASE, questions()[slug].corps
    assert sum(longueurs) / len(longueurs) <= 15


@pytest.mark.parametrize("chemin", FICHIERS, ids=lambda chemin: chemin.stem)
def test_la_typographie_et_les_adresses(chemin):
    texte = chemin.read_text(encoding="utf-8")
    corps = texte.split("\n---\n", 1)[1]
    assert "'" not in corps, "apostrophe droite"
    assert '"' not in corps, "guillemets droits"
    assert "..." not in texte
    assert "<" not in corps, "pas de HTML dans les contenus"
    for adresse in LIEN.findall(corps):
        assert adresse.startswith("/"), "les liens externes vont dans sources.csv"


def test_les_liens_internes_repondent(client):
    adresses = {adresse for question in questions().values() for adresse in LIEN.findall(question.corps)}
    assert len(adresses) > 30
    for adresse in sorted(adresses):
        statut = client.get(adresse, base_url="http://127.0.0.1").status_code
        assert statut in {200, 302, 303}, (adresse, statut)


@pytest.mark.asvs("1.2.2")
def test_les_sources_ont_un_titre_une_date_et_un_lien_sur_connu():
    with (CONTENUS / "sources.csv").open(encoding="utf-8", newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    cles = [ligne["cle"] for ligne in lignes]
    assert len(set(cles)) == len(cles)
    for ligne in lignes:
        assert ligne["titre"]
        assert re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", ligne["date"]), ligne
        if ligne["lien"]:
            assert urlsplit(ligne["lien"]).scheme == "https"
            assert re.search(
                r"(service-public|legifrance\.gouv|senat|demandelogement14|afoc)\.(fr|net)$",
                urlsplit(ligne["lien"]).netloc,
            )
    citees = {source.titre for question in questions().values() for source in question.sources}
    assert {insecables(ligne["titre"]) for ligne in lignes} == citees, "une source n’est pas citée"


def test_chaque_chiffre_de_loi_vient_des_parametres(app):
    for question in questions().values():
        for cle in {cle for texte in (*question.en_bref, question.corps) for cle, _ in CHIFFRE.findall(texte)}:
            assert parametres.parametre(cle, JOUR) > 0


def test_un_chiffre_change_se_voit_sans_toucher_au_texte(app):
    html = str(en_html("Jusqu’à {MAX_COMMUNES} communes.", JOUR))
    assert html == "<p>Jusqu’à 8\u00a0communes.</p>\n"


def test_le_html_ecrit_dans_un_contenu_est_echappe(app):
    assert "<script>" not in str(en_html("<script>alert(1)</script> [x](javascript:alert(1))", JOUR))
    assert "javascript:" not in re.findall(r'href="([^"]*)"', str(en_html("[x](javascript:alert(1))", JOUR)))


@pytest.mark.parametrize(
    ("ecrite", "lue"),
    [("2023-05-02", "2 mai 2023"), ("2026-08-01", "1er août 2026"), ("2026-11", "novembre 2026"), ("2020", "2020")],
)
def test_la_date_d_une_source(ecrite, lue):
    assert date_de_source(ecrite) == lue


def test_la_typographie_des_phrases():
    assert typographier("Est-ce 8 € ou 9 h ?") == "Est-ce 8\u00a0€ ou 9\u00a0h\u202f?"


ENTETE = """---
question: Une question ?
theme: pieces
ordre: 1
mots: mot
sources: notice
confiance: sûr
relu: 2026-11-24
voir: numero-unique
---

## En bref

- Oui.

## Réponse

Oui.
"""


@pytest.mark.parametrize(
    ("avant", "apres", "phrase"),
    [
        ("theme: pieces", "theme: cuisine", "cuisine"),
        ("sources: notice", "sources: rumeur", "rumeur"),
        ("sources: notice", "sources: ,", "aucune"),
        ("relu: 2026-11-24", "relu: hier", "hier"),
        ("confiance: sûr", "confiance: bof", "confiance"),
        ("mots: mot\n", "", "mots"),
        ("mots: mot", "mots", "mots"),
        ("- Oui.\n", "Oui.\n", "liste"),
        ("## Réponse", "## Suite", "Réponse"),
    ],
)
def test_un_fichier_abime_est_refuse_avec_son_nom(tmp_path: Path, avant, apres, phrase):
    from portail.information.faq.questions import Source

    chemin = tmp_path / "une-question.md"
    sources = {"notice": Source("Notice", "2023", "")}
    chemin.write_text(ENTETE, encoding="utf-8")
    assert lire(chemin, sources).slug == "une-question"
    chemin.write_text(ENTETE.replace(avant, apres, 1), encoding="utf-8")
    with pytest.raises(ContenuInvalide, match=f"une-question.md.*{phrase}"):
        lire(chemin, sources)
