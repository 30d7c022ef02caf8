import { createApp } from "./app.js";

const { DATABASE_PATH, APP_JWT_SECRET, PORT } = process.env;
const app = createApp({ databasePath: DATABASE_PATH || "conduit.sqlite3", jwtSecret: APP_JWT_SECRET });
app.listen(Number(PORT || 3000), "127.0.0.1");
