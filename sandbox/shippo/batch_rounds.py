"""What becomes of a batch: judged, and later bought, a few shipments a round."""

from collections.abc import Callable, Iterator

from sandbox.shippo import batch_shipments
from sandbox.shippo.batch_shipments import BAD, GOOD
from sandbox.shippo.events import tell
from sandbox.store import Doc
from sandbox.world import World

ROUND = 10  # shipments; between two rounds everything else that is due gets its turn
JUDGING, BUYING = "batch", "batch_purchase"
RESULTS: dict[str, Callable[[Doc], bool]] = {
    "creation_failed": lambda item: item["status"] in BAD,
    "creation_succeeded": lambda item: item["status"] not in (None, *BAD),
    "purchase_failed": lambda item: item["status"] == "TRANSACTION_FAILED",
    "purchase_succeeded": lambda item: item["status"] == GOOD and bool(item["_labels"]),
}


def judge(world: World, batch: Doc) -> None:
    """From now on, and anew after each change."""
    _keep(world, batch, "VALIDATING")
    world.agenda.add(JUDGING, batch["object_id"], world.settings.async_s)


def buy(world: World, batch: Doc) -> None:
    _keep(world, batch, "PURCHASING")
    world.agenda.add(BUYING, batch["object_id"], world.settings.async_s)


def validate(world: World, ref: str) -> None:
    """One round, and after the last of them the batch as a whole."""
    batch, few, following = _round(world, ref)
    for each in few:
        with world.store.change():
            item = world.store.get("batch_shipment", each)
            if item is not None and item["status"] is None:
                batch_shipments.validate(world, batch, item)
    if few:
        world.agenda.add(JUDGING, following)
    else:
        _judged(world, batch)


def purchase(world: World, ref: str) -> None:
    """The same for buying. What is bought is written with its shipment, so never twice."""
    batch, few, following = _round(world, ref)
    if batch.get("status") != "PURCHASING":
        return
    for each in few:
        with world.store.change():
            item = world.store.get("batch_shipment", each)
            if item is not None and item["status"] == GOOD and item["transaction"] is None:
                batch_shipments.buy(world, batch, item)
    if few:
        world.agenda.add(BUYING, following)
    else:
        _bought(world, batch)


def items(world: World, batch: Doc) -> Iterator[Doc]:
    found = (world.store.get("batch_shipment", each) for each in batch.get("_items", []))
    return (item for item in found if item is not None)


def _round(world: World, ref: str) -> tuple[Doc, list[str], str]:
    """The batch, whose turn it is, and what comes after them: an id and how many are done."""
    object_id, _, done = ref.partition(" ")
    begin = int(done or 0)
    batch = world.store.get("batch", object_id) or {}
    few = batch.get("_items", [])[begin : begin + ROUND]
    return batch, few, f"{object_id} {begin + ROUND}"


def _judged(world: World, before: Doc) -> None:
    judged = list(items(world, before))
    with world.store.change():
        batch = world.store.get("batch", before.get("object_id", ""))
        changed = batch is None or batch["_items"] != before["_items"]
        if batch is None or changed or any(item["status"] is None for item in judged):
            return  # it was changed meanwhile, and will be judged again
        good = bool(judged) and all(item["status"] == GOOD for item in judged)
        batch["object_results"] = _results(judged)
        first, batch["_told"] = not batch["_told"], True
        _keep(world, batch, "VALID" if good else "INVALID")
        if first:
            tell(world, "batch_created", f"batch {batch['object_id']} created", test=batch["test"])


def _bought(world: World, batch: Doc) -> None:
    object_id, sold = batch["object_id"], list(items(world, batch))
    with world.store.change():
        if world.store.get("batch", object_id) is None:
            return  # the world began anew meanwhile
        batch["_labels"] = [label for item in sold for label in item["_labels"]]
        batch["object_results"] = _results(sold)
        _keep(world, batch, "PURCHASED")
        said = f"batch {object_id} processing complete"
        tell(world, "batch_purchased", said, test=batch["test"])


def _results(judged: list[Doc]) -> dict[str, int]:
    return {name: sum(fits(item) for item in judged) for name, fits in RESULTS.items()}


def _keep(world: World, batch: Doc, status: str) -> None:
    batch |= {"status": status, "object_updated": world.clock.now()}
    world.store.put("batch", batch)
