"""Every test of the contract runs on every engine there is."""

import os

import pytest

from tests.contracts.engines import engine_named, why_no_native


@pytest.fixture(scope="session")
def native():
    """The native engine; where there is none the test is skipped, but never where CI runs."""
    why = why_no_native()
    if why and os.environ.get("CI"):
        pytest.fail(f"CI runs the contract on the native engine. {why}")
    if why:
        pytest.skip(why)
    return engine_named("native")


@pytest.fixture(params=["reference", "native"])
def engine(request):
    return engine_named("reference") if request.param == "reference" else (
        request.getfixturevalue("native")
    )  # fmt: skip
