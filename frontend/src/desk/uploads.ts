import cross from "icon:x";
import file from "icon:file";
import { sizeText, upload, UploadFailed } from "../shared/files";
import { el, icon } from "../shared/nodes";
import { csrf } from "./htmx";
import { say } from "./say";

/** A file that is put up and not sent yet. */
export interface FileRef {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

/** Files of a form: uploaded when chosen, their ids sent as hidden `files` fields. */
export class Uploads {
  private running = 0;

  /** Those of a form, if it takes files. */
  static of(form: HTMLFormElement, problem: (text: string) => void): Uploads | null {
    const input = form.querySelector<HTMLInputElement>("[data-upload]");
    const place = form.querySelector<HTMLElement>("[data-files]");
    return input && place ? new Uploads(input, place, problem) : null;
  }

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

  /** The files that are there, in their order. */
  get refs(): FileRef[] {
    return [...this.place.querySelectorAll<HTMLInputElement>("input[name=files]")].map((one) => ({
      id: one.value,
      name: one.dataset.name ?? "",
      size: Number(one.dataset.size ?? 0),
    }));
  }

  /** Shows files that were put up before, in place of those there; what is under way goes on. */
  restore(refs: readonly FileRef[]): void {
    const boxes = refs.map((ref) => {
      const { box } = this.box(ref.name, ref.size);
      box.append(field(ref));
      return box;
    });
    const running = [...this.place.children].filter((box) => box.querySelector("progress"));
    this.place.replaceChildren(...boxes, ...running);
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
    const stop = new AbortController();
    const { box, drop } = this.box(one.name, one.size);
    drop.before(bar);
    drop.addEventListener("click", () => stop.abort());
    this.place.append(box);
    this.running += 1;
    try {
      const url = this.input.dataset.upload ?? "";
      const progress = (share: number): void => void (bar.value = share);
      const done = await upload(url, one, csrf(), progress, stop.signal);
      bar.replaceWith(field({ id: done.id, name: one.name, size: one.size }));
      this.changed();
    } catch (error) {
      box.remove();
      if (!stop.signal.aborted) this.problem(`${one.name}: ${reason(error)}`);
    }
    this.running -= 1;
  }

  private box(name: string, size: number): { box: HTMLElement; drop: HTMLElement } {
    const drop = el("button", { type: "button", class: "icon", "aria-label": say("빼기") });
    drop.append(icon(cross, "i s"));
    const box = el(
      "span",
      { class: "file" },
      icon(file, "i s"),
      el("span", { class: "name" }, name),
      el("small", {}, sizeText(size)),
      drop,
    );
    drop.addEventListener("click", () => {
      box.remove();
      this.changed();
    });
    return { box, drop };
  }

  private changed(): void {
    this.place.dispatchEvent(new CustomEvent("files", { bubbles: true }));
  }
}

function field(ref: FileRef): HTMLInputElement {
  return el("input", {
    type: "hidden",
    name: "files",
    value: ref.id,
    "data-name": ref.name,
    "data-size": String(ref.size),
  });
}

function reason(error: unknown): string {
  if (error instanceof UploadFailed && error.detail) return error.detail;
  const wrongType = error instanceof UploadFailed && error.status === 415;
  return say(wrongType ? "보낼 수 없는 파일 형식이에요." : "파일을 올리지 못했어요.");
}
