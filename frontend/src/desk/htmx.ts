import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";
import { toast } from "./toasts";
import { say } from "./say";

/** Attributes that belong to the person, not to the server: what is open stays open. */
function keepsAttribute(name: string, element: Element): boolean {
  return name === "open" && (element instanceof HTMLDetailsElement || element.tagName === "DIALOG");
}

/** What one types in is left alone, whatever the server has to say about it. */
function isStill(node: Node): boolean {
  return (
    node instanceof HTMLElement &&
    node.hasAttribute("data-still") &&
    node.contains(document.activeElement)
  );
}

/** A field that one is in keeps what one wrote; a button that has the focus is read again. */
function isInField(): boolean {
  const { activeElement } = document;
  return (
    activeElement instanceof HTMLElement &&
    (activeElement.matches("input, textarea, select") || activeElement.isContentEditable)
  );
}

/** What the reader brought into a part that is read again stays where it stands. */
function isKept(node: Node): boolean {
  return node instanceof HTMLElement && node.hasAttribute("data-keep");
}

/** What was read once one opened it is not made a place to be filled again. */
function isRead(node: Node, fresh: Node): boolean {
  const waits = (one: Node): boolean => one instanceof HTMLElement && "later" in one.dataset;
  return waits(fresh) && !waits(node);
}

// A thread refetched behind another tab was read by nobody: the server is told so, and it is
// fetched once more when somebody looks.
let refetchedUnseen = false;

/** Sets htmx up for a page without inline script or style, morphing instead of replacing. */
export function setUpHtmx(): void {
  Object.assign(htmx.config, {
    allowEval: false,
    allowScriptTags: false,
    includeIndicatorStyles: false,
    selfRequestsOnly: true,
    historyCacheSize: 0,
    defaultSettleDelay: 0,
    timeout: 20_000,
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      // A form with its mistakes marked.
      { code: "422", swap: true, error: false },
      { code: "[45]..", swap: false, error: true },
    ],
  });
  htmx.defineExtension("morph", {
    isInlineSwap: (style: string) => style === "morph" || style === "morph:outerHTML",
    handleSwap: (style: string, target: Node, fragment: Node) => {
      if (!style.startsWith("morph")) return false;
      const morphStyle = style === "morph:innerHTML" ? "innerHTML" : "outerHTML";
      return Idiomorph.morph(target, (fragment as DocumentFragment).children, {
        morphStyle,
        ignoreActiveValue: isInField(),
        callbacks: {
          beforeNodeMorphed: (node: Node, fresh: Node) => !isStill(node) && !isRead(node, fresh),
          beforeNodeRemoved: (node: Node) => !isKept(node),
          beforeAttributeUpdated: (name: string, element: Element) =>
            !keepsAttribute(name, element),
        },
      }) as Node[];
    },
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
    Object.assign(headers, csrf());
    if (document.visibilityState === "hidden") {
      headers["Majung-Hidden"] = "1";
      refetchedUnseen = true;
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" || !refetchedUnseen) return;
    refetchedUnseen = false;
    for (const region of document.querySelectorAll("[data-pin][hx-get]"))
      htmx.trigger(region, "live", {});
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt } = (event as CustomEvent<{ xhr: XMLHttpRequest; elt: Element }>).detail;
    if (!elt.hasAttribute("data-live")) toast(problemText(xhr.responseText));
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      const { elt } = (event as CustomEvent<{ elt: Element }>).detail;
      if (!elt.hasAttribute("data-live")) {
        toast(say("서버에 닿지 않아요. 연결을 확인하고 다시 해주세요."));
      }
    });
  }
}

export function csrf(): Record<string, string> {
  const token = document.body.dataset.csrf;
  return token ? { "X-CSRFToken": token } : {};
}

/** The server's words for what went wrong (problem+json), or ours. */
export function problemText(body: string, fallback?: string): string {
  try {
    const { detail, title } = JSON.parse(body) as { detail?: unknown; title?: unknown };
    if (typeof detail === "string" && detail) return detail;
    if (typeof title === "string" && title) return title;
  } catch {
    // Not a problem document.
  }
  return fallback ?? say("처리하지 못했어요. 잠시 뒤 다시 해주세요.");
}

/** Runs for the page and for everything htmx brings into it later. */
export function onContent(act: (root: ParentNode) => void): void {
  act(document);
  document.addEventListener("htmx:load", (event) => act(event.target as Element));
  document.addEventListener("htmx:afterSwap", () => act(document));
}
