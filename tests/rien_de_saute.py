"""Greffon pytest (`-p tests.rien_de_saute`) : avec `CI=true`, un test sauté fait échouer la suite.

Un `xfail` n'est pas un test sauté : il a été exécuté, et sa raison est écrite à côté de lui.
"""

from __future__ import annotations

import pytest

from tests.manques import en_ci


class Guetteur:
    def __init__(self) -> None:
        self.sautes: list[str] = []

    def _noter(self, rapport: pytest.TestReport | pytest.CollectReport) -> None:
        if rapport.skipped and not hasattr(rapport, "wasxfail"):
            self.sautes.append(rapport.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._noter(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._noter(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.sautes and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.sautes:
            terminalreporter.section("CI=true : rien ne peut être sauté", red=True)
            for nom in self.sautes:
                terminalreporter.line(nom)


def pytest_configure(config: pytest.Config) -> None:
    # Sous xdist, seul le processus maître juge : les ouvriers lui envoient leurs rapports.
    if en_ci() and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Guetteur(), "rien-de-saute")
