"""Joindre, voir, retirer un document : dans l'étape ou sur sa page, avec et sans JavaScript."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from bs4 import Tag

from portail.choix import OuiNon
from portail.demande.listes import Nationalite
from portail.pieces import quotas, reception
from tests.demande.conftest import (  # noqa: F401
    Foyer,
    ana,
    ana_remplie,
    app,
    autre,
    couple,
    les_deux_moteurs,
    moteur,
)
from tests.demande.gestes import NavigateurQuiTape
from tests.magasins import ranges
from tests.navigateur import mots
from tests.pieces.cas import jpeg, pdf_simple, png
from tests.pieces.corpus import REFUSES

BASE = "http://127.0.0.1"
VIDE = next(cas for cas in REFUSES if cas.cas == "vide")
WORD = next(cas for cas in REFUSES if cas.cas == "Word")


def fichier(octets: bytes, nom: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(octets), nom


def case(nav: NavigateurQuiTape) -> Tag:
    return nav.page.find("input", type="file")


def envoyer(nav: NavigateurQuiTape, *fichiers: tuple[io.BytesIO, str], action: str = "joindre", **autres: str):
    """Le formulaire de la page avec ces fichiers, sans JavaScript."""
    formulaire = nav.page.find("form", id="formulaire") or nav.page.select_one("main form")
    valeurs = nav.saisie(formulaire).to_dict(flat=False)
    valeurs |= autres
    nav.poster(formulaire["action"], {**valeurs, case(nav)["name"]: list(fichiers), "action": action}, htmx=False)
    return nav


def par_fragment(nav: NavigateurQuiTape, *fichiers: tuple[io.BytesIO, str]):
    """Comme htmx : la case envoie le formulaire à l'adresse de la pièce, la page reçoit des fragments."""
    formulaire = nav.page.find("form", id="formulaire") or nav.page.select_one("main form")
    valeurs = nav.saisie(formulaire).to_dict(flat=False)
    reponse = nav.client.post(
        case(nav)["data-hx-post"],
        data={**valeurs, case(nav)["name"]: list(fichiers)},
        headers={
            "HX-Request": "true",
            "HX-Current-URL": BASE + (formulaire["action"] if formulaire.get("id") else nav.adresse),
        },
        base_url=BASE,
    )
    return nav._recevoir(reponse, fragment=True)


def noms_affiches(nav: NavigateurQuiTape) -> list[str]:
    return [mots(lien) for lien in nav.page.select(".fichiers a:not(.bouton)")]


# --- Dans l'étape 1, sans JavaScript ------------------------------------------------------------------------------------


@les_deux_moteurs
def test_la_piece_d_identite_part_avec_le_reste_du_formulaire(ana):  # noqa: F811
    nav = ana.navigateur(slug="informations-generales")
    assert mots(case(nav).find_previous("label")) == "Pièce d’identité (vous) *"
    envoyer(nav, fichier(jpeg(), "recto.jpg"), fichier(png(), "verso.png"), nom_usage="Durand", civilite="2")
    assert nav.statut == 200
    assert noms_affiches(nav) == ["recto.jpg", "verso.jpg"]
    assert "Pièce d’identité (vous) reçue (2 fichiers)" in nav.volet("informations-generales")
    assert ana.valeur("personne", "nom_usage") == "Durand"
    assert ana.valeur("personne", "civilite") == "2"


@pytest.mark.parametrize("bouton", ["poursuivre", "plus-tard", "soumettre", ""])
def test_un_fichier_choisi_part_avec_n_importe_quel_bouton(ana, bouton):  # noqa: F811
    nav = ana.navigateur(slug="informations-generales")
    envoyer(nav, fichier(jpeg(), "recto.jpg"), action=bouton)
    assert nav.statut == 200
    assert ana.nombre("fichier") == 1


