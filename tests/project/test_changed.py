"""Which tests a change reaches."""

from grimp import ImportGraph

from tests.changed import reached


def _graph() -> ImportGraph:
    """core <- services <- test_services; core <- test_core; test_cli starts the program."""
    graph = ImportGraph()
    for importer, imported in (
        ("dfgui.services", "dfgui.core"),
        ("tests.test_services", "dfgui.services"),
        ("tests.test_core", "dfgui.core"),
        ("tests.test_cli", "tests.support.program"),
    ):
        graph.add_import(importer=importer, imported=imported)
    return graph


def test_a_module_reaches_what_imports_it_and_what_starts_the_program() -> None:
    core = ["tests/test_cli.py", "tests/test_core.py", "tests/test_services.py"]
    assert reached(["dfgui/core/__init__.py"], _graph()) == core
    services = ["tests/test_cli.py", "tests/test_services.py"]
    assert reached(["dfgui/services.py"], _graph()) == services


def test_a_test_reaches_itself_alone_and_a_page_nothing() -> None:
    assert reached(["tests/test_core.py", "docs/page.md"], _graph()) == ["tests/test_core.py"]
    assert reached(["docs/page.md"], _graph()) == []


def test_what_is_no_module_reaches_every_test() -> None:
    assert reached(["resources/models/net/card.json", "tests/test_core.py"], _graph()) is None
    assert reached(["pyproject.toml"], _graph()) is None
    assert reached(["dev.py"], _graph()) is None


def test_the_fixtures_of_a_folder_reach_its_tests() -> None:
    graph = _graph()
    graph.add_import(importer="tests.ui.conftest", imported="dfgui.services")
    graph.add_module("tests.ui.test_views")
    assert reached(["dfgui/services.py"], graph) == [
        "tests/test_cli.py",
        "tests/test_services.py",
        "tests/ui/test_views.py",
    ]
    assert "tests/ui/test_views.py" not in (reached(["dfgui/app.py"], graph) or [])
