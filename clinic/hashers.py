"""Password hashing tuned for a small machine."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes: about 50 ms and little memory, the OWASP minimum.

    Django's default takes 100 MiB a hash, so a few sign-ins at once would fill a clinic's only machine.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
