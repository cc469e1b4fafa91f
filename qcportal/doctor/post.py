"""Mail: whether somebody takes ours, with the security and the sign-in that the settings name."""

from qcportal import mail
from qcportal.config import PREFIX, Settings
from qcportal.doctor.findings import Finding, ok, warning
from qcportal.mail import Away, Server

CHECK = "mail"


def check_mail(settings: Settings, server: Server | None = None) -> Finding:
    """Sign in at the mail server without sending anything; photos arrive without mail too."""
    if not settings.sends_mail:
        said = "not set up: nobody is told by mail, and invitations are handed over by hand"
        mend = f"Set {PREFIX}MAIL_HOST, _MAIL_FROM and _PUBLIC_URL (docs/mail.md)."
        return warning(CHECK, said, mend)
    if settings.mail_folder:
        said = f"goes to {settings.mail_folder!r} and to nobody's letter-box"
        return warning(CHECK, said, f"Set {PREFIX}MAIL_HOST instead of _MAIL_FOLDER.")
    asked = server or mail.server_of(settings)
    try:
        with mail.connect(asked):
            pass
    except Away as error:
        mend = f"Look at {PREFIX}MAIL_HOST, _PORT, _SECURITY, _USER and _PASSWORD (docs/mail.md)."
        return warning(CHECK, f"nobody takes it: {error}", mend)
    how = {"none": "without TLS", "tls": "over TLS", "starttls": "over STARTTLS"}[asked.security]
    signed = "signed in" if asked.user else "without sign-in"
    said = f"{asked.host}:{asked.port} takes it {how}, {signed}; sender {settings.mail_from}"
    if asked.security == "none" and asked.host not in ("localhost", "127.0.0.1", "::1"):
        return warning(CHECK, f"{said}: readable on its way", f"Set {PREFIX}MAIL_SECURITY.")
    return ok(CHECK, said)
