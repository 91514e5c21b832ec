"""Back and forward lead where a browser's would."""

from app.ui.browse import MOST, Browse, History

EXPLORE, DOG, BEACH = Browse(), Browse("photos", "dog"), Browse("photos", "beach")


def test_back_and_forward_walk_over_the_places_visited() -> None:
    history = History(EXPLORE)
    history.visit(DOG)
    history.visit(BEACH)
    assert history.back() == DOG
    assert history.back() == EXPLORE
    assert not history.can_go_back
    assert history.back() == EXPLORE
    assert history.forward() == DOG
    assert history.can_go_forward
    assert history.forward() == BEACH
    assert history.forward() == BEACH
    assert not history.can_go_forward


def test_a_new_place_forgets_what_lay_ahead() -> None:
    history = History(EXPLORE)
    history.visit(DOG)
    history.back()
    history.visit(BEACH)
    assert not history.can_go_forward
    assert history.back() == EXPLORE


def test_the_same_place_twice_is_one_step() -> None:
    history = History(EXPLORE)
    history.visit(DOG)
    history.visit(DOG)
    assert history.back() == EXPLORE


def test_a_query_being_typed_stays_one_place() -> None:
    history = History(EXPLORE)
    history.visit(Browse("photos", "do"))
    history.amend(DOG)
    assert history.current == DOG
    assert history.back() == EXPLORE


def test_a_query_typed_back_to_what_it_was_is_left_in_one_step() -> None:
    history = History(EXPLORE)
    history.visit(DOG)
    history.visit(Browse("photos", "do"))
    history.amend(DOG)
    history.visit(BEACH)
    assert history.back() == DOG
    assert history.back() == EXPLORE
    assert not history.can_go_back
    assert history.forward() == DOG
    assert history.forward() == BEACH
    assert not history.can_go_forward


def test_what_is_called_otherwise_is_so_all_along_the_way() -> None:
    history = History(EXPLORE)
    history.visit(DOG)
    history.visit(BEACH)
    history.back()
    history.rewrite(lambda query: query.replace("dog", "hound").replace("beach", "shore"))
    assert history.current == Browse("photos", "hound")
    assert history.forward() == Browse("photos", "shore")
    assert not history.can_go_forward
    history.back()
    assert history.back() == EXPLORE


def test_of_a_long_way_the_last_places_are_kept() -> None:
    history = History(EXPLORE)
    for number in range(MOST + 50):
        history.visit(Browse("photos", str(number)))
    way = [history.current]
    while history.can_go_back:
        way.append(history.back())
    assert way == [Browse("photos", str(number)) for number in range(MOST + 49, 49, -1)]
    assert history.forward() == Browse("photos", "51")
