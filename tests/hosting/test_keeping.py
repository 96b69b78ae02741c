from core.hosting.keeping import Kept


def test_longest_unasked_goes_first_when_the_weight_is_reached() -> None:
    kept: Kept[str, str] = Kept(10)
    for key in ("a", "b"):
        kept.keep(key, key, 5)
    assert kept.get("a") == "a"
    kept.keep("c", "c", 5)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("a", None, "c")
    assert kept.weight == 10


def test_weight_is_counted_once_when_a_key_is_kept_again() -> None:
    kept: Kept[str, str] = Kept(10)
    kept.keep("a", "old", 4)
    kept.keep("a", "new", 6)
    assert (kept.get("a"), kept.weight) == ("new", 6)


def test_nothing_is_kept_when_it_weighs_more_than_all_that_is_allowed() -> None:
    kept: Kept[str, str] = Kept(10)
    kept.keep("a", "a", 5)
    kept.keep("b", "b", 11)
    assert (kept.get("a"), kept.get("b"), kept.weight) == ("a", None, 5)
