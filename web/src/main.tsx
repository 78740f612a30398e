import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { App } from "./app";
import { listenToKeys } from "./keys";
import { listenToProjector } from "./projector";
import { beginFromAddress, store } from "./state";
import { SocketTransport } from "./transport";
import { listenToDrops } from "./upload";

beginFromAddress();
addEventListener("hashchange", beginFromAddress);
store.use(new SocketTransport(`ws://${location.host}/socket`, store));
setInterval(() => store.tick(), 250);
listenToKeys();
listenToDrops();
listenToProjector();
const app = document.getElementById("app");
if (app) render(<App />, app);
