"""Addresses of team mode. The names are those that django-allauth looks for."""

from allauth.account.urls import urlpatterns as of_accounts
from allauth.account.views import LoginView, SignupView
from django.urls import path

from accounts.services.members import has_no_owner, sign_up_is_open
from accounts.team import views

login = LoginView.as_view(extra_context={"sign_up_is_open": sign_up_is_open})
signup = SignupView.as_view(extra_context={"has_no_owner": has_no_owner})
ours = [
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/<uuid:invitation_id>/revoke/", views.revoke, name="revoke_invitation"),
    path("invitation/<str:token>/", views.follow, name="invitation"),
    path("login/", login, name="account_login"),
    path("signup/", signup, name="account_signup"),
]
#: Those of ours stand for theirs, and there are no codes by mail to sign in with.
NOT_THEIRS = {*(entry.name for entry in ours), "account_confirm_login_code"}
urlpatterns = [*ours, *(one for one in of_accounts if one.name not in NOT_THEIRS)]
