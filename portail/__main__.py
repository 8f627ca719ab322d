"""`python -m portail …`."""

from portail.cli import principal

principal()
