"""Un co-demandeur rattaché : il lit ce qui le regarde, sur chaque route, et rien d'autre ; le titulaire en décide."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from portail.assistance import fils
from portail.assistance.modeles import Fil
from portail.compte.modeles import SaisieSuspendue
from portail.db import db
from portail.demande import depot, mise_a_jour
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Demande, Evenement, GenreEvenement, Partage
from portail.guichet.modeles import ActeJournal, EcritureJournal
from portail.regles.numero_unique import lisible
from tests.demande.test_acces import routes
from tests.documents.jumeau import textes_du_pdf
from tests.documents.lecture import Lecture
from tests.fabriques import INSTANT
from tests.guichet.gestes import presser
from tests.guichet.rattachements import (
    SECRETS,
    TOM,
    Couple,
    couple,
    dernier_code,
    navigateur_de,
    papier_enregistre,
    personne,
    proposer,
    prouver,
    rattacher_tom,
)
from tests.navigateur import Navigateur, mots
from tests.socle.routes import differences, photo

# Ce qu'un lecteur peut ouvrir ; tout le reste lui répond 404, comme à n'importe qui.
LISIBLES = {
    "/demandes/<int:demande_id>/fiche",
    "/demandes/<int:demande_id>/fiche.pdf",
    "/demandes/<int:demande_id>/formulaire",
    "/demandes/<int:demande_id>/formulaire.pdf",
    "/demandes/<int:demande_id>/attestation",
    "/demandes/<int:demande_id>/attestation.pdf",
    "/demandes/<int:demande_id>/evenements",
    "/demandes/<int:demande_id>/agenda.ics",
}
AU_TITULAIRE_SEUL = {"acces", "abandonner", "abandonner/annuler"}


@pytest.fixture
def sien(app, monde) -> Couple:
    return couple(monde)


def adresse(regle: str, demande_id: int) -> str:
    valeurs = {
        "demande_id": demande_id,
        "slug": "motifs",
        "code": "ID",
        "personne": "0" * 8,
        "fichier_id": 1,
        "televersement_id": 1,
    }
    for nom, valeur in valeurs.items():
        regle = regle.replace(f"<int:{nom}>", str(valeur)).replace(f"<{nom}>", str(valeur))
    assert "<" not in regle, regle
    return regle


def jeton_de(nav: Navigateur) -> str:
    return nav.ouvrir("/demandes/rattacher").page.find(attrs={"name": "csrf_token"})["value"]


def texte(reponse) -> str:
    brut = (
        " ".join(textes_du_pdf(Lecture(reponse.data)))
        if reponse.mimetype == "application/pdf"
        else reponse.get_data(as_text=True)
    )
    return brut.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.asvs("8.2.3", "15.3.1")
def test_chaque_route_d_une_demande_vue_par_un_lecteur(app, sien, dossier):
    tom = rattacher_tom(app, sien)
    jeton, avant = jeton_de(tom), photo(dossier)
    with db.sessionmaker() as session, session.begin():
        session.add(
            Evenement(
                demande_id=sien.demande, genre=GenreEvenement.PRIORITE, survenu_le=INSTANT, precision="Il me frappe."
            )
        )
        session.add(Evenement(demande_id=sien.demande, genre=GenreEvenement.MESSAGE, survenu_le=INSTANT))
    avant = photo(dossier)
    lues = set()
    for methode, regle in routes(app):
        reponse = tom.client.open(adresse(regle, sien.demande), method=methode, data={"csrf_token": jeton})
        attendu = 200 if methode == "GET" and regle in LISIBLES else 404
        assert reponse.status_code == attendu, f"{methode} {regle}"
        lu = texte(reponse)
        for secret in SECRETS:
            assert secret not in lu, f"{regle} montre « {secret} »"
        assert "iolence" not in lu, regle
        if attendu == 200:
            lues.add(regle)
            assert regle.endswith(".ics") or lisible(sien.numero) in lu, regle
            assert "Message du guichet" not in lu
    assert lues == LISIBLES
    assert differences(avant, photo(dossier)) <= {"document_emis", "frein"}


def test_le_titulaire_voit_toujours_tout_lui(app, sien):
    rattacher_tom(app, sien)
    lea = navigateur_de(app, sien.lea, "l" * 43)
    lu = texte(lea.client.get(f"/demandes/{sien.demande}/formulaire"))
    for secret in ("12 rue Cachée", "Il me frappe.", "41 000", "iolence"):
        assert secret in lu


@pytest.mark.asvs("8.2.3")
def test_les_documents_d_un_lecteur_disent_sa_part(app, sien):
    tom = rattacher_tom(app, sien)
    lu = texte(tom.client.get(f"/demandes/{sien.demande}/fiche"))
    for attendu in ("Cariste", "Léo", "Villeurbanne", "Établie pour un co-demandeur"):
        assert attendu in lu, attendu
    attestation = texte(tom.client.get(f"/demandes/{sien.demande}/attestation"))
    entiere = texte(navigateur_de(app, sien.lea, "l" * 43).client.get(f"/demandes/{sien.demande}/attestation"))
    code = entiere.split("Code de vérification : ")[-1][:14] if "Code de vérification" in entiere else ""
    assert "n’est pas montrée à un co-demandeur" in attestation
    assert code in attestation


@pytest.mark.asvs("8.3.2")
def test_permettre_d_ecrire_puis_le_reprendre(app, sien):
    tom = rattacher_tom(app, sien)
    lea = navigateur_de(app, sien.lea, "l" * 43)
    lea.ouvrir("/demandes").suivre("Qui peut voir ma demande")
    assert "Tom" in lea.texte()
    assert "Peut lire, depuis le" in lea.texte()
    presser(lea, "Lui permettre d’écrire")
    assert mots(lea.page.find(id="fait")) == "C’est fait : cette personne peut aussi écrire."
    assert "Peut lire et écrire" in lea.texte()
    carte = tom.ouvrir("/demandes").texte()
    assert "Compléter / mettre à jour" in carte
    assert "Abandonner la demande" not in carte
    assert "Qui peut voir ma demande" not in carte
    for suite in AU_TITULAIRE_SEUL:
        assert tom.client.get(f"/demandes/{sien.demande}/{suite}").status_code in {404, 405}
    presser(tom, "Compléter / mettre à jour")
    assert tom.h1 == "Informations générales"
    presser(lea, "Ne plus lui permettre d’écrire")
    assert tom.client.get(f"/demandes/{sien.demande}/etapes/motifs").status_code == 404
    assert tom.client.get(f"/demandes/{sien.demande}/fiche").status_code == 200
    lea.ouvrir(f"/demandes/{sien.demande}/acces")
    presser(lea, "Retirer l’accès")
    assert "Personne d’autre que vous." in lea.texte()
    assert tom.client.get(f"/demandes/{sien.demande}/fiche").status_code == 404
    assert "Lire la demande" not in tom.ouvrir("/demandes").texte()
    with db.sessionmaker() as session:
        actes = session.scalars(
            sa.select(EcritureJournal.objet)
            .where(EcritureJournal.acte == ActeJournal.PARTAGE)
            .order_by(EcritureJournal.id)
        )
        assert list(actes) == ["lecture donnée", "écriture permise", "lecture seule", "accès retiré"]


def test_un_co_demandeur_qui_ecrit_sait_que_vous_n_est_pas_lui(app, sien, horloge):
    tom = rattacher_tom(app, sien)
    lea = navigateur_de(app, sien.lea, "l" * 43)
    presser(lea.ouvrir(f"/demandes/{sien.demande}/acces"), "Lui permettre d’écrire")
    assert "Demande de Léa : vous y êtes co-demandeur" in tom.ouvrir("/demandes").texte().replace("\u00a0", " ")
    presser(tom, "Compléter / mettre à jour")
    pages = ("etapes/revenu-fiscal", "pieces/SAL", "verifier")
    for suite in pages:
        assert "« vous » veut dire Léa" in lu(tom, sien, suite)
        assert "veut dire" not in lu(lea, sien, suite)
    assert "Demande de Léa" not in lea.ouvrir("/demandes").texte()
    horloge.avancer(days=350)
    with db.sessionmaker() as session:
        compte_id = session.scalars(sa.select(Partage.compte_id)).one()
    assert "« vous » veut dire Léa" in lu(navigateur_de(app, compte_id, "u" * 43), sien, "renouveler")


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_l_acces_retire_pendant_une_saisie_ne_la_perd_pas_et_se_dit(app, sien, htmx):
    tom = rattacher_tom(app, sien)
    acces, etape = f"/demandes/{sien.demande}/acces", f"/demandes/{sien.demande}/etapes/motifs"
    lea = navigateur_de(app, sien.lea, "l" * 43)
    presser(lea.ouvrir(acces), "Lui permettre d’écrire")
    presser(tom.ouvrir("/demandes"), "Compléter / mettre à jour")
    saisie = tom.ouvrir(etape).saisie(tom.page.find("form", id="formulaire"))
    saisie["precisions"] = "Nous sommes six."
    presser(lea.ouvrir(acces), "Ne plus lui permettre d’écrire")
    tetes = {"HX-Request": "true"} if htmx else {}
    ici, ailleurs = (
        tom.client.post(adresse, data=saisie, headers=tetes) for adresse in (etape, "/demandes/9/etapes/motifs")
    )
    assert ici.status_code == 404
    assert "Cet envoi n’est pas enregistré" in ici.text
    assert "vous n’y avez plus accès" in ici.text
    textes = [BeautifulSoup(reponse.text, "html.parser").get_text() for reponse in (ici, ailleurs)]
    assert textes[0] == textes[1], "une demande qui n'existe pas répond de même"
    if not htmx:
        assert 'name="precisions" value="Nous sommes six."' in ici.text
        presser(lea.ouvrir(acces), "Lui permettre d’écrire")
        renvoi = {case["name"]: case["value"] for case in BeautifulSoup(ici.text, "html.parser").select("main input")}
        assert tom.client.post(etape, data=renvoi).status_code in {200, 303, 422}
        assert "Nous sommes six." in tom.ouvrir(etape).page.find(id="precisions").text


@pytest.mark.parametrize("ecrit", [True, False])
def test_le_cookie_perdu_la_saisie_se_garde_aussi_pour_le_co_demandeur_qui_ecrit(app, sien, ecrit):
    """La connexion promet que rien n'est perdu : la page d'un autre, sans sa session, ne dit plus qui l'a remplie."""
    rattacher_tom(app, sien)
    if ecrit:
        presser(
            navigateur_de(app, sien.lea, "l" * 43).ouvrir(f"/demandes/{sien.demande}/acces"), "Lui permettre d’écrire"
        )
    adresse, origine = f"/demandes/{sien.demande}/etapes/motifs", "http://127.0.0.1"
    sans_cookie = app.test_client()
    reponse = sans_cookie.post(adresse, data={"precisions": "Six."}, headers={"Origin": origine}, base_url=origine)
    assert "motif=expiree" in reponse.headers["Location"]
    with db.sessionmaker() as session:
        tom = session.scalars(sa.select(Partage.compte_id)).one()
        gardees = set(session.scalars(sa.select(SaisieSuspendue.compte_id)))
    assert gardees == ({sien.lea, tom} if ecrit else {sien.lea})


