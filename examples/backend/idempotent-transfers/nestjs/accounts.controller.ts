import { Body, Controller, Get, Param, Post, Query, Res } from "@nestjs/common";

import type { HttpResponse } from "./express.ts";
import { FieldsPipe } from "./fields.pipe.ts";
import { ACCOUNT_RULES, readPage } from "./inputs.ts";
import type { NewAccount } from "./inputs.ts";
import { Ledger } from "./ledger.service.ts";
import type { Account, EntryPage } from "./ledger.service.ts";

@Controller("accounts")
export class AccountsController {
  constructor(private readonly ledger: Ledger) {}

  @Post()
  create(
    @Body(new FieldsPipe<NewAccount>(ACCOUNT_RULES)) input: NewAccount,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Account {
    const account = this.ledger.openAccount(input.currency, input.opening_balance);
    response.location(`/accounts/${account.id}`);
    return account;
  }

  @Get(":id")
  read(@Param("id") id: string): Account {
    return this.ledger.account(id);
  }

  @Get(":id/entries")
  entries(@Param("id") id: string, @Query() query: URLSearchParams): EntryPage {
    const { limit, before } = readPage(query, (cursor) => this.ledger.positionOf(id, cursor));
    return this.ledger.entries(id, limit, before);
  }
}
