"""Rattacher par le numéro unique : l'identité et un code, sinon rien ; et rien ne dit pourquoi."""

from __future__ import annotations

import logging
import threading
from datetime import date

import pytest
import sqlalchemy as sa

from portail import taches
from portail.compte.modeles import Compte
from portail.db import db
from portail.demande import partage, rattachement
from portail.demande.modeles import (
    AlerteRattachement,
    CodeRattachement,
    Demande,
    EssaiRattachement,
    Evenement,
    GenreEvenement,
    Partage,
)
from portail.demande.reperes import normaliser
from portail.guichet.modeles import ActeJournal, EcritureJournal
from tests import fabriques
from tests.demande.test_requetes import requetes
from tests.fabriques import INSTANT, MOT_DE_PASSE
from tests.guichet.enregistrees import enregistrer
from tests.guichet.monde import monter
from tests.guichet.rattachements import (
    LEA,
    TOM,
    couple,
    dernier_code,
    envois,
    navigateur_de,
    papier_enregistre,
    personne,
    proposer,
    prouver,
)

pytestmark = pytest.mark.menace("T2")

CODE_FAUX = "Ce code n’est pas le bon, ou il ne vaut plus rien."


def proprietaire(demande_id: int) -> int | None:
    with db.sessionmaker() as session:
        return session.get_one(Demande, demande_id).compte_id


def nombre(table) -> int:
    with db.sessionmaker() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.mark.asvs("6.4.2")
def test_le_titulaire_rattache_sa_demande_avec_le_code_du_dossier(app, monde):
    papier = papier_enregistre(monde)
    lea = personne(app, "lea.neuve@exemple.fr", "l" * 43, **LEA)
    proposer(lea, f" {papier.numero[:3]}-{papier.numero[3:9]} {papier.numero[9:]} ".replace("0", "o", 1).lower())
    assert lea.adresse == "/demandes/rattacher/code"
    assert "Si ce numéro est le vôtre, un code part" in lea.texte()
    (message,) = envois("rattachement-code-")
    assert (message.destinataire, message.sujet) == ("lea.papier@exemple.fr", "Votre code")
    assert papier.numero not in message.corps
    prouver(lea, dernier_code().lower().replace("-", " "))
    assert lea.h1 == "Bonjour Léa !"
    assert proprietaire(papier.demande) is not None
    (prevenue,) = envois("rattachement_fait-")
    assert prevenue.destinataire == "lea.papier@exemple.fr"
    sien = proprietaire(papier.demande)
    with db.sessionmaker() as session:
        acte = session.scalars(sa.select(EcritureJournal).where(EcritureJournal.acte == ActeJournal.RATTACHEMENT)).one()
        assert (acte.demande_id, acte.compte_id) == (papier.demande, sien)
        genre = sa.select(Evenement).where(Evenement.genre == GenreEvenement.RATTACHEMENT)
        assert session.scalars(genre).one().demande_id == papier.demande
        assert session.scalars(sa.select(EssaiRattachement.numero)).all() == [None], "le numéro examiné s’oublie"


def test_le_code_ne_sert_qu_une_fois_et_quinze_minutes(app, monde, horloge):
    papier = papier_enregistre(monde)
    lea = proposer(personne(app, "lea.neuve@exemple.fr", "l" * 43, **LEA), papier.numero)
    code = dernier_code()
    horloge.avancer(minutes=15)
    assert CODE_FAUX in prouver(lea, code).texte()
    assert proprietaire(papier.demande) is None
    lea.ouvrir("/demandes/rattacher").envoyer(actuel=MOT_DE_PASSE, bouton="Continuer")
    proposer(lea, papier.numero)
    assert dernier_code() != code
    prouver(lea, dernier_code())
    assert proprietaire(papier.demande) is not None
    assert CODE_FAUX in prouver(lea, dernier_code()).texte()


@pytest.mark.asvs("7.5.3")
def test_une_session_ancienne_redit_qui_elle_est_avant_de_proposer(app, monde, horloge):
    papier = papier_enregistre(monde)
    lea = personne(app, "lea.neuve@exemple.fr", "l" * 43, **LEA).ouvrir("/demandes/rattacher")
    horloge.avancer(minutes=11)
    lea.envoyer({"numero": papier.numero}, "Accéder")
    assert lea.h1 == "Confirmez que c’est bien vous"
    assert nombre(EssaiRattachement) == 0
    lea.envoyer(actuel=MOT_DE_PASSE, bouton="Continuer")
    lea.envoyer(bouton="Envoyer de nouveau")
    assert lea.adresse == "/demandes/rattacher/code"
    assert nombre(EssaiRattachement) == 1
    horloge.avancer(minutes=11)
    for adresse in ("/demandes/rattacher", "/demandes/rattacher/bordereau"):
        assert lea.client.get(adresse).headers["Location"].startswith("/compte/prouver")


