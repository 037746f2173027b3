import { afterEach, expect, test, vi } from "vitest";
import { Uploads } from "../../src/desk/uploads";

class Request {
  static all: Request[] = [];
  upload = {};
  status = 0;
  response: unknown = null;
  onload = (): void => undefined;

  constructor() {
    Request.all.push(this);
  }

  open = (): void => undefined;
  setRequestHeader = (): void => undefined;
  send = (): void => undefined;
  abort = (): void => undefined;

  async stores(id: string): Promise<void> {
    this.status = 201;
    this.response = { id };
    this.onload();
    await new Promise((done) => setTimeout(done));
  }
}

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("what is being put up stays when other files are put in its place", async () => {
  vi.stubGlobal("XMLHttpRequest", Request);
  document.body.innerHTML = `<form><input type="file" data-upload="/up"><div data-files></div></form>`;
  const uploads = Uploads.of(document.querySelector("form")!, () => undefined)!;
  uploads.restore([{ id: "old", name: "보낸 것.pdf", size: 1 }]);
  uploads.add([new File(["x"], "영수증.pdf")]);
  uploads.restore([{ id: "kept", name: "초안.pdf", size: 1 }]);
  expect(uploads.busy).toBe(true);
  await Request.all[0]!.stores("f1");
  expect(uploads.refs.map(({ id }) => id)).toEqual(["kept", "f1"]);
  uploads.restore([]);
  expect(uploads.refs).toEqual([]);
});
