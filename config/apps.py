from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Makes the house's own commands and checks known to Django."""

    name = "config"
    verbose_name = "Parley"
