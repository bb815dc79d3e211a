"""The scorer in the package, and the policy that is built from it."""

from commentsvc.domain.policy import parse_policy
from commentsvc.scoring.scorer_files import read_description
from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY
from commentsvc.settings import default_policy


def test_the_default_policy_begins_with_the_recommended_bands():
    assert parse_policy(default_policy()).bands == read_description(SHIPPED_DIRECTORY).recommended_bands


def test_the_model_is_small_enough_to_carry():
    assert sum(path.stat().st_size for path in SHIPPED_DIRECTORY.iterdir()) <= 25_000_000
