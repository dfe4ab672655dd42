"""Money beside the rewards: bonuses, compensations, payments that were refused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from analysis.votes.words import counted
from studies import tasks
from studies.admin.base import StudyPage, enqueue, number_of
from studies.admin.forms import LaunchForm
from studies.errors import StudyError
from studies.models import Assignment, Payment, Study
from studies.services.bonuses import (
    MAX_REASON,
    BonusOrder,
    BonusPlan,
    bonus_sessions,
    order_bonuses,
    plan_bonuses,
)
from studies.services.compensate import Owed, compensate, owed
from studies.services.stuck import retry, retry_all, stuck_payments, write_off


class BonusForm(forms.Form):
    """What each session gets, and why."""

    amount_usd = forms.DecimalField(
        min_value=Decimal("0.01"),
        max_digits=7,
        decimal_places=2,
        label="Bonus for each session ($)",
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    reason = forms.CharField(
        max_length=MAX_REASON,
        label="Why",
        help_text="The raters read it.",
        widget=UnfoldAdminTextInputWidget(),
    )
    again = forms.BooleanField(
        required=False,
        label="Also to who had it before",
        help_text="Otherwise the same amount for the same reason is refused.",
        widget=UnfoldBooleanSwitchWidget(),
    )

    def order(self) -> BonusOrder:
        """What was asked for."""
        given = self.cleaned_data
        return BonusOrder(given["amount_usd"], given["reason"], given["again"])


def money_todo(study: Study) -> dict[str, Any]:
    """What waits for a person on the Watch page."""
    return {"stuck": list(stuck_payments(study)), "owed": owed(study)}


class MoneyPage(StudyPage):
    """Give a bonus in two steps: what it comes to, then a yes. Smaller acts at once."""

    step = "watch"
    title = "Give a bonus"
    permission = "studies.launch_study"
    template_name = "admin/studies/study/money.html"

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if "look" in request.POST or "give" in request.POST:
            return self._bonus(request)
        if "retry_all" in request.POST:
            self._act(self._retry_all, 0)
        acts: dict[str, Callable[[int], str]] = {
            "retry": self._retry,
            "write_off": self._write_off,
            "compensate": self._compensate,
        }
        for name, act in acts.items():
            if (number := number_of(request.POST.get(name, ""))) is not None:
                self._act(act, number)
        return self.back()

    def _act(self, act: Callable[[int], str], number: int) -> None:
        try:
            done = act(number)
        except StudyError as error:
            messages.error(self.request, str(error))
            return
        messages.success(self.request, done)
        enqueue(self.request, tasks.advance_study, self.study.pk)

    def _retry(self, number: int) -> str:
        payment = self._payment(number)
        retry(payment, by=self._by())
        return f"{payment.assignment.rater} is being paid."

    def _retry_all(self, _number: int) -> str:
        number = retry_all(self.study, by=self._by())
        return f"{counted(number, 'payment')} tried again."

    def _write_off(self, number: int) -> str:
        self.require("studies.write_off_payment")
        payment = self._payment(number)
        reason = self.request.POST.get("reason", "")[:400]
        write_off(payment, reason=reason, by=self._by())
        return f"{payment.assignment.rater} will not be paid this."

    def _compensate(self, number: int) -> str:
        rows = {row.session.pk: row for row in owed(self.study)}
        if (row := rows.get(number)) is None:
            raise StudyError("This session is not one that could not be submitted.")
        amount = self._typed(row)
        compensate(row.session, by=self._by(), confirmed_usd=amount)
        return f"{row.session.rater} is being compensated."

    def _typed(self, row: Owed) -> Decimal | None:
        if not row.real_money:
            return None
        form = LaunchForm(self.request.POST, total=row.total_usd)
        if not form.is_valid():
            wrong = form.errors.as_data()["amount"][0]
            raise StudyError("; ".join(ValidationError(wrong).messages))
        typed: Decimal = form.cleaned_data["amount"]
        return typed

    def _payment(self, number: int) -> Payment:
        row = stuck_payments(self.study).filter(pk=number).first()
        if row is None:
            raise StudyError("This payment waits for nobody any more.")
        return row

    def _bonus(self, request: HttpRequest) -> HttpResponse:
        form = BonusForm(request.POST)
        if not form.is_valid():
            return self._again(form=form)
        try:
            planned = plan_bonuses(self.study, self._sessions(), form.order())
        except StudyError as error:
            form.add_error(None, str(error))
            return self._again(form=form)
        for problem in planned.problems:
            form.add_error(None, problem)
        if planned.problems:
            return self._again(form=form)
        if "look" in request.POST:
            empty = LaunchForm(total=planned.total_usd)
            return self._again(form=form, plan=planned, sure=empty)
        sure = LaunchForm(request.POST, total=planned.total_usd)
        if self._given_meanwhile(planned) or not self._is_sure(sure, planned):
            return self._again(form=form, plan=planned, sure=sure)
        return self._give(planned, form, sure)

    def _is_sure(self, sure: LaunchForm, planned: BonusPlan) -> bool:
        if planned.real_money:
            return sure.is_valid()
        return self.request.POST.get("shown_total") == f"{planned.total_usd:.2f}"

    def _given_meanwhile(self, planned: BonusPlan) -> bool:
        """Whether a second click, or somebody else, gave these sessions a bonus."""
        shown = self.request.POST.get("shown_given")
        if not planned.order.again or shown == str(planned.given):
            return False
        text = "A bonus was given to these sessions since this was shown. Look again."
        messages.warning(self.request, text)
        return True

    def _give(
        self, planned: BonusPlan, form: BonusForm, sure: LaunchForm
    ) -> HttpResponse:
        amount = sure.cleaned_data["amount"] if planned.real_money else None
        try:
            order_bonuses(self.study, planned, by=self._by(), confirmed_usd=amount)
        except StudyError as error:
            form.add_error(None, str(error))
            return self._again(form=form)
        enqueue(self.request, tasks.advance_study, self.study.pk)
        number = counted(len(planned.sessions), "session")
        text = f"{number} get ${planned.order.amount_usd:.2f} each."
        messages.success(self.request, text)
        return self.back()

    def _again(self, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", BonusForm())
        return super().get_context_data(
            one=self._one(), number=len(self._sessions()), **kwargs
        )

    def _one(self) -> Assignment | None:
        """The session that the address names; without one all that are used."""
        number = self.request.GET.get("session", "")
        if not number:
            return None
        rows = self.study.assignments.select_related("posting")
        known = number_of(number)
        row = None if known is None else rows.filter(pk=known).first()
        if row is None:
            raise Http404("There is no such session.")
        return row

    def _sessions(self) -> list[Assignment]:
        if (one := self._one()) is not None:
            return [one]
        used = bonus_sessions(self.study).filter(used=True)
        return list(used.select_related("posting"))

    def _by(self) -> str:
        return self.request.user.get_username()