def test_le_co_demandeur_qui_se_retire_apprend_que_c_est_fait(app, sien):
    tom = rattacher_tom(app, sien)
    presser(navigateur_de(app, sien.lea, "l" * 43).ouvrir(f"/demandes/{sien.demande}/acces"), "Lui permettre d’écrire")
    presser(tom.ouvrir("/demandes"), "Compléter / mettre à jour")
    presser(tom.ouvrir(f"/demandes/{sien.demande}/etapes/demandeurs"), "Retirer Tom")
    presser(tom, "Oui, retirer Tom")
    presser(tom.ouvrir(f"/demandes/{sien.demande}/verifier"), "Soumettre ma demande", atteste="oui")
    assert tom.statut == 200
    assert "Vous n’êtes plus co-demandeur de cette demande" in tom.texte()
    assert tom.client.get(f"/demandes/{sien.demande}/fiche").status_code == 404


def lu(nav, sien, suite: str) -> str:
    return nav.ouvrir(f"/demandes/{sien.demande}/{suite}").texte().replace("\u00a0", " ")


def test_chaque_message_dit_qui_l_a_ecrit(app, sien):
    tom = rattacher_tom(app, sien)
    lea = navigateur_de(app, sien.lea, "l" * 43)
    page = f"/demandes/{sien.demande}/messages"
    presser(lea.ouvrir(f"/demandes/{sien.demande}/acces"), "Lui permettre d’écrire")
    presser(tom.ouvrir(page), "Envoyer le message", texte="Nous déménageons.")
    presser(lea.ouvrir(page), "Envoyer le message", texte="En mars.")
    auteurs = [mots(titre).split(", le ")[0] for titre in lea.page.select(".messages h2")]
    assert [auteur.split()[0] for auteur in auteurs] == ["Tom", "Vous"]
    with db.sessionmaker() as session:
        lus = fils.transcription(session, session.get_one(Demande, sien.demande))
    assert [lu.auteur.split()[0] for lu in lus] == ["Tom", "Léa"]


