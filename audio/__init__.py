"""Sound in, sound out: ears and mouth. Knows no meaning; imports only `config`."""
