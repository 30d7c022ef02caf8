import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";

import { AppModule, configure } from "./app.module.ts";

const { DATABASE_PATH, APP_JWT_SECRET, PORT } = process.env;
const module = AppModule.forRoot({ databasePath: DATABASE_PATH || "conduit.sqlite3", jwtSecret: APP_JWT_SECRET });
const app = await NestFactory.create<NestExpressApplication>(module, { bodyParser: false, logger: ["error", "warn"] });
await configure(app).listen(Number(PORT || 3000), "127.0.0.1");
