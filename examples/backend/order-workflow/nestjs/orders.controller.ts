import type { ServerResponse } from "node:http";

import { Controller, Get, HttpCode, Param, Post, Res } from "@nestjs/common";

import { Caller, CurrentCaller } from "./caller.ts";
import { Form, integer, JsonForm, listOf, matching, text } from "./forms.ts";
import type { HistoryEntry, Order, OrderSummary } from "./orders.repository.ts";
import { OrdersService } from "./orders.service.ts";
import type { Quantity } from "./products.service.ts";
import { Roles } from "./roles.guard.ts";
import { type Action, TRANSITIONS } from "./workflow.ts";

interface NewOrder {
  lines: Quantity[];
}

interface NewTransition {
  action: Action;
}

const LINE = new Form<Quantity>({ sku: text(1, 32), quantity: integer(1, 1000) });
const ORDER = new Form<NewOrder>({ lines: listOf(LINE, 1, 20) });
const TRANSITION = new Form<NewTransition>({
  action: matching(new RegExp(`^(${Object.keys(TRANSITIONS).join("|")})$`)),
});

@Controller("orders")
@Roles(["customer", "staff"])
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  @Roles(["customer"])
  create(
    @CurrentCaller() caller: Caller & { customerId: number },
    @JsonForm(ORDER) { lines }: NewOrder,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Order {
    const order = this.orders.create(caller, lines);
    response.setHeader("Location", `/orders/${order.id}`);
    return order;
  }

  @Get()
  list(@CurrentCaller() caller: Caller): { items: OrderSummary[] } {
    return { items: this.orders.list(caller) };
  }

  @Get(":id")
  get(@CurrentCaller() caller: Caller, @Param("id") id: string): Order {
    return this.orders.get(caller, id);
  }

  @Get(":id/history")
  history(@CurrentCaller() caller: Caller, @Param("id") id: string): { items: HistoryEntry[] } {
    return { items: this.orders.history(caller, id) };
  }

  @Post(":id/transitions")
  @HttpCode(200)
  act(
    @CurrentCaller() caller: Caller,
    @Param("id") id: string,
    @JsonForm(TRANSITION) { action }: NewTransition,
  ): Order {
    return this.orders.act(caller, id, action);
  }
}