@pytest.mark.asvs("6.6.2")
def test_le_code_d_un_compte_ne_vaut_rien_pour_un_autre(app, monde):
    papier = papier_enregistre(monde)
    proposer(personne(app, "lea.neuve@exemple.fr", "l" * 43, **LEA), papier.numero)
    autre = personne(app, "jumelle@exemple.fr", "j" * 43, **LEA)
    assert CODE_FAUX in prouver(autre, dernier_code()).texte()
    assert proprietaire(papier.demande) is None


@pytest.mark.asvs("6.4.2")
@pytest.mark.parametrize(
    "ecart",
    [{"nom_naissance": "Morau"}, {"date_naissance": date(1984, 4, 10)}, {"nir": None}],
    ids=["autre nom", "autre naissance", "numéro absent du compte"],
)
def test_une_identite_discordante_ne_recoit_rien(app, monde, ecart):
    papier = papier_enregistre(monde)
    nav = proposer(personne(app, "autre@exemple.fr", "a" * 43, **{**LEA, **ecart}), papier.numero)
    assert "Si ce numéro est le vôtre" in nav.texte()
    assert envois("rattachement") == []


@pytest.mark.parametrize("au_compte", ["D'Angelo", "DAngelo", "DANGELO", "d angelo"])
def test_un_nom_a_apostrophe_est_le_meme_ecrit_sans_elle(app, monde, au_compte):
    papier = papier_enregistre(monde)
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, papier.demande).nom_cherche = normaliser("D’Angelo")
    lea = proposer(
        personne(app, "lea.neuve@exemple.fr", "l" * 43, **{**LEA, "nom_naissance": au_compte}), papier.numero
    )
    prouver(lea, dernier_code())
    assert proprietaire(papier.demande) is not None


def test_changer_d_identite_apres_le_code_ne_suffit_plus(app, monde):
    papier = papier_enregistre(monde)
    lea = proposer(personne(app, "lea.neuve@exemple.fr", "l" * 43, **LEA), papier.numero)
    with db.sessionmaker() as session, session.begin():
        session.scalars(sa.select(Compte).where(Compte.courriel == "lea.neuve@exemple.fr")).one().nom_naissance = "X"
    assert CODE_FAUX in prouver(lea, dernier_code()).texte()


def test_deja_rattachee_le_titulaire_est_prevenu_une_fois_et_personne_n_a_de_code(app, monde):
    sien = couple(monde)
    double = personne(app, "lea.bis@exemple.fr", "b" * 43, **LEA)
    for _ in range(3):
        proposer(double, sien.numero)
    assert envois("rattachement-code-") == []
    (prevenue,) = envois("rattachement_tentative-")
    assert prevenue.destinataire == "lea@exemple.fr"
    assert proprietaire(sien.demande) == sien.lea


def test_trois_codes_par_jour_au_plus_pour_une_demande(app, monde):
    papier = papier_enregistre(monde)
    for rang in range(4):
        proposer(personne(app, f"lea{rang}@exemple.fr", f"{rang:043d}", **LEA), papier.numero)
    assert len(envois("rattachement-code-")) == 3


def test_une_demande_active_dans_le_territoire_se_dit_et_rien_ne_change(app, monde):
    papier = papier_enregistre(monde)
    with db.sessionmaker() as session:
        nouveau = fabriques.compte(session, "lea.neuve@exemple.fr", **LEA)
        fabriques.brouillon(session, nouveau)
        compte_id = nouveau.id
    lea = proposer(navigateur_de(app, compte_id, "l" * 43), papier.numero)
    assert "il ne peut y en avoir qu’une" in prouver(lea, dernier_code()).texte()
    assert proprietaire(papier.demande) is None


def test_ce_qui_n_est_pas_un_numero_se_dit_sans_compter(app, monde):
    nav = personne(app, "lea.neuve@exemple.fr", "l" * 43, **LEA)
    for saisie in ("", "069", "069132026000001692660", "ÉÉÉ122600000169266"):
        nav.ouvrir("/demandes/rattacher").envoyer({"numero": saisie}, "Accéder")
        assert nav.statut == 422
    assert nombre(EssaiRattachement) == 0


