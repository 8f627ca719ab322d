"""Mesures : des rapports dans un même passage, jamais des temps comparés d'un jour à l'autre."""
