import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUpOpening } from "../../src/desk/opening";

const asked = vi.fn<(url: string, headers: Record<string, string>) => void>();

function page(text: string): string {
  return `<title>${text}</title><div class="desk" data-screen="conv">
    <main class="conv" id="main" tabindex="-1"><a class="back" href="/desk/mine/"></a>${text}</main>
    <aside class="panel">${text}</aside></div>`;
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".row")];
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(10);
}

beforeEach(() => {
  vi.useFakeTimers();
  asked.mockClear();
  HTMLElement.prototype.checkVisibility = () => true;
  history.replaceState(null, "", "/desk/mine/");
  document.body.innerHTML = `<div class="desk" data-screen="list">
    <section class="list" id="main" role="main" tabindex="-1">
    <div data-rows hx-get="/desk/mine/rows?brand=&at=">
    <a class="row new" href="/desk/c/1/?view=mine"><b class="name">김<span class="vh">새</span></b></a>
    <a class="row" href="/desk/c/2/?view=mine">이</a></div></section>
    <section class="conv"></section></div>`;
  vi.stubGlobal(
    "fetch",
    vi.fn((url: string, init: { headers: Record<string, string> }) => {
      asked(new URL(url).pathname, init.headers);
      return Promise.resolve(new Response(page(`상담 ${new URL(url).pathname}`)));
    }),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

setUpOnce();
function setUpOnce(): void {
  document.body.innerHTML = "<div data-rows></div>";
  setUpOpening();
}

test("opening changes the conversation and keeps the list", async () => {
  const list = document.querySelector(".list")!;
  rows()[0]!.click();
  await settle();
  expect(document.querySelector(".conv")!.textContent).toContain("상담 /desk/c/1/");
  expect(document.querySelector(".panel")).not.toBeNull();
  expect(document.querySelector(".list")).toBe(list);
  expect([list.id, list.getAttribute("role")]).toEqual(["", null]);
  expect(document.activeElement?.id).toBe("main");
  expect(location.pathname + location.search).toBe("/desk/c/1/?view=mine");
  expect(document.title).toBe("상담 /desk/c/1/");
  expect(rows()[0]!.getAttribute("aria-current")).toBe("true");
  expect(rows()[0]!.className).toBe("row");
  expect(rows()[0]!.querySelector(".vh")).toBeNull();
  expect(document.querySelector("[data-rows]")!.getAttribute("hx-get")).toContain("at=1");
});

test("resting on a row prepares it unseen, and opening then asks nothing more", async () => {
  rows()[1]!.dispatchEvent(new Event("pointerover", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60);
  expect(asked.mock.calls[0]?.[1]["Majung-Hidden"]).toBe("1");
  rows()[1]!.click();
  await settle();
  expect(asked).toHaveBeenCalledTimes(1);
  expect(document.querySelector(".conv")!.textContent).toContain("/desk/c/2/");
});

test("passing over rows prepares nothing", async () => {
  for (const row of rows()) {
    row.dispatchEvent(new Event("pointerover", { bubbles: true }));
    await vi.advanceTimersByTimeAsync(80);
  }
  document.body.dispatchEvent(new Event("pointerover", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).not.toHaveBeenCalled();
});

test("what is opened last is shown, whichever answer comes first", async () => {
  let late: ((answer: Response) => void) | undefined;
  vi.mocked(fetch).mockImplementationOnce(() => new Promise((done) => (late = done)));
  rows()[0]!.click();
  rows()[1]!.click();
  await settle();
  late?.(new Response(page("상담 /desk/c/1/")));
  await settle();
  expect(document.querySelector(".conv")!.textContent).toContain("/desk/c/2/");
  expect(rows()[1]!.getAttribute("aria-current")).toBe("true");
});

test("a click for another tab is the browser's", () => {
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: true });
  rows()[0]!.addEventListener("click", (clicked) => setTimeout(() => clicked.preventDefault()));
  rows()[0]!.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(false);
  expect(asked).not.toHaveBeenCalled();
});

test("without a connection the old conversation stays and one is told", async () => {
  vi.mocked(fetch).mockImplementationOnce(() => Promise.reject(new TypeError("offline")));
  rows()[0]!.click();
  await settle();
  expect(document.querySelector("#toasts")!.textContent).toContain("서버에 닿지 않아요");
  expect(rows()[0]!.hasAttribute("aria-current")).toBe(false);
  expect(location.pathname).toBe("/desk/mine/");
});

test("another conversation of the customer opens in place, in the same view", async () => {
  rows()[0]!.click();
  await settle();
  document.querySelector(".panel")!.innerHTML = '<a href="/desk/c/9/" data-open>지난 일</a>';
  document.querySelector<HTMLElement>("[data-open]")!.click();
  await settle();
  expect(asked).toHaveBeenLastCalledWith("/desk/c/9/", expect.anything());
  expect(location.pathname + location.search).toBe("/desk/c/9/?view=mine");
  expect(rows()).toHaveLength(2);
});

test("gone back without a connection, the address stays that of what is on screen", async () => {
  rows()[0]!.click();
  await settle();
  const here = location.href;
  vi.mocked(fetch).mockImplementationOnce(() => Promise.reject(new TypeError("offline")));
  history.replaceState(null, "", "/desk/c/2/?view=mine");
  window.dispatchEvent(new PopStateEvent("popstate"));
  await settle();
  expect(location.href).toBe(here);
  expect(document.querySelector(".conv")!.textContent).toContain("상담 /desk/c/1/");
  expect(rows()[0]!.getAttribute("aria-current")).toBe("true");
});
