import { createApp } from "./app.js";

const app = createApp({ databasePath: process.env.DATABASE_PATH });
app.listen(Number(process.env.PORT || 3000), "127.0.0.1");
