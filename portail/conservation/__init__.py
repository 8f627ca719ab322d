"""La durée de vie des données : ce qui s'efface, quand, après quelle annonce, et la preuve que cela a été fait.

Les durées sont dans `referentiels/donnees/parametres.csv`, avec leur source. `effacer` efface ; `registre` le
prouve ; `rejeu` le refait après une restauration ; `regles` dit quoi ; `annonces` prévient ; `purge` agit.
"""
