"""What staff and their accounts are refused, one sentence each."""

from server.errors import DomainError, NotSignedIn


class StaffNotSignedIn(NotSignedIn):
    """This needs a staff account; sign in at the desk."""

    code = "staff-not-signed-in"


class NotYours(DomainError):
    """Your role does not include this."""

    status = 403
    code = "role-missing"


class StepUpNeeded(DomainError):
    """This needs your password and code again, given in the last five minutes."""

    status = 403
    code = "step-up-needed"


class SignInRefused(DomainError):
    """Mail address, password and code do not belong together."""

    status = 403
    code = "sign-in-refused"


class FormOutdated(DomainError):
    """This form was open for too long, or came from elsewhere; load the page again."""

    status = 403
    code = "form-outdated"


class InvitationUnknown(DomainError):
    """This link opens nothing: it was used, withdrawn, or is older than its seven days."""

    status = 404
    code = "invitation-unknown"


class AlreadyStaff(DomainError):
    """There is an account with this mail address already."""

    status = 409
    code = "already-staff"


class AlreadyMember(DomainError):
    """This person already has a role in the study; change the role instead."""

    status = 409
    code = "already-member"


class StaffUnknown(DomainError):
    """There is no such member of staff here."""

    status = 404
    code = "staff-unknown"


class LastOwner(DomainError):
    """A study keeps at least one owner; make somebody else owner first."""

    status = 409
    code = "last-owner"


class LastAdministrator(DomainError):
    """An installation keeps at least one administrator."""

    status = 409
    code = "last-administrator"


class NotYourself(DomainError):
    """Somebody else has to do this to your own account."""

    status = 409
    code = "not-yourself"


class PasswordRefused(DomainError):
    """This password is not good enough; see errors."""

    status = 422
    code = "password-refused"


class CodeRefused(DomainError):
    """This is not the code that the app shows now."""

    status = 422
    code = "totp-refused"


class MailInvalid(DomainError):
    """This is not a mail address."""

    status = 422
    code = "mail-invalid"


class PasskeyRefused(DomainError):
    """This passkey could not be made; ask for a new one and try again."""

    status = 422
    code = "passkey-refused"


class PasskeyUnknown(DomainError):
    """There is no such passkey of yours."""

    status = 404
    code = "passkey-unknown"


class TooManyPasskeys(DomainError):
    """There are ten passkeys already; remove one first."""

    status = 409
    code = "too-many-passkeys"


class NoPasskeysHere(DomainError):
    """Passkeys need an address with a name; this installation is reached by a number."""

    status = 409
    code = "no-passkeys-here"


class OidcUnavailable(DomainError):
    """The organisation that signs you in cannot be reached, or does not answer as it should; try again later."""

    status = 502
    code = "oidc-unavailable"


class OidcRefused(DomainError):
    """Signing in with the organisation did not work; begin again at the desk."""

    status = 403
    code = "oidc-refused"


class OidcUnknown(DomainError):
    """There is no account here for this person; ask for an invitation first."""

    status = 403
    code = "oidc-unknown"
