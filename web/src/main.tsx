import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { App } from "./app";
import { listenToKeys } from "./keys";
import { listenToDrops } from "./own";
import { beginFromAddress, store } from "./state";
import { SocketTransport } from "./transport";

beginFromAddress();
store.use(new SocketTransport(`ws://${location.host}/socket`, store));
setInterval(() => store.tick(), 250);
listenToKeys();
listenToDrops();
const app = document.getElementById("app");
if (app) render(<App />, app);
