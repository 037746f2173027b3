import cross from "icon:x";
import outside from "icon:external-link";
import { el, icon } from "../shared/nodes";
import type { ShellAt } from "./shell";

/**
 * Shows a picture as large as the window, and at its own size at a press. Fingers and wheel do what
 * they always do: the picture scrolls and the page zooms by itself.
 */
export function zoom(link: HTMLAnchorElement, at: ShellAt): void {
  const { say } = at;
  const alt = link.querySelector("img")?.alt ?? "";
  const picture = el("img", { src: link.href, alt });
  const size = el("button", { type: "button", class: "size", "aria-pressed": "false" }, picture);
  size.setAttribute("aria-label", `${say("실제 크기")}: ${alt}`);
  const close = el("button", { type: "button", class: "icon", "aria-label": say("닫기") });
  close.append(icon(cross));
  const open = el("a", { class: "icon", href: link.href, target: "_blank", rel: "noopener" });
  open.setAttribute("aria-label", say("새 창에서 열기"));
  open.append(icon(outside));
  const name = el("span", { class: "label", dir: "auto" }, alt);
  const box = el(
    "div",
    { class: "zoom", role: "dialog", "aria-modal": "true", "aria-label": say("사진 크게 보기") },
    el("div", { class: "bar" }, name, open, close),
    el("div", { class: "stage" }, size),
  );
  const end = (): void => {
    box.remove();
    at.wide(false);
    link.focus();
  };
  size.addEventListener("click", () => {
    const real = size.getAttribute("aria-pressed") !== "true";
    size.setAttribute("aria-pressed", String(real));
  });
  close.addEventListener("click", end);
  box.addEventListener("click", (event) => {
    if ((event.target as Element).classList.contains("stage")) end();
  });
  box.addEventListener("keydown", (event) => {
    // Escape ends this alone, and the keys stay inside.
    if (event.key === "Escape") {
      event.stopPropagation();
      end();
    } else if (event.key === "Tab") {
      const stops: HTMLElement[] = [open, close, size];
      const at = stops.indexOf(document.activeElement as HTMLElement);
      event.preventDefault();
      stops[(at + (event.shiftKey ? 2 : 1)) % 3]?.focus();
    }
  });
  document.body.append(box);
  at.wide(true);
  close.focus();
}
