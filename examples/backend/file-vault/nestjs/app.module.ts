import { Module } from "@nestjs/common";
import type { DynamicModule, NestModule } from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost } from "@nestjs/core";

import { FilesController } from "./files.controller.ts";
import { HealthController } from "./health.controller.ts";
import { Owners } from "./owners.service.ts";
import { ProblemFilter } from "./problem.filter.ts";
import { Settings } from "./settings.ts";
import type { Environment } from "./settings.ts";
import { Vault } from "./vault.service.ts";

/** The whole API; it needs an app made with `{ bodyParser: false }`, or there would be no stream left to read. */
@Module({
  controllers: [HealthController, FilesController],
  providers: [Owners, Vault, { provide: APP_FILTER, useClass: ProblemFilter }],
})
export class AppModule implements NestModule {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** @throws RangeError when a variable has a value of wrong form */
  static forRoot(environment: Environment): DynamicModule {
    return { module: AppModule, providers: [{ provide: Settings, useValue: new Settings(environment) }] };
  }

  /** Called before the routes are added. */
  configure(): void {
    this.adapterHost.httpAdapter.getInstance().router.caseSensitive = true;
  }
}
