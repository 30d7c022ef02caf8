import "reflect-metadata";
import { NestFactory } from "@nestjs/core";

import { AppModule } from "./app.module.ts";

const { DATABASE_PATH, STAFF_TOKEN, PORT } = process.env;
const module = AppModule.forRoot({ databasePath: DATABASE_PATH || "shop.sqlite3", staffToken: STAFF_TOKEN });
const app = await NestFactory.create(module, { bodyParser: false, logger: ["error", "warn"] });
await app.listen(Number(PORT || 3000), "127.0.0.1");
