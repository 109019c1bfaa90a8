from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        from accounts.services.members import Parting, before_removal
        from agents.services.agents import before_deletion
        from chat.services.conversations import part_with_agent
        from chat.services.leaving import hold_for_parting, part_with_person

        before_deletion(part_with_agent)
        before_removal(Parting(hold_for_parting, part_with_person))
