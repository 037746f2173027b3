import { visit } from "../opening";
import { say } from "../say";
import { toast } from "../toasts";

const STAYS = 30_000;

/** Tells what became of a text whose conversation is not on screen any more, with a way there. */
export function tellFromAway(form: HTMLFormElement, text: string): void {
  const act = (): void => visit(new URL(".", form.action).href);
  toast(text, { act, undo_text: say("상담 열기"), stays: STAYS });
}
