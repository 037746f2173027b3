/*
 * Pictures of a conversation, one at a time and large: the arrows go on, Escape goes back to where
 * one was, and the message that a picture came with is one step away.
 */
import left from "icon:chevron-left";
import right from "icon:chevron-right";
import cross from "icon:x";
import { el, icon } from "../shared/nodes";
import { ago, exact } from "../shared/times";
import { visit } from "./opening";
import { locale, say, zone } from "./say";

const PICTURE = "a[data-picture]";

class Viewer {
  private readonly picture = el("img", { alt: "" });
  private readonly name = el("b");
  private readonly who = el("span", { class: "dim" });
  private readonly place = el("span", { class: "num", role: "status" });
  private readonly message = el("a", { class: "btn s" }, say("메시지로 가기"));
  private readonly original = el(
    "a",
    { class: "btn s", target: "_blank", rel: "noopener" },
    say("원본 열기"),
  );
  private readonly before = this.button(say("이전 사진"), left, -1);
  private readonly after = this.button(say("다음 사진"), right, 1);
  private readonly dialog: HTMLDialogElement;
  private at = 0;
  private goesTo = "";

  constructor(
    private readonly all: readonly HTMLAnchorElement[],
    at: number,
  ) {
    const close = el("button", { type: "button", class: "icon", "aria-label": say("닫기") });
    close.append(icon(cross));
    close.addEventListener("click", () => this.dialog.close());
    this.dialog = el(
      "dialog",
      { class: "viewer", "aria-label": say("사진 보기") },
      el(
        "header",
        {},
        el("div", {}, this.name, this.who),
        this.place,
        this.message,
        this.original,
        close,
      ),
      el("div", { class: "stage" }, this.before, this.picture, this.after),
    );
    this.dialog.addEventListener("keydown", (event) => this.keyed(event));
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      if (this.goesTo) visit(this.goesTo);
      else this.all[this.at]?.focus();
    });
    this.message.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.goesTo = this.message.href;
      this.dialog.close();
    });
    document.body.append(this.dialog);
    this.show(at);
    this.dialog.showModal();
    this.picture.parentElement?.setAttribute("tabindex", "-1");
    this.picture.parentElement?.focus();
  }

  private button(label: string, shapes: Parameters<typeof icon>[0], step: number): HTMLElement {
    const made = el("button", { type: "button", class: "icon", "aria-label": label });
    made.append(icon(shapes));
    made.addEventListener("click", () => this.show(this.at + step));
    return made;
  }

  private keyed(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const end = { Home: 0, End: this.all.length - 1 }[event.key];
    if (step === undefined && end === undefined) return;
    event.preventDefault();
    this.show(end ?? this.at + (step ?? 0));
  }

  private show(at: number): void {
    const link = this.all[at];
    if (!link) return;
    this.at = at;
    const { name = "", who = "", at: when = "", message = "" } = link.dataset;
    this.picture.src = link.href;
    this.picture.alt = name;
    this.name.textContent = name;
    const moment = new Date(when);
    this.who.textContent = `${who} · ${ago(moment, new Date(), locale, zone)}`;
    this.who.title = exact(moment, locale, zone);
    this.place.textContent = `${at + 1} / ${this.all.length}`;
    this.original.href = link.href;
    this.message.href = message;
    this.message.hidden = !message;
    this.before.toggleAttribute("disabled", at === 0);
    this.after.toggleAttribute("disabled", at === this.all.length - 1);
  }
}

function clicked(event: MouseEvent): void {
  const held = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  const target = event.target instanceof Element ? event.target : null;
  const link = target?.closest<HTMLAnchorElement>(PICTURE);
  if (!link || held || event.button !== 0) return;
  event.preventDefault();
  const all = [...(link.closest("[data-gallery]") ?? document).querySelectorAll(PICTURE)];
  new Viewer(all as HTMLAnchorElement[], all.indexOf(link));
}

/** In a grid of pictures the arrows go from one to the next. */
function moved(event: KeyboardEvent): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const from = event.target instanceof Element ? event.target.closest(PICTURE) : null;
  if (!step || !from || document.querySelector("dialog[open]")) return;
  const all = [...(from.closest("[data-gallery]") ?? document).querySelectorAll(PICTURE)];
  const next = all[all.indexOf(from) + step];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

/** Whoever looks further back keeps what was read: it is made anew when it is unfolded again. */
function goesBack(event: Event): void {
  const { elt } = (event as CustomEvent<{ elt: Element }>).detail;
  const gallery = elt.closest(".rest") && elt.closest<HTMLElement>("[data-gallery]");
  if (gallery) delete gallery.dataset.live;
}

export function setUpGalleries(): void {
  document.addEventListener("htmx:beforeRequest", goesBack);
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", moved);
}
