import { Body, Controller, Get, Headers, HttpStatus, Param, Post, Res, UseGuards } from "@nestjs/common";

import type { HttpResponse } from "./express.ts";
import { FieldsPipe } from "./fields.pipe.ts";
import { IDEMPOTENCY_KEY, IdempotencyKeyGuard } from "./idempotency-key.guard.ts";
import { ORDER_RULES } from "./inputs.ts";
import { Ledger } from "./ledger.service.ts";
import type { Order, Transfer } from "./ledger.service.ts";
import { Problem } from "./problem.ts";
import { StoredAnswers } from "./stored-answers.service.ts";
import type { Answer } from "./stored-answers.service.ts";

@Controller("transfers")
export class TransfersController {
  constructor(
    private readonly ledger: Ledger,
    private readonly storedAnswers: StoredAnswers,
  ) {}

  @Post()
  @UseGuards(IdempotencyKeyGuard)
  create(
    @Headers(IDEMPOTENCY_KEY) key: string,
    @Body(new FieldsPipe<Order>(ORDER_RULES)) order: Order,
    @Res() response: HttpResponse,
  ): void {
    const { answer, replayed } = this.storedAnswers.answerOnce(key, order, () => this.decide(order));
    if (replayed) response.set("Idempotent-Replayed", "true");
    send(response, answer);
  }

  @Get(":id")
  read(@Param("id") id: string): Transfer {
    return this.ledger.transfer(id);
  }

  /** Carries the transfer out or refuses it: either way there is an answer to store. */
  private decide(order: Order): Answer {
    try {
      const transfer = this.ledger.move(order);
      return { status: HttpStatus.CREATED, location: `/transfers/${transfer.id}`, body: JSON.stringify(transfer) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { status: error.getStatus(), location: null, body: error.body };
    }
  }
}

function send(response: HttpResponse, { status, location, body }: Answer): void {
  if (location !== null) response.location(location);
  const mediaType = status === HttpStatus.CREATED ? "application/json" : "application/problem+json";
  response.status(status).type(mediaType).send(body);
}
