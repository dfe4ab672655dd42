"""Studies, progress, votes and report for programs. Staff only; nothing is changed."""

import json
from dataclasses import asdict
from typing import Any, overload

import pandas as pd
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from analysis.report import ReportOptions
from studies.api.serializers import (
    ErrorSerializer,
    ProgressSerializer,
    ReportQuerySerializer,
    StaffTokenSerializer,
    StudySerializer,
    VoteSerializer,
)
from studies.api.throttles import TokenThrottle
from studies.errors import StudyError
from studies.models import Study
from studies.selectors import progress
from studies.services.export import export_votes
from studies.services.identity import site_identity
from studies.services.report import render_report


class ViewStudies(BasePermission):
    """Staff who may see studies in the admin: the API tells nobody more."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - the base class's signature
        user = request.user
        return bool(user and user.is_staff and user.has_perm("studies.view_study"))


class TextParser(JSONParser):
    """JSON of a depth and of characters that can be worked with."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            sent = super().parse(*args, **kwargs)
            # half a surrogate pair is JSON, but no database takes it
            json.dumps(sent, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError) as error:
            raise ParseError(f"This is no JSON: {error}") from error
        return sent


class CSVRenderer(BaseRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, *_args: Any, **_kwargs: Any) -> bytes:
        """Render a table; what is no table is an error, in words."""
        if isinstance(data, pd.DataFrame):
            return data.to_csv(index=False, lineterminator="\n").encode()
        return f"{data.get('detail', data)}\n".encode()


class VotePagination(PageNumberPagination):
    page_size = 1000
    page_size_query_param = "page_size"
    max_page_size = 10_000


class _Rows:
    """A frame as the sequence of records that a paginator cuts."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __len__(self) -> int:
        return len(self._frame)

    @overload
    def __getitem__(self, key: int) -> dict[Any, Any]: ...
    @overload
    def __getitem__(self, key: slice) -> list[dict[Any, Any]]: ...
    def __getitem__(self, key: int | slice) -> dict[Any, Any] | list[dict[Any, Any]]:
        rows = self._frame.iloc[key if isinstance(key, slice) else [key]]
        records = rows.astype(object).where(rows.notna(), None).to_dict("records")
        return records if isinstance(key, slice) else records[0]


_WRONG = {401: ErrorSerializer, 403: ErrorSerializer, 404: ErrorSerializer}


@extend_schema_view(
    list=extend_schema(summary="All studies, the newest first"),
    retrieve=extend_schema(
        summary="One study", responses={200: StudySerializer, **_WRONG}
    ),
)
class StudyViewSet(ReadOnlyModelViewSet[Study]):
    queryset = Study.objects.prefetch_related("categories", "systems", "channels")
    serializer_class = StudySerializer
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    permission_classes: list[type[BasePermission]] = [ViewStudies]
    renderer_classes = [JSONRenderer]

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, StudyError):
            return Response({"detail": str(exc)}, status=status.HTTP_409_CONFLICT)
        return super().handle_exception(exc)

    @extend_schema(
        summary="How far a study is", responses={200: ProgressSerializer, **_WRONG}
    )
    @action(detail=True, pagination_class=None)
    def progress(self, request: Request, slug: str) -> Response:  # noqa: ARG002 - the router's signature
        held = progress(self.get_object())
        facts = {**asdict(held), "percent": held.percent}
        return Response(ProgressSerializer(facts).data)

    @extend_schema(
        summary="The votes that count, raters hashed",
        description="JSON in pages, or all of them as CSV by ?format=csv.",
        parameters=[OpenApiParameter("format", enum=["json", "csv"])],
        responses={
            (200, "application/json"): VoteSerializer(many=True),
            (200, "text/csv"): OpenApiTypes.STR,
            **_WRONG,
        },
    )
    @action(
        detail=True,
        pagination_class=VotePagination,
        renderer_classes=[JSONRenderer, CSVRenderer],
    )
    def votes(self, request: Request, slug: str) -> Response:
        frame = export_votes(self.get_object())
        if request.accepted_renderer.format == CSVRenderer.format:
            name = f'attachment; filename="{slug}-votes.csv"'
            return Response(frame, headers={"Content-Disposition": name})
        page = self.paginate_queryset(_Rows(frame))  # type: ignore[arg-type]  # any sequence can be cut
        return self.get_paginated_response(VoteSerializer(page, many=True).data)

    @extend_schema(
        summary="The table with its intervals",
        parameters=[ReportQuerySerializer],
        responses={200: OpenApiTypes.OBJECT, 400: OpenApiTypes.OBJECT, **_WRONG},
    )
    @action(detail=True, pagination_class=None)
    def report(self, request: Request, slug: str) -> HttpResponse:  # noqa: ARG002 - the router's signature
        query = ReportQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        study = self.get_object()
        options = ReportOptions(
            interval=wanted["ci"],
            alpha=wanted["alpha"],
            by=wanted.get("by", ""),
            seed=study.seed,
        )
        text = render_report(study, "json", options)
        return HttpResponse(text, content_type="application/json")


@extend_schema(
    summary="A token for the header Authorization: Token ...",
    description="Ten tries a minute for one account. Staff only.",
)
class TokenView(ObtainAuthToken):
    throttle_classes = [TokenThrottle]
    parser_classes: Any = (TextParser, FormParser, MultiPartParser)
    serializer_class: type[AuthTokenSerializer] = StaffTokenSerializer


class IdentityView(APIView):
    """Which site this is, so that commands know their own; tells nothing else."""

    schema = None
    authentication_classes = ()
    permission_classes: list[type[BasePermission]] = [AllowAny]
    renderer_classes = [JSONRenderer]

    def get(self, request: Request) -> Response:  # noqa: ARG002 - a view's signature
        return Response({"site": site_identity()})


class NotFoundView(APIView):
    """Everything else, as JSON."""

    schema = None
    authentication_classes = ()
    permission_classes: list[type[BasePermission]] = [AllowAny]
    renderer_classes = [JSONRenderer]

    def initial(self, request: Request, *_args: Any, **_kwargs: Any) -> None:
        raise NotFound(f"There is nothing at {request.path}; see /api/docs/.")
