import { createApp } from "./app.js";

const app = createApp({ databasePath: process.env.DATABASE_PATH });
const server = app.listen(Number(process.env.PORT || 3000), "127.0.0.1");

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => server.close(() => app.locals.close()));
}
