import { Module, RequestMethod } from "@nestjs/common";
import type { DynamicModule, MiddlewareConsumer, NestModule } from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost } from "@nestjs/core";

import { Database } from "./database.service.ts";
import { configureExpress } from "./express.ts";
import { HealthController } from "./health.controller.ts";
import { JsonBodyMiddleware } from "./json-body.middleware.ts";
import { LinksController } from "./links.controller.ts";
import { Links } from "./links.service.ts";
import { ProblemFilter } from "./problem.filter.ts";
import { RedirectsController } from "./redirects.controller.ts";
import { TenantMiddleware } from "./tenant.middleware.ts";
import { TenantsController } from "./tenants.controller.ts";
import { Tenants } from "./tenants.service.ts";

export interface AppOptions {
  /** undefined or "": a database in memory, of this app alone */
  databasePath?: string;
}

/** The whole API; `main.ts` only listens. */
@Module({})
export class AppModule implements NestModule {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  static forRoot(options: AppOptions = {}): DynamicModule {
    return {
      module: AppModule,
      controllers: [HealthController, TenantsController, LinksController, RedirectsController],
      providers: [
        { provide: Database, useFactory: () => new Database(options.databasePath) },
        Tenants,
        Links,
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }

  /** Adds the middleware in the order in which faults are reported: the key comes before the body. */
  configure(consumer: MiddlewareConsumer): void {
    configureExpress(this.adapterHost.httpAdapter.getInstance());
    consumer.apply(TenantMiddleware).forRoutes(LinksController);
    consumer
      .apply(JsonBodyMiddleware)
      .forRoutes(
        { path: "tenants", method: RequestMethod.POST },
        { path: "links", method: RequestMethod.POST },
        { path: "links/:code", method: RequestMethod.PATCH },
      );
  }
}
