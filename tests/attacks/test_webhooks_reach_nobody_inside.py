"""A requester names the address that the marketplace calls: never one inside."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from marketplace.delivery import DeliveryError, Outgoing, send, webhook
from tests.marketplace import listening

INSIDE = [
    *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "0.0.0.0", "192.0.0.192"),
    *("168.63.129.16", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("198.18.0.1", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1"),
    *("ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:a00:1"),
    *("::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
    *("2002:7f00:1::", "2001:0:1::1", "fe80::1%eth0"),
]
OTHER_SPELLINGS = [
    *("2130706433", "017700000001", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1"),
    *("0", "2852039166", "169.254.43518"),
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"]


def message(url: str) -> Outgoing:
    return Outgoing(
        transport="SNS",
        destination=url,
        document_id=UUID(int=1),
        text="{}",
        account="000000000001",
        signing_key=b"key",
        at=datetime(2026, 11, 20, tzinfo=UTC),
    )


def fault(url: str) -> str:
    with pytest.raises(DeliveryError) as caught:
        send(message(url))
    return str(caught.value)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Host names and their addresses, in place of the system's look-up."""
    known: dict[str, list[str]] = {}

    def look_up(host: str, port: int, **_: object) -> list[Any]:
        if host not in known:
            raise socket.gaierror(f"no {host}")
        return [(0, 0, 0, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where connections were attempted; none comes about."""
    tried: list[tuple[str, int]] = []

    def connect(at: tuple[str, int], **_: object) -> socket.socket:
        tried.append(at)
        raise ConnectionRefusedError("nobody connects in this test")

    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


@pytest.mark.parametrize("address", [*INSIDE, *OTHER_SPELLINGS])
def test_no_address_inside_is_taken_as_a_destination(
    address: str, connections: list[tuple[str, int]]
) -> None:
    host = f"[{address}]" if ":" in address else address
    fault(f"https://{host}/hook")
    assert connections == []


@pytest.mark.parametrize("address", INSIDE)
def test_no_name_leads_inside(
    address: str, names: dict[str, list[str]], connections: list[tuple[str, int]]
) -> None:
    names["hook.example"] = [address]
    assert "not on the public Internet" in fault("https://hook.example/")
    # one good address among them is no excuse
    names["hook.example"] = ["93.184.216.34", address]
    assert "not on the public Internet" in fault("https://hook.example/")
    assert connections == []


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(
    address: str, names: dict[str, list[str]], connections: list[tuple[str, int]]
) -> None:
    names["hook.example"] = [address]
    assert "did not answer" in fault("https://hook.example:8443/")
    assert connections == [(address, 8443)]


@pytest.mark.parametrize("url", ["https://localhost/", "https://a.localhost/x"])
def test_this_machines_names_are_refused(url: str) -> None:
    assert "not on the public Internet" in fault(url)


def test_a_name_that_changes_its_meaning_is_not_looked_up_again(
    monkeypatch: pytest.MonkeyPatch, connections: list[tuple[str, int]]
) -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    def rebind(host: str, port: int, **_: object) -> list[Any]:
        return [(0, 0, 0, "", (address, port)) for address in answers.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    fault("https://hook.example/")
    # the address itself, which no resolver turns into another
    assert connections == [("93.184.216.34", 443)]
    assert len(answers) == 1


def test_loopback_by_setting_opens_nothing_else(settings: Any) -> None:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    for host in ("10.0.0.1", "169.254.169.254", "[fe80::1]", "192.168.1.1"):
        assert "not on the public Internet" in fault(f"https://{host}/")
    assert "is not a webhook's address" in fault("http://93.184.216.34/")


def test_a_redirect_is_not_followed(settings: Any) -> None:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    with listening.receiver() as hook, listening.receiver() as inner:
        hook.answers = [(307, inner.url)]
        assert "answered 307 (redirects are not followed)" in fault(hook.url)
    assert (len(hook.bodies), len(inner.bodies)) == (1, 0)


@contextmanager
def talker(*parts: bytes, certificate: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that says what it is told to, byte for byte, and keeps the line open."""
    over = threading.Event()

    def answer(listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
            with connection:
                if certificate is not None:
                    connection = certificate.wrap_socket(connection, server_side=True)
                connection.recv(65_536)
                for part in parts:
                    connection.sendall(part)
                    over.wait(0.05)
                over.wait(10)
                connection.close()
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        thread.join()


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"H",) * 100,
        (b"x" * 100_000,),
        (b"220 smtp.example ESMTP\r\n",),
        (b"HTTP/1.1 \r\n",),
        (b"HTTP/1.1 99999999999999999999999\r\n",),
        (b"HTTP/1.1 2\xb2\xb2 OK\r\n",),
    ],
)
def test_an_answer_that_is_none_holds_up_nothing(
    settings: Any, monkeypatch: pytest.MonkeyPatch, parts: tuple[bytes, ...]
) -> None:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    monkeypatch.setattr(webhook, "SECONDS", 0.5)
    began = datetime.now(tz=UTC)
    with talker(*parts) as port:
        fault(f"http://127.0.0.1:{port}/")
        assert datetime.now(tz=UTC) - began < timedelta(seconds=3)


def test_of_a_long_answer_only_the_first_line_is_read(settings: Any) -> None:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    with talker(b"HTTP/1.1 204 No Content\r\n", b"X: y\r\n") as port:
        send(message(f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize(("named", "taken"), [("localhost", True), ("other", False)])
def test_the_certificate_must_be_the_hosts(
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    named: str,
    taken: bool,
) -> None:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    pem = _certificate(named, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with talker(b"HTTP/1.1 200 OK\r\n\r\n", certificate=context) as port:
        url = f"https://localhost:{port}/"
        if taken:
            send(message(url))
        else:
            assert "CERTIFICATE_VERIFY_FAILED" in fault(url)


def _certificate(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return pem
