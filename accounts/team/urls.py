"""Addresses of team mode. The names are those that django-allauth looks for."""

from allauth.account.urls import urlpatterns as of_accounts
from allauth.account.views import LoginView, SignupView
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as of_providers
from django.conf import settings
from django.urls import include, path

from accounts.services.members import has_no_owner, sign_up_is_open
from accounts.team import providers, views
from accounts.team.sessions import sessions

providers_here = [(one["provider_id"], one["name"]) for one in settings.OIDC_PROVIDERS]
login = LoginView.as_view(
    template_name="account/login.html",
    extra_context={"sign_up_is_open": sign_up_is_open, "providers": providers_here},
)
signup = SignupView.as_view(extra_context={"has_no_owner": has_no_owner})
ours = [
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/<uuid:invitation_id>/revoke/", views.revoke, name="revoke_invitation"),
    path("invitation/<str:token>/", views.follow, name="invitation"),
    path("sessions/", sessions, name="sessions"),
    path("second-factor/", include("allauth.mfa.base.urls")),
    path("second-factor/app/", include("allauth.mfa.totp.urls")),
    path("second-factor/recovery-codes/", include("allauth.mfa.recovery_codes.urls")),
    path("passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/reauthenticate/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("providers/", of_providers.connections, name="socialaccount_connections"),
    path("providers/signup/", of_providers.signup, name="socialaccount_signup"),
    path("providers/cancelled/", of_providers.login_cancelled, name="socialaccount_login_cancelled"),
    path("providers/error/", of_providers.login_error, name="socialaccount_login_error"),
    path("providers/<slug:provider_id>/login/", providers.go, name="openid_connect_login"),
    path("providers/<slug:provider_id>/login/callback/", providers.come_back, name="openid_connect_callback"),
    path("login/", login, name="account_login"),
    path("signup/", signup, name="account_signup"),
]
#: Those of ours stand for theirs, and there are no codes by mail to sign in with.
NOT_THEIRS = {*(getattr(entry, "name", "") for entry in ours), "account_confirm_login_code"}
urlpatterns = [*ours, *(one for one in of_accounts if one.name not in NOT_THEIRS)]
