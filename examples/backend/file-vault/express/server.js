import { createApp } from "./app.js";

const port = Number(process.env.PORT || 3000);

createApp(process.env).listen(port, "127.0.0.1", (error) => {
  if (error) throw error;
});
