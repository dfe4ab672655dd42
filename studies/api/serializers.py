"""What the API says, field by field."""

from typing import Any

from rest_framework import serializers
from rest_framework.authtoken.serializers import AuthTokenSerializer

from analysis.intervals import KINDS
from studies.models import Study
from studies.services.report import BY


class StudySerializer(serializers.ModelSerializer[Study]):
    categories: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="name", many=True, read_only=True
    )
    systems: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="name", many=True, read_only=True
    )

    recruiters: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        source="channels", slug_field="recruiter", many=True, read_only=True
    )

    class Meta:
        model = Study
        fields = [
            "slug",
            "title",
            "description",
            "state",
            "design",
            "seed",
            "votes_per_item",
            "items_per_session",
            "reward_usd",
            "recruiter",
            "recruiters",
            "is_demo",
            "is_import",
            "spec",
            "spec_hash",
            "problem",
            "categories",
            "systems",
            "created_at",
            "launched_at",
            "closed_at",
        ]
        read_only_fields = fields


def _usd(help_text: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text=help_text
    )


class CategoryProgressSerializer(serializers.Serializer[Any]):
    category = serializers.CharField()
    items = serializers.IntegerField()
    items_done = serializers.IntegerField()
    wanted = serializers.IntegerField()
    held = serializers.IntegerField()
    counted = serializers.IntegerField()


class SpendingSerializer(serializers.Serializer[Any]):
    """Confirmed payments in dollars; see studies.selectors.spending."""

    sold_usd = _usd("Every place published, at its price, taken or not.")
    rewards_usd = _usd("Rewards that raters got.")
    bonuses_usd = _usd("Bonuses that raters got.")
    compensations_usd = _usd("Paid to who finished and could not submit.")
    fees_usd = _usd("What the recruiters took for all three.")
    pending_usd = _usd("Planned, sent or of unknown outcome, with fees.")
    refused_usd = _usd("Refused by a recruiter and not written off, with fees.")
    paid_sessions = serializers.IntegerField()
    timed_sessions = serializers.IntegerField(
        help_text="Paid sessions that were worked here from begin to end."
    )
    paid_per_hour_usd = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        allow_null=True,
        help_text="Rewards and bonuses of the timed sessions by their hours, from "
        "acceptance to submission.",
    )
    median_minutes = serializers.FloatField(
        allow_null=True, help_text="Median time of the timed sessions."
    )


class ProgressSerializer(serializers.Serializer[Any]):
    items = serializers.IntegerField()
    items_done = serializers.IntegerField(
        help_text="Items that have all the usable votes they want."
    )
    votes_wanted = serializers.IntegerField()
    votes_held = serializers.IntegerField(help_text="Leased or given.")
    votes_counted = serializers.IntegerField(help_text="Usable and used.")
    percent = serializers.IntegerField(help_text="Counted of wanted, rounded down.")
    sessions = serializers.DictField(child=serializers.IntegerField())
    postings = serializers.DictField(child=serializers.IntegerField())
    places = serializers.IntegerField()
    places_open = serializers.IntegerField()
    spent_usd = serializers.DecimalField(max_digits=12, decimal_places=2)
    unknown_payments = serializers.IntegerField()
    money = SpendingSerializer()
    categories = CategoryProgressSerializer(many=True)


class VoteSerializer(serializers.Serializer[Any]):
    item_id = serializers.CharField()
    category = serializers.CharField()
    method = serializers.CharField()
    source_video = serializers.CharField()
    worker_id = serializers.CharField(help_text="Hashed within the study.")
    vote = serializers.IntegerField(help_text="1: judged real, 0: judged fake.")
    seconds = serializers.FloatField(allow_null=True)
    recruiter = serializers.CharField(
        help_text="Who sent the rater; `simulated` where no person judged."
    )


class ReportQuerySerializer(serializers.Serializer[Any]):
    ci = serializers.ChoiceField(
        choices=KINDS, default="twoway", help_text="Kind of interval."
    )
    alpha = serializers.FloatField(
        min_value=0.0001, max_value=0.9999, default=0.05, help_text="1 - confidence."
    )
    by = serializers.ChoiceField(
        choices=BY,
        required=False,
        help_text="A table for each of them as well: `all` and `parts`.",
    )


class ErrorSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()


class StaffTokenSerializer(AuthTokenSerializer):
    """Name and password of somebody who may use the API."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        checked: dict[str, Any] = super().validate(attrs)
        if not checked["user"].is_staff:
            message = "This account is not one of the staff, whom the API is for."
            raise serializers.ValidationError(message, code="authorization")
        return checked
