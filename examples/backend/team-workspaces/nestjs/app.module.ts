import { type DynamicModule, Module } from "@nestjs/common";
import { APP_FILTER } from "@nestjs/core";

import { Database } from "./database.ts";
import { HealthController } from "./health.controller.ts";
import { MembersController } from "./members.controller.ts";
import { MembersService } from "./members.service.ts";
import { ProblemFilter } from "./problem.filter.ts";
import { ProjectsController } from "./projects.controller.ts";
import { ProjectsService } from "./projects.service.ts";
import { UsersController } from "./users.controller.ts";
import { UsersService } from "./users.service.ts";
import { WorkspacesController } from "./workspaces.controller.ts";
import { WorkspacesService } from "./workspaces.service.ts";

export interface AppOptions {
  /** undefined or "": a database in memory, of this app alone */
  databasePath?: string;
}

/** The whole API; it needs an app made with `{ bodyParser: false }`. */
@Module({})
export class AppModule {
  static forRoot(options: AppOptions = {}): DynamicModule {
    return {
      module: AppModule,
      controllers: [HealthController, UsersController, WorkspacesController, MembersController, ProjectsController],
      providers: [
        { provide: Database, useFactory: () => new Database(options.databasePath || ":memory:") },
        { provide: APP_FILTER, useClass: ProblemFilter },
        UsersService,
        WorkspacesService,
        MembersService,
        ProjectsService,
      ],
    };
  }
}
