"""Le NIR s'accorde-t-il avec l'identité déclarée ? (fiche domaine § 7.1)

Un écart avertit et ne bloque jamais : changement de sexe à l'état civil, erreur du répertoire,
numéro provisoire existent. Chaque écart est une phrase à montrer à la personne.
"""

from __future__ import annotations

from datetime import date

PROVISOIRES = {"3", "4", "7", "8"}  # en cours d'immatriculation ou en attente : la clé seule se contrôle
ETRANGER = "99"
# Algérie, Maroc, Tunisie : départements d'alors, dernière année où ils ont servi.
AVANT_L_INDEPENDANCE: dict[str, tuple[frozenset[str], int]] = {
    "99352": (frozenset({"91", "92", "93", "94"}), 1962),
    "99350": (frozenset({"95"}), 1956),
    "99351": (frozenset({"96"}), 1956),
}


def ecarts(
    numero: str,
    *,
    est_femme: bool | None = None,
    naissance: date | None = None,
    lieu: str | None = None,
) -> list[str]:
    """Les désaccords entre un NIR de 15 caractères et l'identité (ce qui est inconnu n'est pas comparé).

    `lieu` : code Insee de la commune de naissance (« 69266 ») ou du pays (« 99352 »).
    """
    if numero[0] in PROVISOIRES:
        return []
    phrases = []
    if est_femme is not None and (numero[0] == "2") != est_femme:
        phrases.append(f"Le premier chiffre ({numero[0]}) ne correspond pas à la civilité indiquée.")
    if naissance is not None:
        if int(numero[1:3]) != naissance.year % 100:
            phrases.append(f"Les chiffres de l’année ({numero[1:3]}) ne correspondent pas à la date de naissance.")
        if "01" <= numero[3:5] <= "12" and int(numero[3:5]) != naissance.month:
            phrases.append(f"Les chiffres du mois ({numero[3:5]}) ne correspondent pas à la date de naissance.")
    if lieu and not _meme_lieu(numero, lieu, naissance):
        phrases.append("Les chiffres du lieu de naissance ne correspondent pas à la commune ou au pays indiqué.")
    return phrases


def _meme_lieu(numero: str, lieu: str, naissance: date | None) -> bool:
    """Compare le département, ou « étranger ». Jamais la commune : trop de codes ont changé depuis.

    Avant 1968, l'Île-de-France n'avait que 75, 77 et 78 ; avant 1976, la Corse était le 20.
    """
    departement = numero[5:7]
    if lieu.startswith("99"):
        return departement == ETRANGER or _etait_un_departement(lieu, departement, naissance)
    attendu = lieu[:2]
    if attendu in {"2A", "2B"}:
        return departement in {attendu, "20"}
    if attendu in {"97", "98"}:
        return departement in {"97", "98"}
    if naissance is not None and naissance.year < 1968 and attendu in {"75", "77", "78", "91", "92", "93", "94", "95"}:
        return departement in {attendu, "75", "77", "78"}
    return departement == attendu


def _etait_un_departement(pays: str, departement: str, naissance: date | None) -> bool:
    """Les naissances d'avant l'indépendance gardent un code de département."""
    departements, derniere_annee = AVANT_L_INDEPENDANCE.get(pays, (frozenset(), 0))
    return departement in departements and (naissance is None or naissance.year <= derniere_annee)
