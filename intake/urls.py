"""Addresses of this floor."""

from django.urls import path

from intake.views import client, front_desk, link, tablet, therapist

app_name = "intake"
urlpatterns = [
    path("today/", front_desk.today, name="today"),
    path("clients/<uuid:client_uuid>/open-form/", front_desk.open_form, name="open_form"),
    path("clients/<uuid:client_uuid>/hand-over/", front_desk.hand_over, name="hand_over"),
    path("clients/<uuid:client_uuid>/link/", front_desk.send_link, name="link_send"),
    path("form-access/<uuid:access_uuid>/end/", front_desk.end_access, name="access_end"),
    path("form-access/<uuid:access_uuid>/help/", front_desk.help_given, name="help_given"),
    path("tablets/", front_desk.tablets, name="tablets"),
    path("tablets/<uuid:device_uuid>/revoke/", front_desk.tablet_revoke, name="tablet_revoke"),
    path("stops/<uuid:stop_uuid>/", front_desk.stop, name="stop"),
    # The form itself, in a browser session that reaches nothing else.
    path("i/", client.start, name="form"),
    path("i/check-in/", client.check_in, name="form_check_in"),
    path("i/review/", client.review, name="form_review"),
    path("i/end/", client.over, name="form_over"),
    path("i/page/<slug:address>/", client.page, name="form_page"),
    path("i/still-here/", tablet.still_here, name="form_still_here"),
    path("i/lock/", tablet.lock, name="form_lock"),
    path("i/not-me/", tablet.not_me, name="form_not_me"),
    path("i/help/", tablet.ask_help, name="form_help"),
    # A tablet of the practice at rest.
    path("tablet/", tablet.tablet, name="tablet"),
    # The door behind a mailed link.
    path("i/link/<str:token>/", link.link, name="link"),
    path("i/birth-date/", link.birth_date, name="link_birth_date"),
    # The therapist's reading and deciding.
    path("clients/<uuid:client_uuid>/intake/", therapist.review, name="review"),
    path("intakes/<uuid:intake_uuid>/", therapist.past_intake, name="past_intake"),
    path("intakes/<uuid:intake_uuid>/anew/<slug:question>/", therapist.answer_anew, name="answer_anew"),
    path("clients/<uuid:client_uuid>/check-in/", therapist.check_in, name="check_in"),
    path("clients/<uuid:client_uuid>/check-in/entries/", therapist.entries, name="check_in_entries"),
    path("clients/<uuid:client_uuid>/clearances/new/", therapist.clearance_new, name="clearance_new"),
    path("clearances/<uuid:clearance_uuid>/", therapist.clearance, name="clearance"),
    path("clearances/<uuid:clearance_uuid>/letter/", therapist.letter, name="letter"),
    path("clearances/<uuid:clearance_uuid>/withdraw/", therapist.clearance_withdraw, name="clearance_withdraw"),
    path("stops/<uuid:stop_uuid>/withdraw/", therapist.stop_withdraw, name="stop_withdraw"),
    path("consents/<uuid:consent_uuid>/withdraw/", therapist.consent_withdraw, name="consent_withdraw"),
]
