"""STOP, START and HELP: what Twilio itself does about them, and says."""

from sandbox.world import World

STOP = frozenset(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"))
START = frozenset(("START", "YES", "UNSTOP"))
HELP = frozenset(("HELP", "INFO"))
GOODBYE = (
    "You have successfully been unsubscribed. You will not receive any more messages"
    " from this number. Reply START to resubscribe."
)
WELCOME = (
    "You have successfully been re-subscribed to messages from this number."
    " Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
ADVICE = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


def meaning(body: str) -> str:
    """STOP, START or HELP, or nothing: only a word alone counts, in any case."""
    word = body.strip().upper()
    for kind, words in (("STOP", STOP), ("START", START), ("HELP", HELP)):
        if word in words:
            return kind
    return ""


def obey(world: World, number: str, meant: str) -> str:
    """Do what a word asks for; Twilio's own answer to it, where it gives one."""
    stopped = has_stopped(world, number)
    if meant == "STOP" and not stopped:
        stop(world, number, stopped=True)
        return GOODBYE
    if meant == "START" and stopped:
        stop(world, number, stopped=False)
        return WELCOME
    # Who has stopped gets no help either, until they start again.
    return ADVICE if meant == "HELP" and not stopped else ""


def stop(world: World, number: str, *, stopped: bool) -> None:
    """A person answered STOP (or START): Twilio itself refuses (or takes) further texts to them."""
    if stopped:
        now = world.clock.now()
        world.store.put("stopped", {"object_id": number, "object_created": now})
    else:
        world.store.drop("stopped", number)


def has_stopped(world: World, number: str) -> bool:
    return world.store.get("stopped", number) is not None
