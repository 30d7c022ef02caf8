"""Which action leads from which states to which, and who may take it."""

from dataclasses import dataclass

from shop.models import Status

CUSTOMER = "customer"
STAFF = "staff"


@dataclass(frozen=True)
class Transition:
    """What an action does to an order."""

    roles: frozenset[str]
    sources: frozenset[Status]
    target: Status
    takes_stock: bool = False

    def gives_back_from(self, status: str) -> bool:
        """Whether goods that were reserved, but not sent, are for sale again."""
        ends = self.target in (Status.CANCELLED, Status.REFUNDED)
        return ends and status in (Status.PLACED, Status.PAID)


TRANSITIONS = {
    "place": Transition(frozenset({CUSTOMER}), frozenset({Status.DRAFT}), Status.PLACED, takes_stock=True),
    "pay": Transition(frozenset({STAFF}), frozenset({Status.PLACED}), Status.PAID),
    "ship": Transition(frozenset({STAFF}), frozenset({Status.PAID}), Status.SHIPPED),
    "deliver": Transition(frozenset({STAFF}), frozenset({Status.SHIPPED}), Status.DELIVERED),
    "cancel": Transition(frozenset({CUSTOMER, STAFF}), frozenset({Status.DRAFT, Status.PLACED}), Status.CANCELLED),
    "refund": Transition(frozenset({STAFF}), frozenset({Status.PAID, Status.DELIVERED}), Status.REFUNDED),
}


def allowed_actions(role: str, status: str) -> list[str]:
    """What this role can do with an order in this state."""
    return [name for name, step in TRANSITIONS.items() if role in step.roles and status in step.sources]
