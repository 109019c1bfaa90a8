from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        from agents.services.agents import before_deletion
        from chat.services.conversations import part_with_agent

        before_deletion(part_with_agent)
