import { createApp, optionsFromEnvironment } from "./app.js";

const app = createApp(optionsFromEnvironment(process.env));
app.listen(Number(process.env.PORT || 3000), "127.0.0.1");
