import { type DynamicModule, Module } from "@nestjs/common";
import { APP_FILTER } from "@nestjs/core";

import { ChannelsController } from "./channels.controller.ts";
import { ChannelsRepository } from "./channels.repository.ts";
import { ChannelsService } from "./channels.service.ts";
import { HealthController } from "./health.controller.ts";
import { ProblemFilter } from "./problem.filter.ts";
import { Settings } from "./settings.ts";

/** Channels whose messages are pushed to all who listen; for an app made with `{ bodyParser: false }`. */
@Module({
  controllers: [HealthController, ChannelsController],
  providers: [ChannelsRepository, ChannelsService, { provide: APP_FILTER, useClass: ProblemFilter }],
})
export class AppModule {
  static forRoot(settings: Partial<Settings> = {}): DynamicModule {
    return {
      module: AppModule,
      providers: [{ provide: Settings, useValue: { ...new Settings(), ...settings } }],
    };
  }
}
