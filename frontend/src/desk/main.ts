/* The agents' screens: htmx with morphing, and behaviours that pages ask for by data attributes. */
import { applyTokens } from "../shared/accent";
import { setUpBeside } from "./beside";
import { setUpClocks } from "./clocks";
import { setUpComposers } from "./composer/composer";
import { setUpFocus } from "./focus";
import { setUpGalleries } from "./gallery";
import { setUpHead } from "./head";
import { setUpHotkeys } from "./hotkeys";
import { setUpHtmx } from "./htmx";
import { setUpLetters } from "./letters";
import { setUpMentions } from "./mentions";
import { setUpMenus } from "./menus";
import { setUpNotices } from "./notices";
import { setUpOpening } from "./opening";
import { setUpPalette } from "./palette";
import { setUpPast } from "./past";
import { setUpPins } from "./pins";
import { setUpPresence } from "./presence";
import { setUpPush } from "./push";
import { setUpRegions } from "./regions";
import { setUpTaggers } from "./tagger";
import { setUpToasts } from "./toasts";

// htmx starts by itself when the page is parsed; its settings must stand before that.
setUpHtmx();

function start(): void {
  applyTokens(document.body.dataset.tokens);
  setUpToasts();
  setUpMenus();
  setUpHead();
  setUpHotkeys();
  setUpFocus();
  setUpPalette();
  setUpClocks();
  setUpPins();
  setUpPast();
  setUpComposers();
  setUpRegions();
  setUpMentions();
  setUpPresence();
  setUpNotices();
  setUpPush();
  setUpTaggers();
  setUpOpening();
  setUpBeside();
  setUpGalleries();
  setUpLetters();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