def refus(app, monde) -> dict[str, tuple[str, int]]:
    """Quatre numéros qui ne donnent rien, chacun proposé par un compte qui ne sait pas pourquoi : (numéro, compte)."""
    papier = papier_enregistre(monde, courriel=None)
    numero_ana = enregistrer(monde.demande_69, monde.instructeur)
    with db.sessionmaker() as session:
        comptes = [fabriques.compte(session, f"essai{rang}@exemple.fr", **LEA).id for rang in range(3)]
        double = fabriques.compte(session, "ana.bis@exemple.fr").id
    return {
        "inconnu": ("069112699999969266", comptes[0]),
        "discordant": (numero_ana, comptes[1]),
        "sans adresse": (papier.numero, comptes[2]),
        "déjà rattaché": (numero_ana, double),
    }


def test_les_refus_ne_se_distinguent_ni_par_la_page_ni_par_les_requetes(app, monde):
    """La page, son poids, ses en-têtes et ses ordres SQL sont les mêmes ; rien d'autre ne fait varier son temps."""
    vues = {}
    for rang, (cas, (numero, compte_id)) in enumerate(refus(app, monde).items()):
        nav = navigateur_de(app, compte_id, f"{rang:043d}").ouvrir("/demandes/rattacher")
        saisie = nav.saisie(nav.formulaire("numero"))
        saisie.setlist("numero", [numero])
        with requetes(app) as envoyees:
            nav.poster("/demandes/rattacher", saisie)
        taches.rattachement.examiner(INSTANT)
        vues[cas] = (nav.statut, nav.adresse, nav.texte(), list(envoyees))
    assert len({repr(vue) for vue in vues.values()}) == 1, vues
    assert envois("rattachement-code-") == []
    with db.sessionmaker() as session:
        assert all(session.scalars(sa.select(EssaiRattachement.refuse_le)))


@pytest.mark.asvs("2.3.2", "2.4.1")
def test_cinq_essais_par_jour_et_par_compte_bordereaux_compris(app, monde, horloge):
    nav = personne(app, "lea.neuve@exemple.fr", "l" * 43, **LEA)
    for ordre in range(1, 5):
        proposer(nav, f"0691126{ordre:06d}69266")
    nav.ouvrir("/demandes/rattacher/bordereau").envoyer({"code": "ABCD-EFGH-JKMN"}, "Accéder")
    assert nav.statut == 422
    proposer(nav, "069112600000969266")
    assert nav.statut == 429
    assert int(nav.reponse.headers["Retry-After"]) > 3600
    assert nombre(EssaiRattachement) == 5


@pytest.mark.asvs("16.3.3")
def test_des_numeros_a_la_suite_ne_revelent_rien_et_levent_l_alarme(app, monde, naviguer, caplog):
    """Dix comptes, cinq numéros chacun, autour d'une vraie demande (la mesure entière : tests/mesures/rattachement.py)."""
    sien = couple(monde)
    debut = int(sien.numero[7:13])
    textes = set()
    with caplog.at_level(logging.WARNING):
        for rang in range(10):
            nav = personne(app, f"p{rang}@exemple.fr", f"{rang:043d}", nom_naissance=f"Nom{rang}", nir=None)
            nav.client.environ_base = {**nav.client.environ_base, "REMOTE_ADDR": f"198.51.{rang}.7"}
            for pas in range(5):
                ordre = debut - 20 + rang * 5 + pas
                proposer(nav, f"{sien.numero[:7]}{max(ordre, 1):06d}{sien.numero[13:]}")
                textes.add((nav.statut, nav.texte()))
    assert len(textes) == 1
    assert envois("rattachement") == []
    assert nombre(AlerteRattachement) == 1, "une alerte par heure"
    assert "alerte : 40 rattachements refusés en une heure" in caplog.text
    assert sien.numero not in caplog.text
    with db.sessionmaker() as session:
        acte = session.scalars(sa.select(EcritureJournal).where(EcritureJournal.acte == ActeJournal.ALERTE)).one()
        assert (acte.objet, acte.compte_id) == ("rattachement : 40 refus en une heure", None)
    phrase = "Des numéros de demande ont été essayés en grand nombre"
    assert phrase in naviguer(monde.responsable).ouvrir("/guichet/tableau-de-bord").texte()
    assert phrase not in naviguer(monde.accueil).ouvrir("/guichet/tableau-de-bord").texte()


