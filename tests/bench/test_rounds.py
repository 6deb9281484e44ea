"""What other work disturbs is measured again, for all servers and not for ever."""

from collections.abc import Iterator

from bench.driver import Outcome
from bench.rounds import undisturbed


def test_a_round_in_which_one_was_disturbed_is_measured_again_for_all() -> None:
    rounds = iter(
        [
            {"ours": Outcome({"load": 9}, others_share=0.01), "node": Outcome({"load": 1}, others_share=0.2)},
            {"ours": Outcome({"load": 5}, others_share=0.02), "node": Outcome({"load": 4}, others_share=0.1)},
        ]
    )

    outcomes, thrown_away = undisturbed(lambda: next(rounds))

    assert [outcome.figures["load"] for outcome in outcomes.values()] == [5, 4]
    assert thrown_away == 1


def test_a_machine_that_is_never_quiet_is_measured_three_times_and_told_of() -> None:
    def busier() -> Iterator[dict[str, Outcome]]:
        for share in (0.5, 0.4, 0.3, 0.0):
            yield {"ours": Outcome({"load": 1}, others_share=share)}

    rounds = busier()

    outcomes, thrown_away = undisturbed(lambda: next(rounds))

    assert outcomes["ours"].others_share == 0.3
    assert thrown_away == 2
