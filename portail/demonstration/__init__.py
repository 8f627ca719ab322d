"""La démonstration (`PORTAIL_DEMO=1`) : des guichets, des agents et deux cents demandes de personnes fictives.

Dans un dossier à elle (`instance/demonstration`), jamais en production. Les demandes vivent leur vie par les vraies
fonctions du métier, dans l'ordre des jours, avec leur journal : ce que montre la démonstration, le portail l'a fait.
"""
