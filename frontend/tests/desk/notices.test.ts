import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { look, setUpNotices } from "../../src/desk/notices";
import { keyBytes } from "../../src/desk/push";

const HERE = "01900000-0000-7000-8000-000000000001";
const ELSEWHERE = "01900000-0000-7000-8000-000000000002";
let read: string[] = [];
let played = 0;

interface Shown {
  count: number;
  newest?: string;
  about?: string;
  rings?: boolean;
}

function show({ count, newest = "", about = "", rings = false }: Shown): void {
  document.body.innerHTML = `<a id="bell" data-bell="${count}" data-newest="${newest}"
    data-about="${about}" data-reading="http://majung.example/reading" ${rings ? "data-rings" : ""}></a>`;
  look();
}

const said = (): string => document.getElementById("announcer")?.textContent ?? "";

class Sound {
  state = "running";
  currentTime = 0;
  destination = {};
  createGain(): object {
    const value = { setValueAtTime: () => 0, exponentialRampToValueAtTime: () => 0 };
    return { gain: value, connect: () => 0 };
  }
  createOscillator(): object {
    played += 1;
    return { frequency: {}, connect: () => 0, start: () => 0, stop: () => 0 };
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

setUpNotices();
show({ count: 0 });

beforeEach(() => {
  read = [];
  played = 0;
  localStorage.clear();
  document.title = "내 상담";
  history.replaceState(null, "", "/desk/mine/");
  vi.stubGlobal("AudioContext", Sound);
  vi.stubGlobal("fetch", (_url: string, init: RequestInit) => {
    read.push((init.body as URLSearchParams).get("conversation")!);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
});

afterEach(() => vi.unstubAllGlobals());

test("the tab says how many, and follows a new title", () => {
  show({ count: 3 });
  expect(document.title).toBe("(3) 내 상담");
  show({ count: 120 });
  expect(document.title).toBe("(99+) 내 상담");
  document.title = "김하늘";
  show({ count: 1 });
  expect(document.title).toBe("(1) 김하늘");
  show({ count: 0 });
  expect(document.title).toBe("김하늘");
});

test("what is new is said once, and rings if it shall", async () => {
  show({ count: 1, newest: "1", about: ELSEWHERE });
  await vi.waitFor(() => expect(said()).toContain("읽지 않은 알림 1개"));
  expect(played).toBe(0);
  show({ count: 2, newest: "2", about: ELSEWHERE, rings: true });
  await vi.waitFor(() => expect(played).toBe(2));
  show({ count: 2, newest: "2", about: ELSEWHERE, rings: true });
  show({ count: 1, newest: "1", about: ELSEWHERE, rings: true });
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(played).toBe(2);
});

test("another tab that rang already is enough", async () => {
  localStorage.setItem("majung:rung", "3");
  show({ count: 3, newest: "3", about: ELSEWHERE, rings: true });
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(played).toBe(0);
});

test("what is on the visible screen is read and stays quiet", async () => {
  history.replaceState(null, "", `/desk/c/${HERE}/`);
  show({ count: 1, newest: "4", about: HERE, rings: true });
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect([read, played]).toEqual([[HERE], 0]);
});

test("what is on a hidden screen is not read", () => {
  history.replaceState(null, "", `/desk/c/${HERE}/`);
  const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  show({ count: 1, newest: "5", about: HERE });
  expect(read).toEqual([]);
  hidden.mockReturnValue("visible");
  document.dispatchEvent(new Event("visibilitychange"));
  expect(read).toEqual([HERE]);
  hidden.mockRestore();
});

test("a server key becomes its bytes", () => {
  expect([...keyBytes("_-8")]).toEqual([255, 239]);
});

test("what the address says already and the screen does not yet is not read", () => {
  history.replaceState(null, "", `/desk/c/${HERE}/`);
  show({ count: 1, newest: "6", about: HERE });
  read = [];
  document.body.insertAdjacentHTML(
    "beforeend",
    `<form data-composer data-conversation="${ELSEWHERE}"></form>`,
  );
  look();
  expect(read).toEqual([]);
});
