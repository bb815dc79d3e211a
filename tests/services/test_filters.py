"""Queues of a site's own: exactly what fits is listed, counted and claimed."""

import pytest

from commentsvc.domain.commands import ClaimItems
from commentsvc.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from commentsvc.domain.filters import ItemFilter, NewFilter, in_words, read_filter
from commentsvc.domain.labels import Label
from commentsvc.domain.status import Queue, Standing, parts_of
from commentsvc.services.filters import MOST_FILTERS, delete_filter, save_filter
from commentsvc.services.review import claim_review_items
from commentsvc.services.sites import NewSite
from commentsvc.store import models
from commentsvc.store.queries.filters import OF_ANY, count_items, get_filter, list_filters
from commentsvc.store.queries.queue import list_queue
from tests.support.world import CIVIL, POLICY, REVIEWED, World


def fill(world: World) -> dict[str, str]:
    """Four that wait, each unlike the others; returns their items by name."""
    sport = world.submit("Of toxicity=0.75 and threat=0.6 here.", author="ann", article="cup", section="sport")
    world.clock.advance(hours=30)
    local = world.submit("Of toxicity=0.9 in it, and nothing else.", author="ben", article="town", section="local")
    known = world.submit("Of toxicity=0.71 in it, and more words.", author="cy")
    review = world.submit(REVIEWED, author="dee")
    moderator = world.moderator("chief")
    world.sanction("cy", Standing.PREMODERATED, moderator)
    return {name: str(one.item_id) for name, one in (("sport", sport), ("local", local), ("known", known), ("review", review))}


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (ItemFilter(), {"sport", "local", "known", "review"}),
        (ItemFilter(section="sport"), {"sport"}),
        (ItemFilter(label=Label.TOXICITY, score_from=0.75), {"sport", "local"}),
        (ItemFilter(label=Label.TOXICITY, score_from=0.7, score_below=0.9), {"sport", "known"}),
        (ItemFilter(label=Label.THREAT, score_from=0.5), {"sport"}),
        (ItemFilter(standing=Standing.PREMODERATED), {"known"}),
        (ItemFilter(standing=Standing.NORMAL), {"sport", "local", "review"}),
        (ItemFilter(waits_at_least_h=24), {"sport"}),
        (ItemFilter(waits_at_most_h=24), {"local", "known", "review"}),
        (ItemFilter(author_days_below=1), {"local", "known", "review"}),
        (ItemFilter(section="sport", waits_at_most_h=1), set()),
    ],
    ids=lambda value: "-".join(in_words(value)) or "all" if isinstance(value, ItemFilter) else "",
)
def test_what_fits_is_listed_counted_and_claimed_alike(world: World, wish: ItemFilter, expected: set[str]):
    items = fill(world)
    mo, site_id = world.moderator(), world.site.id
    with world.db.reading() as session:
        listed = {item.id for item in list_queue(session, OF_ANY, [site_id], wish=(wish, world.now)).items}
        assert count_items(session, [site_id], OF_ANY, wish, world.now) == len(listed)
    assert listed == {items[name] for name in expected}
    command = ClaimItems(mo, Queue.HELD, (site_id,), 50, OF_ANY, wish)
    assert {one.item_id for one in world.do(lambda session: claim_review_items(session, command, world.now))} == listed


def test_a_filter_within_a_queue_leaves_the_other_queues_alone_and_takes_the_sample_along(world: World):
    items = fill(world)
    world.chance.value = 0.0
    sampled = str(world.submit(CIVIL, author="eve").item_id)
    command = ClaimItems(world.moderator(), Queue.REVIEW, (world.site.id,), 50, parts_of(Queue.REVIEW), ItemFilter(waits_at_most_h=24))
    taken = {one.item_id for one in world.do(lambda session: claim_review_items(session, command, world.now))}
    assert taken == {items["review"], sampled}


def test_two_who_claim_by_one_filter_share_nothing(world: World):
    fill(world)
    wish = ItemFilter(label=Label.TOXICITY, score_from=0.7)

    def claim(name: str) -> set[str]:
        command = ClaimItems(world.moderator(name), Queue.HELD, (world.site.id,), 2, OF_ANY, wish)
        return {one.item_id for one in world.do(lambda session: claim_review_items(session, command, world.now))}

    first, second = claim("mo"), claim("mia")
    assert (len(first), len(second), len(first | second)) == (2, 1, 3)


