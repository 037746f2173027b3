import cross from "icon:x";
import file from "icon:file";
import { sizeText, upload, UploadFailed } from "../shared/files";
import { el, icon } from "../shared/nodes";
import { csrf } from "./htmx";
import { say } from "./say";

/** Files of a form: uploaded when chosen, their ids sent as hidden `files` fields. */
export class Uploads {
  private running = 0;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly place: HTMLElement,
    private readonly problem: (text: string) => void,
  ) {
    input.addEventListener("change", () => {
      this.add(input.files ?? []);
      input.value = "";
    });
  }

  get busy(): boolean {
    return this.running > 0;
  }

  get count(): number {
    return this.place.querySelectorAll("input[name=files]").length;
  }

  clear(): void {
    this.place.replaceChildren();
  }

  add(files: Iterable<File>): void {
    const limit = Number(this.input.dataset.limit ?? Infinity);
    for (const one of files) {
      if (one.size > limit) {
        const size = sizeText(limit);
        this.problem(
          `${one.name}: ${say("파일이 너무 커요. {size}까지 보낼 수 있어요.", { size })}`,
        );
      } else void this.send(one);
    }
  }

  private async send(one: File): Promise<void> {
    const bar = el("progress", { max: "1", value: "0" });
    const drop = el("button", { type: "button", class: "icon", "aria-label": say("빼기") });
    drop.append(icon(cross, "i s"));
    const stop = new AbortController();
    const box = el(
      "span",
      { class: "file" },
      icon(file, "i s"),
      el("span", { class: "name" }, one.name),
      el("small", {}, sizeText(one.size)),
      bar,
      drop,
    );
    drop.addEventListener("click", () => {
      stop.abort();
      box.remove();
    });
    this.place.append(box);
    this.running += 1;
    try {
      const url = this.input.dataset.upload ?? "";
      const progress = (share: number): void => void (bar.value = share);
      const done = await upload(url, one, csrf(), progress, stop.signal);
      bar.replaceWith(el("input", { type: "hidden", name: "files", value: done.id }));
    } catch (error) {
      box.remove();
      if (!stop.signal.aborted) this.problem(`${one.name}: ${reason(error)}`);
    }
    this.running -= 1;
  }
}

function reason(error: unknown): string {
  if (error instanceof UploadFailed && error.detail) return error.detail;
  const wrongType = error instanceof UploadFailed && error.status === 415;
  return say(wrongType ? "보낼 수 없는 파일 형식이에요." : "파일을 올리지 못했어요.");
}
