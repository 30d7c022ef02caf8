import { createApp } from "./app.js";
import { readSettings } from "./settings.js";

createApp(readSettings(process.env)).listen(Number(process.env.PORT || 3000), "127.0.0.1", (error) => {
  if (error) throw error;
});
