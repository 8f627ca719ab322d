"""Le trousseau : les clés de chiffrement et d'empreinte, les fabriquer, les reconnaître, passer de l'une à l'autre."""
