"""Les outils du dépôt, lancés par make : « python -m outils.licences »."""
