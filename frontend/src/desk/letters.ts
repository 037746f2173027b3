/*
 * Mail in the thread: its original shape opens in a frame of its own beneath the words, and what is
 * told of it or done with it opens in a dialog over the conversation.
 */
import cross from "icon:x";
import htmx from "htmx.org";
import { el, icon } from "../shared/nodes";
import { say } from "./say";

const LEAST = 80;
const SHEET = "sheet";

/** The frame runs nothing, so this page measures what is in it. */
function fit(frame: HTMLIFrameElement): void {
  const inside = frame.contentDocument;
  if (!inside) return;
  const measure = (): void => {
    frame.style.height = "0";
    frame.style.height = `${Math.max(LEAST, inside.documentElement.scrollHeight)}px`;
  };
  measure();
  for (const image of inside.images) image.addEventListener("load", measure);
}

function frameOf(fold: HTMLElement): HTMLElement {
  const { original = "", title = "", remote, why = "" } = fold.dataset;
  const frame = el("iframe", {
    src: original,
    title,
    sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox",
    referrerpolicy: "no-referrer",
  });
  frame.addEventListener("load", () => fit(frame));
  const box = el("div", { class: "framed", "data-keep": "" });
  if (remote) {
    const load = el("button", { type: "button", class: "btn s" }, remote);
    const line = el("p", { class: "remote" }, load, el("span", { class: "dim" }, why));
    load.addEventListener("click", () => {
      frame.src = `${original}?images=1`;
      line.remove();
      frame.focus();
    });
    box.append(line);
  }
  box.append(frame);
  return box;
}

function opened(event: Event): void {
  const fold = event.target;
  if (!(fold instanceof HTMLDetailsElement) || !fold.matches("[data-original]")) return;
  if (fold.open && !fold.querySelector(".framed")) fold.append(frameOf(fold));
}

/** A dialog over the page for what a link leads to; the link itself still works without it. */
function show(link: HTMLAnchorElement): void {
  document.getElementById(SHEET)?.remove();
  const title = link.textContent.trim();
  const close = el("button", { type: "button", class: "icon", "aria-label": say("닫기") });
  close.append(icon(cross));
  const body = el("div", { class: "sheet-body" });
  const dialog = el(
    "dialog",
    { class: "dialog sheet", id: SHEET, "aria-label": title },
    el("header", {}, el("h2", {}, title), close),
    body,
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (link.isConnected) link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  void htmx
    .ajax("get", link.href, { target: body, swap: "innerHTML" })
    .then(() => body.querySelector<HTMLElement>("[autofocus]")?.focus());
}

function clicked(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-sheet]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  show(link);
}

/** What was done in the dialog is done: it says so at the edge of the screen, and the dialog goes. */
function done(event: Event): void {
  const { elt, successful } = (event as CustomEvent<{ elt: Element; successful: boolean }>).detail;
  const dialog = elt.closest<HTMLDialogElement>(`#${SHEET}`);
  if (dialog && successful && elt.matches("form[method=post]")) dialog.close();
}

export function setUpLetters(): void {
  document.addEventListener("toggle", opened, true);
  document.addEventListener("click", clicked);
  document.addEventListener("htmx:afterRequest", done);
}
