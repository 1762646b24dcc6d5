"""Named journeys: what can become of a parcel on its way, played against the world's clock."""

from functools import partial

from sandbox.agenda import Acts
from sandbox.journeys.playing import DUE, begin, play, under_way
from sandbox.journeys.table import JOURNEYS
from sandbox.world import World

__all__ = ["JOURNEYS", "acts", "begin", "under_way"]


def acts(world: World) -> Acts:
    return {DUE: partial(play, world)}
