import file from "icon:file";
import again from "icon:refresh-cw";
import cross from "icon:x";
import { sizeText, upload, UploadFailed, type Uploaded } from "../shared/files";
import { el, icon } from "../shared/nodes";
import type { Say } from "./say";

export interface UploadLimits {
  readonly file: number;
  readonly files: number;
}

interface Attachment {
  readonly file: File;
  readonly element: HTMLElement;
  readonly stop: AbortController;
  done: Uploaded | null;
  error: string;
}

/** Files chosen for the next message: uploaded at once, shown with progress, removable. */
export class Attachments {
  private list: Attachment[] = [];

  constructor(
    private readonly element: HTMLElement,
    private readonly say: Say,
    private readonly limits: () => UploadLimits,
    private readonly target: () => Promise<{ url: string; headers: Record<string, string> }>,
    private readonly changed: () => void,
    private readonly problem: (text: string) => void,
  ) {}

  get busy(): boolean {
    return this.list.some((one) => !one.done && !one.error);
  }

  get ready(): Uploaded[] {
    return this.list.map((one) => one.done).filter((done) => done !== null);
  }

  add(files: Iterable<File>): void {
    const { files: most } = this.limits();
    for (const one of files) {
      if (this.list.length >= most) {
        this.problem(this.say("한 번에 {n}개까지 붙일 수 있어요.", { n: most }));
        break;
      }
      const error = this.refusal(one);
      if (error) this.problem(`${one.name}: ${error}`);
      else this.take(one);
    }
    this.update();
  }

  /** Takes what is ready; the rest stays. */
  clear(): void {
    for (const one of this.list.filter((attachment) => attachment.done)) one.element.remove();
    this.list = this.list.filter((attachment) => !attachment.done);
    this.update();
  }

  private refusal(one: File): string {
    const { file: most } = this.limits();
    if (one.size === 0) return this.say("빈 파일은 보낼 수 없어요.");
    if (one.size <= most) return "";
    return this.say("파일이 너무 커요. {size}까지 보낼 수 있어요.", { size: sizeText(most) });
  }

  private take(one: File): void {
    const attachment: Attachment = {
      file: one,
      element: el("div", { class: "file" }),
      stop: new AbortController(),
      done: null,
      error: "",
    };
    this.list.push(attachment);
    this.element.append(attachment.element);
    void this.send(attachment);
  }

  private async send(one: Attachment): Promise<void> {
    one.error = "";
    const bar = el("progress", { max: "1", value: "0", "aria-label": this.say("올리는 중") });
    this.show(one, bar);
    this.update();
    try {
      const { url, headers } = await this.target();
      const progress = (share: number): void => void (bar.value = share);
      one.done = await upload(url, one.file, headers, progress, one.stop.signal);
      this.show(one);
    } catch (error) {
      const failed = error instanceof UploadFailed ? error : new UploadFailed(0, "");
      one.error = this.reason(failed);
      this.show(
        one,
        el("span", { class: "wrong", role: "alert" }, one.error),
        failed.status !== 415,
      );
    }
    this.update();
  }

  private reason({ status, detail }: UploadFailed): string {
    if (detail) return detail;
    if (status === 413) {
      const size = sizeText(this.limits().file);
      return this.say("파일이 너무 커요. {size}까지 보낼 수 있어요.", { size });
    }
    if (status === 415) return this.say("보낼 수 없는 파일 형식이에요.");
    return this.say("파일을 올리지 못했어요. 연결을 확인하고 다시 올려주세요.");
  }

  private show(one: Attachment, below: HTMLElement | null = null, retry = false): void {
    const button = (
      label: string,
      shape: Parameters<typeof icon>[0],
      act: () => void,
    ): HTMLElement => {
      const made = el("button", {
        type: "button",
        class: "icon",
        "aria-label": label,
        title: label,
      });
      made.append(icon(shape, "i s"));
      made.addEventListener("click", act);
      return made;
    };
    one.element.replaceChildren(
      ...[
        this.preview(one.file),
        el("span", { class: "label" }, one.file.name),
        el("small", {}, sizeText(one.file.size)),
        below && retry ? button(this.say("다시 올리기"), again, () => void this.send(one)) : null,
        button(this.say("빼기"), cross, () => this.drop(one)),
        below,
      ].filter((part) => part !== null),
    );
  }

  private preview(one: File): Element {
    if (!/^image\/(png|jpeg|gif|webp)$/.test(one.type)) return icon(file);
    const picture = el("img", { alt: "", src: URL.createObjectURL(one) });
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
    return picture;
  }

  private drop(one: Attachment): void {
    one.stop.abort();
    one.element.remove();
    this.list = this.list.filter((other) => other !== one);
    this.update();
  }

  private update(): void {
    this.element.hidden = this.list.length === 0;
    this.changed();
  }
}
