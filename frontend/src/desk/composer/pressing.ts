import { isTouch } from "../../shared/touch";
import { isPressed, SHORTCUTS } from "./shortcuts";

/** What a key is meant for where one writes; null: for the text. */
export type Meaning = "send" | "close" | "unsend" | null;

/** `needsEnter`: Enter has work of its own where the caret stands, as in a list. */
export function meaning(event: KeyboardEvent, needsEnter: boolean): Meaning {
  const is = (name: keyof typeof SHORTCUTS): boolean => isPressed(event, SHORTCUTS[name]);
  if (is("close")) return "close";
  if (is("sendAnyway")) return "send";
  if (is("send")) return needsEnter || isTouch() ? null : "send";
  return is("unsend") ? "unsend" : null;
}

/** What the field says while it is empty: on a screen that is touched nothing of Shift+Enter. */
export function hint(area: HTMLTextAreaElement): void {
  const { touch } = area.dataset;
  if (touch && isTouch()) area.placeholder = touch;
}
