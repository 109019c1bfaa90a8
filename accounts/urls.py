from django.apps import apps
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from accounts import program_views, views

app_name = "accounts"
if apps.is_installed("allauth"):
    from allauth.account.views import logout

    from accounts.team.urls import login
else:
    login = LoginView.as_view(template_name="account/login.html")
    logout = LogoutView.as_view()

urlpatterns = [
    path("settings/", views.settings_page, name="settings"),
    path("settings/keys/", program_views.make, name="make_key"),
    path("settings/keys/<uuid:key_id>/revoke/", program_views.revoke, name="revoke_key"),
    path("settings/programs/<uuid:family_id>/sign-out/", program_views.sign_out, name="sign_out_program"),
    path("accounts/login/", login, name="login"),
    path("accounts/logout/", logout, name="logout"),
]