def test_a_suspension_that_is_over_counts_as_none(world: World):
    moderator = world.moderator()
    item = str(world.submit("Of toxicity=0.8 in it.", author="sue").item_id)
    until = world.now.replace(year=world.now.year + 1)
    world.sanction("sue", Standing.SUSPENDED, moderator, until)

    def found(standing: Standing) -> list[str]:
        with world.db.reading() as session:
            wish = ItemFilter(standing=standing)
            return [one.id for one in list_queue(session, OF_ANY, [world.site.id], wish=(wish, world.now)).items]

    assert (found(Standing.SUSPENDED), found(Standing.NORMAL)) == ([item], [])
    world.clock.advance(hours=24 * 366)
    assert (found(Standing.SUSPENDED), found(Standing.NORMAL)) == ([], [item])


def new(world: World, name: str = "Threats", **rest) -> NewFilter:
    return NewFilter(world.site.id, name, rest.pop("queue", None), ItemFilter(**(rest or {"label": Label.THREAT, "score_from": 0.5})))


def save(world: World, wanted: NewFilter, account_id: str) -> str:
    return world.do(lambda session: save_filter(session, wanted, account_id, world.now))


def test_a_saved_queue_is_what_was_saved_and_the_log_tells(world: World):
    mo = world.moderator()
    filter_id = save(world, new(world, queue=Queue.HELD, section="sport"), mo)
    with world.db.reading() as session:
        (found,) = list_filters(session, [world.site.id])
        assert list_filters(session, []) == []
        with pytest.raises(NotFoundError):
            get_filter(session, filter_id, frozenset({"elsewhere"}))
    assert (found.id, found.name, found.queue, found.wish) == (filter_id, "Threats", Queue.HELD, ItemFilter(section="sport"))
    entry = world.rows(models.AuditEntry, action="filter_saved")[-1]
    assert entry.after == {"name": "Threats", "queue": "held", "wish": {"section": "sport"}}
    world.do(lambda session: delete_filter(session, filter_id, mo, world.now, may_all=False))
    assert world.rows(models.QueueFilter) == []
    assert world.rows(models.AuditEntry, action="filter_deleted")[-1].before == entry.after


def test_names_are_given_once_on_a_site_and_there_is_an_end(world: World):
    mo = world.moderator()
    save(world, new(world), mo)
    with pytest.raises(ConflictError):
        save(world, new(world), mo)
    elsewhere = world.site_named(world.make_site(NewSite("courier", "The Courier"), POLICY))
    save(world, NewFilter(elsewhere.id, "Threats", Queue.HELD, ItemFilter()), mo)
    for number in range(MOST_FILTERS - 1):
        save(world, new(world, f"Threats {number}"), mo)
    with pytest.raises(ConflictError):
        save(world, new(world, "One more"), mo)


def test_only_its_maker_and_admins_delete_a_queue(world: World):
    filter_id = save(world, new(world), world.moderator())
    mia = world.moderator("mia")
    with pytest.raises(ForbiddenError):
        world.do(lambda session: delete_filter(session, filter_id, mia, world.now, may_all=False))
    world.do(lambda session: delete_filter(session, filter_id, mia, world.now, may_all=True))
    with pytest.raises(NotFoundError):
        world.do(lambda session: delete_filter(session, filter_id, mia, world.now, may_all=True))


@pytest.mark.parametrize(
    ("queue", "wish", "pointer"),
    [
        (None, ItemFilter(), "/queue"),
        (Queue.SAMPLE, ItemFilter(section="x"), "/queue"),
        (None, ItemFilter(score_from=0.5), "/label"),
        (None, ItemFilter(label=Label.INSULT, score_from=0.5, score_below=0.5), "/score_below"),
        (None, ItemFilter(label=Label.INSULT, score_from=1.5), "/score_from"),
        (None, ItemFilter(waits_at_least_h=0), "/waits_at_least_h"),
        (None, ItemFilter(waits_at_least_h=5, waits_at_most_h=4), "/waits_at_most_h"),
        (None, ItemFilter(author_days_below=4000), "/author_days_below"),
    ],
)
def test_what_asks_for_nothing_or_nonsense_is_not_saved(sqlite_world: World, queue, wish, pointer):
    mo = sqlite_world.moderator()
    with pytest.raises(InvalidError) as refused:
        save(sqlite_world, NewFilter(sqlite_world.site.id, "x", queue, wish), mo)
    assert [problem.pointer for problem in refused.value.fields] == [pointer]


def test_a_filter_comes_back_from_its_document():
    wish = ItemFilter("sport", Label.THREAT, 0.25, 0.5, "en", Standing.BANNED, None, 1, 2, 3)
    assert read_filter(wish.as_document()) == wish
    with pytest.raises(InvalidError):
        read_filter({**wish.as_document(), "mood": "grim"})
