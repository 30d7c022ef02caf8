"""Products, customers and the orders between them."""

from typing import Any

from django.db import models


class Status(models.TextChoices):
    """The states of an order."""

    DRAFT = "draft"
    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Customer(models.Model):
    """Someone who orders."""

    name = models.CharField(max_length=100)
    token_digest = models.CharField(max_length=64, unique=True)


class StaffToken(models.Model):
    """The digest of the staff token that was claimed; at most one row, with the key 1."""

    token_digest = models.CharField(max_length=64)


class Product(models.Model):
    """What is for sale; the price in minor units, the stock without what orders have reserved."""

    sku = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=100)
    price = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    stock = models.PositiveIntegerField()

    class Meta:
        ordering = ["sku"]

    def as_json(self) -> dict[str, Any]:
        """The product as clients see it."""
        return {name: getattr(self, name) for name in ("sku", "name", "price", "currency", "stock")}


class Order(models.Model):
    """An order; only ``services.act`` changes its status."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    currency = models.CharField(max_length=3)
    total = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["-id"]

    def as_summary(self) -> dict[str, Any]:
        """The order as an item of a list."""
        return {name: getattr(self, name) for name in ("id", "status", "currency", "total")}

    def as_json(self) -> dict[str, Any]:
        """The order as clients see it."""
        lines = [line.as_json() for line in self.lines.all()]
        return {**self.as_summary(), "customer_id": self.customer_id, "lines": lines}


class Line(models.Model):
    """A product in an order, at the price that it had when the order was made."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField()
    price = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]

    def amount(self) -> int:
        """What the line costs, in minor units."""
        return self.price * self.quantity

    def as_json(self) -> dict[str, Any]:
        """The line as clients see it."""
        return {"sku": self.product_id, "quantity": self.quantity, "price": self.price, "amount": self.amount()}


class Event(models.Model):
    """A change of an order's state."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    from_status = models.CharField(max_length=9, choices=Status, null=True)
    to_status = models.CharField(max_length=9, choices=Status)
    actor = models.CharField(max_length=40)

    class Meta:
        ordering = ["id"]

    def as_json(self) -> dict[str, Any]:
        """The event as clients see it."""
        return {"from": self.from_status, "to": self.to_status, "actor": self.actor}
