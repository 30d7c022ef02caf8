import { createApp } from "./app.js";

const { DATABASE_PATH, STAFF_TOKEN, PORT } = process.env;
const app = createApp({ databasePath: DATABASE_PATH || "shop.sqlite3", staffToken: STAFF_TOKEN });
app.listen(Number(PORT || 3000), "127.0.0.1");
