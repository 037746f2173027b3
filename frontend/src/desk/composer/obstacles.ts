import { say } from "../say";
import type { Uploads } from "../uploads";
import type { EnvelopeLine } from "./envelope";

/** Says why what stands in the composer cannot be sent just now; nothing where it can. */
export function obstacle(
  form: HTMLFormElement,
  uploads: Uploads | null,
  envelope: EnvelopeLine | null,
): string {
  if (form.getAttribute("aria-busy") === "true")
    return say("템플릿을 넣는 중이에요. 들어간 뒤에 보내주세요.");
  if (uploads?.busy) return say("파일을 올리는 중이에요. 다 올라가면 보내주세요.");
  return envelope?.problem() ?? "";
}
