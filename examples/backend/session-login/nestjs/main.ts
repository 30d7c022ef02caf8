import "reflect-metadata";
import { NestFactory } from "@nestjs/core";

import { AppModule } from "./app.module.ts";
import { settingsFromEnvironment } from "./settings.ts";

const module = AppModule.forRoot(settingsFromEnvironment(process.env));
const app = await NestFactory.create(module, { bodyParser: false, logger: ["error", "warn"] });
await app.listen(Number(process.env["PORT"] || 3000), "127.0.0.1");
