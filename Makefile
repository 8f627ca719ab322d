# Un seul environnement, .venv : le verrou des tests contient celui du service, aux mêmes versions (un test l'affirme).
# Deux environnements coûteraient 200 Mo et une installation de plus sans rien vérifier de mieux.
# « make run » ne demande ni root, ni apt, ni npm. Les témoins .venv/.installe* évitent toute réinstallation.

SHELL := /bin/bash
PYTHON_VENV := .venv/bin/python
INSTALLER := $(PYTHON_VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r
TRAVAILLEURS ?= $(shell nproc 2>/dev/null || echo 2)

.DEFAULT_GOAL := help
.PHONY: help run demonstration test bench lint types audit sbom licences oracle verrous clean

help: ## Affiche cette aide
	@echo "Portail de la demande de logement social. Commandes :"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: .venv/.installe ## Installe ce qu’il faut et ouvre le portail sur http://127.0.0.1:8000 (PORTAIL_PORT=… pour un autre port)
	@PORTAIL_MODE=local $(PYTHON_VENV) -m portail servir

demonstration: .venv/.installe ## Redit par où entrer dans la démonstration de « PORTAIL_DEMO=1 make run », et le code du moment
	@PORTAIL_MODE=local PORTAIL_DEMO=1 $(PYTHON_VENV) -m portail demonstration

test: .venv/.installe-tests ## Installe ce qu’il faut et passe tous les tests (ARGS="tests/regles -k nir" pour en choisir)
	@outils/moyens_de_test.sh
	@$(PYTHON_VENV) -m pytest -p tests.rien_de_saute -n $(TRAVAILLEURS) --dist worksteal $(ARGS)

bench: .venv/.installe-tests ## Mesure temps, mémoire et poids, face à leurs limites (ARGS="guichet lieux" pour choisir)
	@$(PYTHON_VENV) -m tests.mesures $(ARGS)

lint: .venv/.installe-tests ## Vérifie le style et la mise en forme (ruff)
	@$(PYTHON_VENV) -m ruff check .
	@$(PYTHON_VENV) -m ruff format --check .

types: .venv/.installe-tests ## Vérifie les types (mypy)
	@$(PYTHON_VENV) -m mypy portail

audit: .venv/.installe ## Cherche les failles connues des bibliothèques (demande le réseau ; sort en 3 si tout n’a pas pu être vérifié)
	@$(PYTHON_VENV) -m outils.audit

sbom: .venv/.installe-tests ## Écrit la nomenclature des bibliothèques (CycloneDX) dans build/sbom.json
	@$(PYTHON_VENV) -m outils.nomenclature

licences: .venv/.installe-tests ## Réécrit docs/licences.md depuis les verrous et les métadonnées installées
	@$(PYTHON_VENV) -m outils.licences

oracle: ## Compare nos plafonds à openfisca-france, dans un environnement à part (facultatif)
	@test -x build/oracle/bin/python || python3 -m venv build/oracle
	@build/oracle/bin/python -m pip install --quiet -e '.[test]' openfisca-france
	@build/oracle/bin/python -m pytest -m oracle $(ARGS)

verrous: .venv/.installe-tests ## Régénère les verrous depuis setup.cfg (MAJ=1 pour tout mettre à jour)
	@outils/verrous.sh

clean: ## Efface ce qui se refait : .venv, paquets npm, caches, résultats ; jamais instance/, qui contient des données
	rm -rf .venv tests/npm/node_modules build dist resultats *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find portail tests migrations outils -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installe: requirements.lock
	@outils/venv.sh
	@echo "Installation des bibliothèques…"
	@$(INSTALLER) requirements.lock
	@touch $@

.venv/.installe-tests: requirements-test.lock
	@outils/venv.sh
	@echo "Installation des bibliothèques et des outils de test…"
	@$(INSTALLER) requirements-test.lock
	@touch .venv/.installe $@
