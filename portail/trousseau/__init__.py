"""Le trousseau, les clés de chiffrement et d'empreinte du portail : en fabriquer, reconnaître celles d'une base, passer de l'ancienne à la nouvelle."""
