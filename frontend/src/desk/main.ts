/* The agents' screens: htmx with morphing, and behaviours that pages ask for by data attributes. */
import { applyAccent } from "../shared/colour";
import { setUpClocks } from "./clocks";
import { setUpComposers } from "./composer";
import { setUpHotkeys } from "./hotkeys";
import { setUpHtmx } from "./htmx";
import { setUpMenus } from "./menus";
import { setUpPins } from "./pins";
import { setUpRegions } from "./regions";
import { setUpToasts } from "./toasts";

// htmx starts by itself when the page is parsed; its settings must stand before that.
setUpHtmx();

function start(): void {
  applyAccent(document.documentElement, document.body.dataset.accent);
  setUpToasts();
  setUpMenus();
  setUpHotkeys();
  setUpClocks();
  setUpPins();
  setUpComposers();
  setUpRegions();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
