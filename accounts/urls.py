from django.apps import apps
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from accounts import views

app_name = "accounts"
if apps.is_installed("allauth"):
    from allauth.account.views import logout

    from accounts.team.urls import login
else:
    login = LoginView.as_view(template_name="account/login.html")
    logout = LogoutView.as_view()

urlpatterns = [
    path("settings/", views.settings_page, name="settings"),
    path("accounts/login/", login, name="login"),
    path("accounts/logout/", logout, name="logout"),
]