@pytest.mark.asvs("5.2.1")
@les_deux_moteurs
@pytest.mark.parametrize("bouton", ["joindre", "poursuivre"])
def test_un_fichier_refuse_garde_tout_le_reste_et_se_dit(ana, bouton):  # noqa: F811
    nav = ana.navigateur(slug="informations-generales")
    envoyer(
        nav, fichier(VIDE.octets(), "vide.pdf"), fichier(jpeg(), "recto.jpg"), action=bouton, nom_usage="Durand",
        **{"date_naissance-jour": "32"},
    )  # fmt: skip
    assert nav.statut == 422
    assert nav.h1 == "Informations générales"
    assert nav.page.title.get_text().startswith("Erreur – Informations générales")
    phrases = [mots(lien) for lien in nav.page.select("#resume a")]
    assert len(phrases) == 2, "la date et le fichier, ensemble"
    assert "vide" in phrases[1]
    lien = nav.page.select("#resume a")[1]["href"]
    assert nav.page.find(id=lien[1:]) is case(nav)
    assert case(nav)["aria-invalid"] == "true"
    assert all(nav.page.find(id=decrit) for decrit in case(nav)["aria-describedby"].split())
    assert noms_affiches(nav) == ["recto.jpg"], "le bon fichier est gardé"
    assert ana.valeur("personne", "nom_usage") == "Durand"
    assert nav.valeur("date_naissance-jour") == "32"


def test_ajouter_sans_avoir_choisi_le_dit_et_garde_le_reste(ana):  # noqa: F811
    nav = ana.navigateur(slug="informations-generales")
    nav.taper("nom_usage", "Durand")
    nav.envoyer(bouton="Ajouter un fichier")
    assert nav.statut == 422
    assert reception.SANS_FICHIER in nav.texte()
    assert ana.valeur("personne", "nom_usage") == "Durand"


def test_retirer_dans_l_etape_enregistre_aussi_le_reste(ana):  # noqa: F811
    nav = envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "recto.jpg"))
    nav.taper("nom_usage", "Durand")
    nav.envoyer(bouton="Retirer recto.jpg")
    assert noms_affiches(nav) == []
    assert "à joindre" in nav.volet("informations-generales")
    assert ana.valeur("personne", "nom_usage") == "Durand"


def test_retirer_deux_fois_n_est_pas_une_page_perdue(ana):  # noqa: F811
    nav = envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "recto.jpg"))
    numero = ana.valeur("fichier", "id")
    for rang in range(2):
        nav.forger(f"retirer-fichier:{numero}", **({"nom_usage": "Durand"} if rang else {}))
        assert nav.statut == 200
    assert ana.nombre("fichier", "WHERE retire_le IS NOT NULL") == 1


def test_un_fichier_glisse_dans_une_etape_qui_ne_le_demande_pas_n_est_pas_garde(ana):  # noqa: F811
    cle = ana.valeur("personne", "cle")
    for code in ("ID", "SAL", "../../etc"):
        reponse = ana.client.post(
            ana.adresse("motifs"),
            data={
                "csrf_token": ana.jeton(),
                "page": "x",
                "revision": "0",
                f"fichier-{code}-{cle}": fichier(jpeg(), "a.jpg"),
            },
            base_url=BASE,
        )
        assert reponse.status_code in {200, 409}
    assert ana.nombre("fichier") == ana.nombre("piece_fournie") == 0
    with ana.app.app_context():
        from portail.stockage import stockage

        assert not ranges(stockage()._dossier)


# --- Dans l'étape 1, avec JavaScript -------------------------------------------------------------------------------------


def test_par_fragment_la_page_et_le_volet_suivent(ana):  # noqa: F811
    nav = ana.navigateur(htmx=True, slug="informations-generales")
    par_fragment(nav, fichier(jpeg(), "recto.jpg"))
    assert nav.statut == 200
    assert mots(nav.page.find(id="annonce")) == "Document reçu."
    assert noms_affiches(nav) == ["recto.jpg"]
    assert nav.est_a_jour()
    par_fragment(nav, fichier(png(), "verso.png"), fichier(pdf_simple(), "autre.pdf"))
    assert mots(nav.page.find(id="annonce")) == "2 documents reçus."
    assert nav.est_a_jour()
    nav.envoyer(bouton="Retirer verso.jpg")
    assert noms_affiches(nav) == ["recto.jpg", "autre.pdf"]


def test_un_refus_par_fragment_se_dit_a_cote_de_la_case_et_tout_haut(ana):  # noqa: F811
    nav = ana.navigateur(htmx=True, slug="informations-generales")
    nav.taper("nom_usage", "Durand")
    par_fragment(nav, fichier(WORD.octets(), WORD.nom))
    assert nav.statut == 422
    assert "Word" in mots(nav.page.find(id="alerte"))
    assert "Word" in nav.erreurs()[0]
    assert nav.valeur("nom_usage") == "Durand", "rien d’autre n’a bougé"
    nav.envoyer()
    assert ana.valeur("personne", "nom_usage") == "Durand"


