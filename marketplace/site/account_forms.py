"""The forms of workers' accounts."""

from django import forms

from marketplace import conf, ids


def _password(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def _new_password(label: str = "New password") -> forms.CharField:
    rule = "At least 8 characters, not a common password."
    return _password(label, "new-password", rule)


def _email(*, help_text: str, required: bool = False) -> forms.EmailField:
    return forms.EmailField(
        label="E-mail address",
        max_length=254,
        required=required,
        help_text=help_text,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class SignInForm(forms.Form):
    name = forms.CharField(
        label="Name or WorkerId",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = _password("Password", "current-password")


class SignUpForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        help_text="You sign in with it. Requesters see your WorkerId alone.",
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = _new_password("Password")
    email = _email(help_text="")
    country = forms.RegexField(
        ids.COUNTRY_PATTERN,
        max_length=2,
        required=False,
        help_text="Its code of two capitals, such as DE. Some HITs are for some"
        " countries alone; later, only those who run the marketplace can change it.",
        widget=forms.TextInput(attrs={"autocomplete": "country"}),
    )
    subdivision = forms.RegexField(
        ids.SUBDIVISION_PATTERN,
        label="State or region",
        max_length=2,
        required=False,
        help_text="The two characters after the country's in its code: CA of US-CA."
        " Few HITs ask for it.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    worker_id = forms.RegexField(
        ids.WORKER_ID_PATTERN,
        label="WorkerId",
        max_length=64,
        required=False,
        help_text="Leave it empty to get a new one.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        email = self.fields["email"]
        email.required = conf.verify_email()
        if conf.verify_email():
            email.help_text = "You accept HITs once you have followed the link sent."
        elif conf.sends_mail():
            email.help_text = "If you forget your password, a link is sent there."
        else:
            del self.fields["email"]


class EmailForm(forms.Form):
    email = _email(help_text="Leave it empty to have none here.")
    old_password = _password("Your password", "current-password")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if conf.verify_email():
            self.fields["email"].required = True
            self.fields["email"].help_text = ""


class PasswordForm(forms.Form):
    old_password = _password("Old password", "current-password")
    password = _new_password()


class CloseForm(forms.Form):
    old_password = _password("Your password", "current-password")


class ForgottenForm(forms.Form):
    email = _email(
        help_text="The one of your account, which you have verified.", required=True
    )


class ResetForm(forms.Form):
    password = _new_password()
