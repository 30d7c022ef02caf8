import "reflect-metadata";
import { NestFactory } from "@nestjs/core";

import { AppModule } from "./app.module.ts";
import { readSettings } from "./settings.ts";

const app = await NestFactory.create(AppModule.forRoot(readSettings(process.env)), {
  bodyParser: false,
  logger: ["error", "warn"],
});
await app.listen(Number(process.env["PORT"] || 3000), "127.0.0.1");
