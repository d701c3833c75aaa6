"""The whole site on one screen. The other apps are named as strings."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.mfa import urls as second_factor
from django.contrib import admin
from django.urls import include, path

from clinic.access import each_for_role, for_role
from clinic.roles import STAFF
from clinic.views import front_desk, health, owner, public, sign_in

admin.site.login = secure_admin_login(
    admin.site.login
)  # before the admin's addresses are read: password and second factor

urlpatterns = [
    path("", public.home, name="home"),
    # Only these pages of django-allauth: no sign-up, no sign-in links, no password by mail.
    path("accounts/login/", sign_in.sign_in, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/login/code/", sign_in.request_code, name="account_request_login_code"),
    path("accounts/login/code/confirm/", sign_in.type_code, name="account_confirm_login_code"),
    # A client who is signed in gives a fresh code for forms, consents and "my data".
    path("accounts/code/", sign_in.code_again, name="code_again"),
    path("accounts/code/confirm/", sign_in.code_again_confirm, name="code_again_confirm"),
    # Passwords and second factors are the staff's: a client's way in is the code.
    path("accounts/reauthenticate/", for_role(*STAFF)(account.reauthenticate), name="account_reauthenticate"),
    path("accounts/password/", for_role(*STAFF)(account.password_change), name="account_change_password"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path(
        "accounts/2fa/",
        include(
            each_for_role(
                second_factor.urlpatterns,
                *STAFF,
                but=("mfa_authenticate", "mfa_login_webauthn"),  # steps of signing in
            )
        ),
    ),
    path("accounts/devices/", include("allauth.usersessions.urls")),
    path("clients/", front_desk.clients, name="clients"),
    path("clients/new/", front_desk.client_new, name="client_new"),
    path("clients/<uuid:client_uuid>/contact/", front_desk.client_contact, name="client_contact"),
    path("clients/<uuid:client_uuid>/contact/edit/", front_desk.client_edit, name="client_edit"),
    path("clients/<uuid:client_uuid>/guardians/", front_desk.guardian_add, name="guardian_add"),
    path("guardians/<uuid:guardian_uuid>/remove/", front_desk.guardian_remove, name="guardian_remove"),
    path("clients/<uuid:client_uuid>/portal-access/", front_desk.portal_open, name="portal_open"),
    path("portal-access/<uuid:access_uuid>/end/", front_desk.portal_end, name="portal_end"),
    path("portal-access/<uuid:access_uuid>/code/", front_desk.desk_code, name="desk_code"),
    path("clients/<uuid:client_uuid>/appointments/new/", front_desk.appointment_new, name="appointment_new"),
    path("diary/", front_desk.diary, name="diary"),
    path("appointments/<uuid:appointment_uuid>/change/", front_desk.appointment_change, name="appointment_change"),
    path("appointments/<uuid:appointment_uuid>/<str:said>/", front_desk.appointment_move, name="appointment_move"),
    path("setup/", owner.setup, name="setup"),
    path("setup/practice/", owner.setup_practice, name="setup_practice"),
    path("setup/locations/new/", owner.setup_location, name="setup_location_new"),
    path("setup/locations/<uuid:location_uuid>/", owner.setup_location, name="setup_location"),
    path("setup/staff/new/", owner.setup_staff_new, name="setup_staff_new"),
    path("setup/staff/<uuid:member_uuid>/", owner.setup_staff, name="setup_staff"),
    path("setup/staff/<uuid:member_uuid>/<str:what>/", owner.setup_staff_change, name="setup_staff_change"),
    path("setup/content/<str:kind>/", owner.setup_content, name="setup_content"),
    path("setup/mail/", owner.setup_mail, name="setup_mail"),
    path("setup/mail/<uuid:message_uuid>/<str:what>/", owner.setup_mail_settle, name="setup_mail_settle"),
    path("mail/<str:token>/", public.mail_stop, name="mail_stop"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("intake.urls")),
    path("", include("sessions.urls")),
]