@pytest.mark.parametrize("htmx", [True, False], ids=["avec script", "sans script"])
def test_retirer_dans_l_etape_ramene_a_la_piece_et_s_y_annule(ana, htmx):  # noqa: F811
    nav = ana.navigateur(htmx=htmx, slug="informations-generales")
    envoyer(nav, fichier(jpeg(), "recto.jpg"), fichier(png(), "verso.png"))
    nav.ouvrir(ana.adresse("informations-generales"))
    nav.envoyer(bouton="Retirer recto.jpg")
    assert noms_affiches(nav) == ["verso.jpg"]
    assert [mots(vise) for vise in nav.page.select("[autofocus]")] == ["Annuler le retrait de recto.jpg"]
    nav.envoyer(bouton="Annuler le retrait de recto.jpg")
    assert noms_affiches(nav) == ["recto.jpg", "verso.jpg"]
    assert [mots(vise) for vise in nav.page.select("[autofocus]")] == ["recto.jpg"]
    if htmx:
        assert mots(nav.page.find(id="annonce")) == "Document remis."


def test_remettre_au_dela_du_maximum_se_dit_dans_l_etape(ana, monkeypatch):  # noqa: F811
    nav = ana.navigateur(slug="informations-generales")
    envoyer(nav, fichier(jpeg(), "recto.jpg"))
    nav.envoyer(bouton="Retirer recto.jpg")
    monkeypatch.setattr(quotas, "MO_PAR_DEMANDE", 0.0001)
    nav.envoyer(bouton="Annuler le retrait de recto.jpg")
    assert nav.statut == 422
    assert "« recto.jpg » n’a pas été ajouté" in nav.texte().replace("\u00a0", " ")


def test_le_fichier_retire_d_une_autre_demande_ne_se_remet_pas(ana, autre):  # noqa: F811
    nav = ana.navigateur(slug="informations-generales")
    envoyer(nav, fichier(jpeg(), "recto.jpg"))
    nav.envoyer(bouton="Retirer recto.jpg")
    autre.poster("informations-generales", {"action": "remettre-fichier:1"})
    assert ana.nombre("fichier", "WHERE retire_le IS NULL") == 0


# --- Sur la page de la pièce -----------------------------------------------------------------------------------------------


@les_deux_moteurs
def test_la_page_d_une_piece_dit_pourquoi_ce_qui_convient_et_ramene_a_l_etape(ana_remplie):  # noqa: F811
    nav = ana_remplie.navigateur(slug="revenu-fiscal")
    nav.suivre("Avis d’impôt 2025 (vous)")
    assert nav.h1 == "Avis d’impôt 2025 (vous)"
    assert "Votre revenu fiscal de référence dit à quels logements vous avez droit." in nav.texte()
    assert "Un seul de ces documents suffit :" in nav.texte()
    assert len(nav.page.select("main h2 ~ ul li")) == 3
    envoyer(nav, fichier(pdf_simple(), "avis.pdf"))
    assert noms_affiches(nav) == ["avis.pdf"]
    assert nav.adresse == f"{ana_remplie.adresse()}/pieces/AIS2025", "après l’envoi, une page que l’on peut recharger"
    nav.suivre("Revenir à l’étape « Revenu fiscal »")
    assert nav.h1 == "Revenu fiscal"
    assert "Avis d’impôt 2025 (vous) reçue" in nav.volet("revenu-fiscal")


def test_hors_union_la_page_montre_les_titres_de_sejour(ana):  # noqa: F811
    with ana.declaration() as declaration:
        declaration.personnes[0].nationalite = Nationalite.HORS_UNION_EUROPEENNE
    nav = ana.navigateur().ouvrir(f"{ana.adresse()}/pieces/ID")
    assert nav.h1 == "Titre de séjour (vous)"
    assert "Carte de résident" in nav.texte()
    assert "passeport, même périmés" not in nav.texte()


def test_chaque_piece_attendue_a_sa_page(couple):  # noqa: F811
    nav = couple.navigateur(slug="motifs")
    adresses = [lien["href"] for lien in nav.page.select("#volet .pieces a")]
    assert len(adresses) == len(set(adresses)) >= 8
    for adresse in adresses:
        nav.ouvrir(adresse)
        assert nav.statut == 200
        assert case(nav)