def test_le_fil_ouvert_par_un_co_demandeur_ne_reste_pas_lisible_une_fois_l_acces_retire(app, sien):
    tom = rattacher_tom(app, sien)
    lea = navigateur_de(app, sien.lea, "l" * 43)
    page, acces = f"/demandes/{sien.demande}/messages", f"/demandes/{sien.demande}/acces"
    presser(lea.ouvrir(acces), "Lui permettre d’écrire")
    presser(tom.ouvrir(page), "Envoyer le message", texte="Tom écrit le premier.")
    with db.sessionmaker() as session:
        fil = session.scalars(sa.select(Fil)).one()
    assert fil.compte_id == sien.lea
    suite = f"/aide/tchat/{fil.id}/suite?vu=0-1"

    def statuts() -> list[int]:
        return [nav.client.get(suite, headers={"HX-Request": "true"}).status_code for nav in (lea, tom)]

    assert statuts() == [200, 200]
    presser(lea.ouvrir(acces), "Retirer l’accès")
    assert statuts() == [200, 404]


def test_un_code_garde_de_cote_ne_rend_pas_l_acces_retire(app, sien):
    tom = proposer(personne(app, "tom@exemple.fr", "t" * 43, **TOM), sien.numero)
    garde = dernier_code()
    proposer(tom, sien.numero)
    prouver(tom, dernier_code())
    lea = navigateur_de(app, sien.lea, "l" * 43)
    presser(lea.ouvrir(f"/demandes/{sien.demande}/acces"), "Retirer l’accès")
    prouver(tom, garde)
    assert tom.client.get(f"/demandes/{sien.demande}/fiche").status_code == 404


