"""Folding a branch of the thread: by its button, by the rule beside it, by key."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Place
from tests.browser.test_widget_habits import Open, news, press, shown, the

__all__ = ["news"]
pytestmark = pytest.mark.browser


@pytest.fixture
def branch(place: Place, news: Open) -> None:
    """A page whose first comment, Cleo's, is answered by Dan and Fay, and Dan by Eli; Abe's stands below it all."""
    parents: dict[str, str | None] = {"": None}
    for name, parent in {"abe": "", "cleo": "", "dan": "cleo", "eli": "dan", "fay": "cleo"}.items():
        parents[name] = place.world.submit(f"So says {name}.", author=name, article="fold", parent=parents[parent]).comment_id
        place.world.clock.advance(minutes=1)
    news("fold")


def are_hidden(page: Page, *names: str) -> None:
    for name in ("Abe", "Cleo", "Dan", "Eli", "Fay"):
        expect(the(page, name)).to_be_visible(visible=name not in names)


@pytest.mark.usefixtures("branch")
def test_a_branch_is_folded_by_its_button(page: Page):
    hide, show = page.get_by_role("button", name="Hide 2 replies"), page.get_by_role("button", name="Show 2 replies")
    expect(hide).to_have_attribute("aria-expanded", "true")
    press(hide)
    expect(show).to_be_focused()
    expect(show).to_have_attribute("aria-expanded", "false")
    are_hidden(page, "Dan", "Eli", "Fay")
    show.press("Enter")
    expect(hide).to_be_focused()
    expect(hide).to_have_attribute("aria-expanded", "true")
    are_hidden(page)


@pytest.mark.usefixtures("branch")
def test_a_branch_is_folded_by_the_rule_beside_it(page: Page):
    show = page.get_by_role("button", name="Show 2 replies")
    the(page, "Eli").focus()
    the(page, "Cleo").locator("> .branch > .rule").click()
    expect(show).to_be_focused()
    expect(show).to_be_in_viewport()
    are_hidden(page, "Dan", "Eli", "Fay")
    show.click()
    are_hidden(page)
    expect(page.get_by_role("button", name="Hide 2 replies")).to_be_focused()


@pytest.mark.usefixtures("branch")
def test_a_branch_is_folded_by_key_and_passed_over(page: Page):
    show = page.get_by_role("button", name="Show 2 replies")
    page.get_by_role("button", name="Newest").focus()
    page.keyboard.press("j")
    expect(the(page, "Cleo")).to_be_focused()
    page.keyboard.press("c")
    expect(show).to_be_focused()
    are_hidden(page, "Dan", "Eli", "Fay")
    page.keyboard.press("j")
    expect(the(page, "Abe")).to_be_focused()
    page.keyboard.press("k")
    expect(the(page, "Cleo")).to_be_focused()
    page.keyboard.press("c")
    expect(the(page, "Cleo")).to_be_focused()
    are_hidden(page)
    for name in ("Dan", "Eli", "Fay", "Abe"):
        page.keyboard.press("j")
        expect(the(page, name)).to_be_focused()


@pytest.mark.usefixtures("branch")
def test_only_the_branch_with_the_focus_is_folded(page: Page):
    the(page, "Dan").focus()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Show 1 reply")).to_be_focused()
    are_hidden(page, "Eli")
    page.keyboard.press("j")
    expect(the(page, "Fay")).to_be_focused()
    page.keyboard.press("k")
    expect(the(page, "Dan")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("c")
    are_hidden(page, "Dan", "Eli", "Fay")
    page.keyboard.press("c")
    are_hidden(page, "Eli")


@pytest.mark.usefixtures("branch")
def test_what_is_pointed_at_and_what_is_answered_unfolds(page: Page):
    press(page.get_by_role("button", name="Hide 1 reply"))
    press(page.get_by_role("button", name="Hide 2 replies"))
    page.evaluate("(id) => { location.hash = id; }", the(page, "Eli").get_attribute("id"))
    expect(the(page, "Eli")).to_be_focused()
    are_hidden(page)
    press(page.get_by_role("button", name="Hide 2 replies"))
    page.get_by_role("button", name="Reply to Cleo").click()
    page.keyboard.type("So say I.")
    page.get_by_role("button", name="Post reply").click()
    expect(shown(page).filter(has_text="So say I.").last).to_be_focused()
    are_hidden(page)
    expect(page.get_by_role("button", name="Hide 3 replies")).to_have_count(1)