@les_deux_moteurs
def test_je_n_ai_pas_ce_document_se_dit_et_se_dedit(ana_remplie):  # noqa: F811
    nav = ana_remplie.navigateur().ouvrir(f"{ana_remplie.adresse()}/pieces/AIS2025")
    nav.envoyer(bouton="Je n’ai pas ce document")
    assert "vous ne l’avez pas" in nav.texte()
    assert nav.page.find("button", value="joindre"), "on peut changer d’avis"
    envoyer(nav, fichier(pdf_simple(), "avis.pdf"))
    assert "vous ne l’avez pas" not in nav.texte()
    assert not [b for b in nav.page.find_all("button") if "Je n’ai pas" in mots(b)]


def test_on_ne_peut_pas_ne_pas_avoir_de_piece_d_identite(ana):  # noqa: F811
    nav = ana.navigateur().ouvrir(f"{ana.adresse()}/pieces/ID")
    assert not [b for b in nav.page.find_all("button") if "Je n’ai pas" in mots(b)]


def test_le_bouton_je_n_ai_pas_suit_les_fichiers_recus_par_fragment(ana_remplie):  # noqa: F811
    nav = ana_remplie.navigateur(htmx=True).ouvrir(f"{ana_remplie.adresse()}/pieces/AIS2025")
    par_fragment(nav, fichier(pdf_simple(), "avis.pdf"))
    assert noms_affiches(nav) == ["avis.pdf"]
    assert not [b for b in nav.page.find_all("button") if "Je n’ai pas" in mots(b)]
    nav.envoyer(bouton="Retirer avis.pdf")
    assert [b for b in nav.page.find_all("button") if "Je n’ai pas" in mots(b)]


def test_sur_sa_page_ajouter_sans_choisir_et_retirer_deux_fois(ana_remplie):  # noqa: F811
    nav = ana_remplie.navigateur().ouvrir(f"{ana_remplie.adresse()}/pieces/AIS2025")
    nav.envoyer(bouton="Ajouter un fichier")
    assert nav.statut == 422
    assert reception.SANS_FICHIER in nav.texte()
    envoyer(nav, fichier(pdf_simple(), "avis.pdf"))
    numero = ana_remplie.valeur("fichier", "id")
    for _ in range(2):
        adresse = nav.page.select_one("main form")["action"]
        nav.poster(adresse, {"csrf_token": nav.valeur("csrf_token"), "action": f"retirer-fichier:{numero}"}, htmx=False)
        assert nav.statut == 200
    assert noms_affiches(nav) == []


def test_la_meme_piece_de_deux_personnes_ne_se_confond_pas(couple):  # noqa: F811
    nav = couple.navigateur(slug="demandeurs")
    nav.suivre("Pièce d’identité (Tom)")
    envoyer(nav, fichier(jpeg(), "tom.jpg"))
    assert nav.h1 == "Pièce d’identité (Tom)"
    nav.ouvrir(couple.adresse("demandeurs"))
    assert "Pièce d’identité (Tom) reçue" in nav.volet("demandeurs")
    assert "Pièce d’identité (vous) à joindre" in nav.volet("informations-generales")


@pytest.mark.parametrize("suite", ["XYZ", "SAL/00000000", "ID/00000000", "ID-1", "%2e%2e", "PATR"])
def test_une_piece_qui_n_est_pas_attendue_n_a_pas_de_page(ana, suite):  # noqa: F811
    adresse = f"{ana.adresse()}/pieces/{suite}"
    assert ana.client.get(adresse, base_url=BASE).status_code == 404
    donnees = {"csrf_token": ana.jeton(), "action": "absente", "f": fichier(jpeg(), "a.jpg")}
    assert ana.client.post(adresse, data=donnees, base_url=BASE).status_code == 404
    assert ana.nombre("piece_fournie") == 0


# --- Une pièce que plus rien ne demande --------------------------------------------------------------------------------------


