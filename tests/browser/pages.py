"""The pages of the site that need nothing but a fresh installation."""

#: The first agent of a fresh installation.
AGENT = "/agents/01990000-0000-7000-8000-000000000001/"

PAGES = {
    "home": "/",
    "search": "/search/?q=a",
    "agents": "/agents/",
    "new agent": "/agents/new/",
    "agent": AGENT,
    "versions": f"{AGENT}versions/",
    "delete agent": f"{AGENT}delete/",
    "settings": "/settings/",
    "offline": "/offline/",
    "webhooks": "/settings/webhooks/",
    "the API": "/api/docs",
    "sign in": "/accounts/login/",
}
