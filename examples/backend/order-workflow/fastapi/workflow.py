"""The states of an order and the actions that lead from one to another; nothing here knows of HTTP or SQL."""

from typing import Literal, NamedTuple

Role = Literal["customer", "staff"]
Action = Literal["place", "pay", "ship", "deliver", "cancel", "refund"]


class Transition(NamedTuple):
    """Who may take an action, in which states, and the state after it."""

    roles: tuple[Role, ...]
    sources: tuple[str, ...]
    target: str


TRANSITIONS: dict[Action, Transition] = {
    "place": Transition(("customer",), ("draft",), "placed"),
    "pay": Transition(("staff",), ("placed",), "paid"),
    "ship": Transition(("staff",), ("paid",), "shipped"),
    "deliver": Transition(("staff",), ("shipped",), "delivered"),
    "cancel": Transition(("customer", "staff"), ("draft", "placed"), "cancelled"),
    "refund": Transition(("staff",), ("paid", "delivered"), "refunded"),
}


def allowed_actions(role: Role, state: str) -> list[Action]:
    """What this role can do with an order in this state."""
    return [action for action, step in TRANSITIONS.items() if role in step.roles and state in step.sources]


def gives_stock_back(source: str, target: str) -> bool:
    """Whether goods that were reserved, but not sent, are for sale again."""
    return source in ("placed", "paid") and target in ("cancelled", "refunded")