def test_un_fichier_dont_plus_rien_ne_demande_la_piece_se_voit_et_se_retire(ana_remplie):  # noqa: F811
    with ana_remplie.declaration() as declaration:
        declaration.foyer.attend_un_enfant = OuiNon.OUI
    nav = ana_remplie.navigateur().ouvrir(f"{ana_remplie.adresse()}/pieces/GROSS")
    envoyer(nav, fichier(pdf_simple(), "certificat.pdf"))
    ana_remplie.navigateur(slug="composition-du-foyer").repondre(attend_un_enfant="non")
    nav.ouvrir(ana_remplie.adresse("composition-du-foyer"))
    assert "Certificat de grossesse" not in nav.volet("composition-du-foyer")
    nav.ouvrir(f"{ana_remplie.adresse()}/verifier")
    assert "Documents qui ne sont plus demandés" in nav.texte()
    nav.suivre("Certificat de grossesse (vous)")
    assert "Vos réponses ont changé : ce document n’est plus demandé." in nav.texte()
    assert nav.client.get(nav.page.select_one(".fichiers a")["href"], base_url=BASE).status_code == 200
    nav.envoyer(bouton="Retirer certificat.pdf")
    assert nav.statut == 200, "la page de la pièce n’existe plus : on revient à la demande"
    assert "/pieces/" not in nav.adresse
    assert "Documents qui ne sont plus demandés" not in nav.ouvrir(f"{ana_remplie.adresse()}/verifier").texte()


def test_les_documents_d_une_personne_retiree_se_retirent_encore(couple):  # noqa: F811
    nav = couple.navigateur().ouvrir(couple.adresse("composition-du-foyer"))
    nav.suivre("Acte de naissance ou livret de famille (Zoé)")
    envoyer(nav, fichier(pdf_simple(), "acte.pdf"))
    zoe = couple.valeur("personne", "id", "WHERE prenoms = 'Zoé'")
    couple.navigateur(slug="composition-du-foyer").forger(f"retirer-oui:a-charge:{zoe}")
    nav.ouvrir(f"{couple.adresse()}/verifier").suivre("Acte de naissance ou livret de famille (Zoé)")
    assert noms_affiches(nav) == ["acte.pdf"]


# --- Télécharger ---------------------------------------------------------------------------------------------------------------


@pytest.mark.asvs("3.2.1", "3.4.4", "5.4.1")
def test_un_fichier_se_telecharge_et_ne_s_ouvre_jamais_comme_une_page(ana):  # noqa: F811
    envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "Pièce n°1 (été).jpg"))
    numero = ana.valeur("fichier", "id")
    reponse = ana.client.get(f"{ana.adresse()}/pieces/fichiers/{numero}", base_url=BASE)
    assert reponse.status_code == 200
    entetes = reponse.headers
    assert entetes["Content-Type"] == "image/jpeg"
    assert entetes["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Pi%C3%A8ce" in entetes["Content-Disposition"]
    assert entetes["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert entetes["X-Content-Type-Options"] == "nosniff"
    assert entetes["Cache-Control"] == "no-store"
    assert reponse.data.startswith(b"\xff\xd8\xff")
    assert b"TelephoneDeTest" not in reponse.data


def test_un_fichier_retire_ne_se_telecharge_plus(ana):  # noqa: F811
    nav = envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "a.jpg"))
    numero = ana.valeur("fichier", "id")
    nav.envoyer(bouton="Retirer a.jpg")
    assert ana.client.get(f"{ana.adresse()}/pieces/fichiers/{numero}", base_url=BASE).status_code == 404


def test_un_contenu_perdu_se_dit_sans_panne(ana):  # noqa: F811
    nav = envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "a.jpg"))
    with ana.app.app_context():
        from portail.stockage import stockage

        stockage().supprimer(ana.lire(sa.text("SELECT cle FROM fichier"))[0][0])
    nav.ouvrir(f"{ana.adresse()}/pieces/fichiers/{ana.valeur('fichier', 'id')}")
    assert nav.statut == 503
    assert nav.h1 == "Ce document ne peut pas être ouvert"
    assert nav.lien("Revenir à ma demande")


# --- Frein ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.asvs("2.4.1")
def test_trop_d_envois_ralentissent_les_fichiers_sans_perdre_les_reponses(ana, monkeypatch):  # noqa: F811
    from portail import freins

    monkeypatch.setattr(freins, "TELEVERSEMENT_PAR_COMPTE", freins.Regle("televersement-essai", 1, 60))
    nav = ana.navigateur(slug="informations-generales")
    envoyer(nav, fichier(jpeg(), "a.jpg"), fichier(png(), "b.png"), nom_usage="Durand")
    assert nav.statut == 422
    assert noms_affiches(nav) == ["a.jpg"]
    assert "Vous avez envoyé beaucoup de documents." in nav.texte()
    assert ana.valeur("personne", "nom_usage") == "Durand"