def test_qui_va_lentement_leve_l_alarme_du_jour(app, monde):
    from datetime import timedelta

    from portail.demande.alarme_rattachement import noter_un_refus

    with db.sessionmaker() as session, session.begin():
        for rang in range(120):
            noter_un_refus(session, monde.ana, INSTANT + timedelta(minutes=11 * rang))
    assert nombre(AlerteRattachement) == 1


@pytest.mark.asvs("15.4.2")
def test_deux_comptes_au_meme_instant_un_seul_la_prend(app_deux_moteurs):
    monde = monter()
    papier = papier_enregistre(monde)
    with db.sessionmaker() as session:
        comptes = [fabriques.compte(session, f"lea{rang}@exemple.fr", **LEA).id for rang in range(2)]
        for compte_id in comptes:
            rattachement.proposer(session, compte_id, papier.numero, INSTANT)
        session.commit()
    codes = []
    for _ in comptes:
        assert rattachement._examiner_le_suivant(INSTANT)
        codes.append(dernier_code())
    assert nombre(CodeRattachement) == 2
    ensemble, issues = threading.Barrier(2), []

    def essayer(compte_id: int, code: str) -> None:
        with app_deux_moteurs.app_context(), db.sessionmaker() as session:
            ensemble.wait()
            try:
                with session.begin():
                    rattachement.prouver(session, session.get_one(Compte, compte_id), code, INSTANT)
                issues.append("prise")
            except rattachement.RattachementRefuse:
                issues.append("refusée")

    fils = [threading.Thread(target=essayer, args=paire) for paire in zip(comptes, codes, strict=True)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(issues) == ["prise", "refusée"]


def test_retirer_l_acces_pendant_que_le_code_se_saisit_n_interbloque_pas(app_deux_moteurs):
    """Tom a lu deux codes et n'en a saisi qu'un : le second ne lui rend pas l'accès que Léa retire au même instant."""
    sien = couple(monter())
    with db.sessionmaker() as session:
        tom = fabriques.compte(session, "tom@exemple.fr", **TOM).id
        for _ in range(2):
            rattachement.proposer(session, tom, sien.numero, INSTANT)
        session.commit()
    codes = []
    for _ in range(2):
        assert rattachement._examiner_le_suivant(INSTANT)
        codes.append(dernier_code())
    issues: list[str] = []

    def saisir(code: str) -> None:
        with app_deux_moteurs.app_context(), db.sessionmaker() as session:
            try:
                with session.begin():
                    rattachement.prouver(session, session.get_one(Compte, tom), code, INSTANT)
                issues.append("donné")
            except rattachement.RattachementRefuse:
                issues.append("refusé")

    saisir(codes[0])
    saisie = threading.Thread(target=saisir, args=(codes[1],))
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, sien.demande, with_for_update=True)
        saisie.start()
        attendre_un_verrou(saisie)
        vise = session.scalars(sa.select(Partage.id)).one()
        partage.changer(session, demande, vise, peut_ecrire=None)
    saisie.join(10)
    assert issues == ["donné", "refusé"]
    assert (nombre(Partage), nombre(CodeRattachement)) == (0, 0)


def attendre_un_verrou(fil: threading.Thread) -> None:
    """Jusqu'à ce que PostgreSQL dise le fil arrêté. SQLite n'en dit rien : le fil y attend avant tout ordre."""
    requete = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while db.engine.dialect.name == "postgresql" and fil.is_alive():
        with db.engine.connect() as connexion:
            if connexion.scalar(requete):
                return


def test_le_co_demandeur_se_rattache_en_lecture_par_le_meme_chemin(app, monde):
    sien = couple(monde)
    tom = proposer(personne(app, "tom@exemple.fr", "t" * 43, **TOM), sien.numero)
    (message,) = envois("rattachement-code-")
    assert message.destinataire == "lea@exemple.fr", "c’est Léa qui reçoit le code, et décide"
    assert "Si vous êtes d’accord, donnez-lui ce code." in message.corps
    prouver(tom, dernier_code())
    assert proprietaire(sien.demande) == sien.lea
    assert nombre(Partage) == 1
    assert "vous pouvez la lire" in tom.ouvrir("/demandes").texte()
    (prevenue,) = envois("partage-")
    assert prevenue.destinataire == "lea@exemple.fr"
    proposer(tom, sien.numero)
    assert len(envois("rattachement-code-")) == 1, "déjà rattaché : rien de plus"
