"""One session for a module of tests."""

from collections.abc import Iterator

import pytest

from chainrule.view import commands
from chainrule.view.session import Session
from tests.view.sessions import QUICK


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = Session(tmp_path_factory.mktemp("runs"))
    yield session
    session.close()


@pytest.fixture
def session(shared: Session) -> Session:
    """The same process for all tests, a new network for each."""
    shared.do(commands.Configure(0, QUICK, whole=True))
    shared.speed = "normal"
    shared.take_news()
    return shared
