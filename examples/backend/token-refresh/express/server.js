import { createApp } from "./app.js";

createApp(process.env).listen(Number(process.env.PORT || 3000), "127.0.0.1", (error) => {
  if (error) throw error;
});
