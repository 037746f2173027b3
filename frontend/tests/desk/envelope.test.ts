import { beforeEach, describe, expect, it, vi } from "vitest";
import { EnvelopeLine, readPeople, readPerson } from "../../src/desk/composer/envelope";

const PROPOSED = {
  to: [{ name: "김하늘", address: "haneul@mail.test" }],
  cc: [],
  bcc: [],
  subject: "Re: 컵",
  sender: "help@ondam.test",
};

function form(): HTMLFormElement {
  document.body.innerHTML = `<form><div data-envelope>
    <input type="hidden" name="envelope"><button type="button" data-whom><span data-said></span></button>
    <div data-whole hidden>
      <div data-kind="to"><span>받는 사람</span></div><div data-kind="cc"><span>참조</span></div>
      <div data-kind="bcc"><span>숨은 참조</span></div><input data-subject>
      <select data-sender><option value="help@ondam.test">온담</option></select>
    </div></div></form>`;
  const found = document.querySelector("form");
  const box = document.querySelector<HTMLElement>("[data-envelope]");
  if (!found || !box) throw new Error("no form");
  box.dataset.envelope = JSON.stringify(PROPOSED);
  return found;
}

describe("people", () => {
  it("are read with a name, in quotes or without, and alone", () => {
    const person = { name: "박 부장", address: "park@mail.test" };
    expect(readPerson("박 부장 <park@mail.test>")).toEqual(person);
    expect(readPerson(' "박 부장" <park@mail.test> ')).toEqual(person);
    expect(readPerson("park@mail.test")).toEqual({ name: "", address: "park@mail.test" });
    expect(readPerson("박 부장")).toBeNull();
    expect(readPerson("a@b")).toBeNull();
  });

  it("may be pasted together; what is no address stays", () => {
    const { people, rest } = readPeople("a@mail.test; 나 <b@mail.test>\n아무나, c@mail.test");
    expect(people.map((one) => one.address)).toEqual(["a@mail.test", "b@mail.test", "c@mail.test"]);
    expect(rest).toBe("아무나");
  });
});

describe("the line above the text", () => {
  let edited: ReturnType<typeof vi.fn<() => void>>;
  let line: EnvelopeLine | null;
  const field = (kind: string): HTMLInputElement =>
    document.querySelector<HTMLInputElement>(`[data-kind=${kind}] input`) ??
    document.createElement("input");
  const press = (kind: string, key: string): boolean =>
    field(kind).dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  const said = (): string => document.querySelector("[data-said]")?.textContent ?? "";

  beforeEach(() => {
    edited = vi.fn<() => void>();
    line = EnvelopeLine.of(form(), edited);
  });

  it("says who gets it, and keeps nothing while it is as proposed", () => {
    expect(said()).toBe("받는 사람 김하늘 <haneul@mail.test> · 보내는 주소 help@ondam.test");
    expect(line?.value).toBeUndefined();
    expect(line?.problem()).toBe("");
  });

  it("takes people in and out by keyboard", () => {
    field("cc").value = "박 부장 <park@mail.test>";
    press("cc", "Enter");
    expect(said()).toContain("참조 박 부장");
    expect(line?.value?.cc).toEqual([{ name: "박 부장", address: "park@mail.test" }]);
    expect(edited).toHaveBeenCalledTimes(1);
    press("cc", "Backspace");
    expect(line?.value).toBeUndefined();
  });

  it("sends nothing to what is no address, or to nobody", () => {
    field("cc").value = "박 부장";
    expect(line?.problem()).not.toBe("");
    expect(field("cc").getAttribute("aria-invalid")).toBe("true");
    field("cc").value = "";
    press("to", "Backspace");
    expect(line?.problem()).not.toBe("");
  });

  it("shows what a draft kept, and what was proposed again once that is sent", () => {
    if (!line) throw new Error("no line");
    line.value = { ...PROPOSED, to: [{ name: "", address: "else@mail.test" }] };
    expect(said()).toContain("else@mail.test");
    line.value = undefined;
    expect(said()).toContain("haneul@mail.test");
  });

  it("goes with the thread while nobody has changed it", () => {
    const swapped = (cc: readonly object[]): void => {
      document.getElementById("proposed")?.remove();
      const told = document.createElement("div");
      told.id = "proposed";
      told.dataset.envelope = JSON.stringify({ ...PROPOSED, cc });
      document.body.append(told);
      document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
    };
    swapped([{ name: "구매팀", address: "buy@mail.test" }]);
    expect(said()).toContain("참조 구매팀");
    expect(line?.value).toBeUndefined();
    field("bcc").value = "me@mail.test";
    press("bcc", "Enter");
    swapped([]);
    expect(said()).toContain("참조 구매팀");
    expect(said()).toContain("숨은 참조 me@mail.test");
  });
});
