import { createParamDecorator, type ExecutionContext } from "@nestjs/common";

export type Role = "customer" | "staff";

/** Who sends a request. */
export class Caller {
  /** @param customerId   null for staff */
  constructor(readonly customerId: number | null) {}

  get role(): Role {
    return this.customerId === null ? "staff" : "customer";
  }

  /** The caller's name in the history of orders. */
  get actor(): string {
    return this.customerId === null ? "staff" : `customer:${this.customerId}`;
  }
}

/** The Caller whom the guard of the roles has found. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller => context.switchToHttp().getRequest().caller,
);
