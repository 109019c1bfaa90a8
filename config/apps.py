from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Makes the house's own commands and checks known to Django."""

    name = "config"
    verbose_name = "Parley"

    def ready(self) -> None:
        from config import checks  # noqa: F401 (registers them, once the settings are there)