def test_l_acces_d_une_autre_demande_ne_se_change_pas(app, sien, monde):
    rattacher_tom(app, sien)
    ana = navigateur_de(app, monde.ana, "n" * 43)
    with db.sessionmaker() as session:
        partage = session.scalars(sa.select(Partage.id)).one()
    jeton = jeton_de(ana)
    ana.client.post(
        f"/demandes/{monde.demande_69}/acces", data={"csrf_token": jeton, "partage": partage, "geste": "ecrire"}
    )
    with db.sessionmaker() as session:
        assert session.get_one(Partage, partage).peut_ecrire is False


def test_qui_n_est_plus_co_demandeur_n_a_plus_acces(app, sien):
    tom = rattacher_tom(app, sien)
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, sien.demande)
        brouillon = mise_a_jour.commencer(session, demande, INSTANT)
        brouillon.nb_codemandeurs = 0
        depot.deposer(session, brouillon, contexte_de(brouillon), INSTANT)
    assert tom.client.get(f"/demandes/{sien.demande}/fiche").status_code == 404
    with db.sessionmaker() as session:
        assert session.scalars(sa.select(Partage)).all() == []


def test_oter_le_co_demandeur_d_un_brouillon_ne_cache_pas_qui_peut_voir(app, sien):
    """Il lit encore, jusqu'au dépôt : le titulaire doit pouvoir lui retirer l'accès tout de suite."""
    rattacher_tom(app, sien)
    with db.sessionmaker() as session, session.begin():
        mise_a_jour.commencer(session, session.get_one(Demande, sien.demande), INSTANT).nb_codemandeurs = 0
    lea = navigateur_de(app, sien.lea, "l" * 43).ouvrir("/demandes").suivre("Qui peut voir ma demande")
    assert "Peut lire, depuis le" in lea.texte()


def test_le_co_demandeur_d_une_demande_papier_la_lit_et_le_guichet_la_garde(app, monde):
    papier = papier_enregistre(monde)
    tom = rattacher_tom(app, papier)
    assert tom.client.get(f"/demandes/{papier.demande}/fiche").status_code == 200
    with db.sessionmaker() as session:
        assert session.get_one(Demande, papier.demande).est_au_guichet
