import { Controller, Post } from "@nestjs/common";

import { AccountsService, type Registration } from "./accounts.service.ts";
import { Form, JsonForm, text } from "./forms.ts";

interface NewCustomer {
  name: string;
}

@Controller()
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post("customers")
  register(@JsonForm(new Form({ name: text(1, 100) })) { name }: NewCustomer): Registration {
    return this.accounts.register(name);
  }

  @Post("staff/claim")
  claim(): { token: string } {
    return { token: this.accounts.claim() };
  }
}
