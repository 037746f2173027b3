import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Live } from "../../src/shared/live/live";
import { parseMarks, type Marks } from "../../src/shared/live/marks";
import { coveringGrants } from "../../src/shared/live/party";
import { browser, Channel, Source } from "../browser";

const tabs: Live[] = [];
const settle = (ms = 100): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function tab(): Live {
  const live = new Live("/live", "test");
  tabs.push(live);
  live.start();
  return live;
}

/** Watches one topic read at e:1; its answers carry the marks given by `at`. */
function region(live: Live, topic = "t", at: () => Marks = () => new Map()) {
  const refetch = vi.fn(() => Promise.resolve(at()));
  const marks = parseMarks({ epoch: "e", marks: { [topic]: 1 } });
  const handle = live.watch({ topics: [topic], grant: `grant-${topic}`, marks, refetch });
  return { refetch, handle };
}

beforeEach(() => {
  vi.useFakeTimers();
  browser();
});

afterEach(() => {
  tabs.splice(0).forEach((live) => live.close());
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a hello that tells nothing new reads nothing; a signal reads once", async () => {
  const { refetch } = region(tab());
  await settle();
  Source.open[0]!.hello("e", { t: 1 });
  await settle();
  expect(refetch).toHaveBeenCalledTimes(0);
  Source.open[0]!.signal("t", "e", 2);
  Source.open[0]!.signal("other", "e", 7);
  await settle();
  expect(refetch).toHaveBeenCalledTimes(1);
});

test("a gap and a new epoch in hello are answered by reading again", async () => {
  const { refetch } = region(tab());
  await settle();
  Source.open[0]!.hello("e", { t: 9 });
  await settle();
  expect(refetch).toHaveBeenCalledTimes(1);
  Source.open[0]!.hello("f", { t: 0 });
  await settle();
  expect(refetch).toHaveBeenCalledTimes(2);
  Source.open[0]!.hello("f", { t: 0 });
  await settle();
  expect(refetch).toHaveBeenCalledTimes(2);
});

test("a signal while reading is answered by reading once more", async () => {
  let answer: (marks: Marks) => void = () => undefined;
  const live = tab();
  const refetch = vi.fn(() => new Promise<Marks>((resolve) => (answer = resolve)));
  live.watch({ topics: ["t"], grant: "g", marks: parseMarks({ t: "e:1" }), refetch });
  await settle();
  Source.open[0]!.hello("e", { t: 2 });
  Source.open[0]!.signal("t", "e", 3);
  Source.open[0]!.signal("t", "e", 4);
  await settle();
  expect(refetch).toHaveBeenCalledTimes(1);
  answer(parseMarks({ t: "e:2" }));
  await settle();
  expect(refetch).toHaveBeenCalledTimes(2);
  answer(parseMarks({ t: "e:4" }));
  await settle();
  expect(refetch).toHaveBeenCalledTimes(2);
});

test("typing passes through without reading anything", async () => {
  const live = tab();
  const refetch = vi.fn(() => Promise.resolve(new Map() as Marks));
  const signal = vi.fn();
  live.watch({ topics: ["t"], grant: "g", marks: parseMarks({ t: "e:1" }), refetch, signal });
  await settle();
  Source.open[0]!.hello("e", { t: 1 });
  Source.open[0]!.say("signal", { topic: "t", ids: [], kind: "typing" });
  await settle();
  expect(signal.mock.calls.map(([one]) => (one as { kind: string }).kind)).toEqual(["typing"]);
  expect(refetch).toHaveBeenCalledTimes(0);
});

test("the screen says it is not live after three seconds of silence, and heals", async () => {
  const live = tab();
  const states: string[] = [];
  live.onState((state) => states.push(state));
  region(live);
  await settle();
  Source.open[0]!.hello("e", { t: 1 });
  Source.open[0]!.say("stale");
  await settle(2000);
  Source.open[0]!.hello("e", { t: 1 });
  await settle(5000);
  expect(states).toEqual(["connecting", "live"]);
  Source.open[0]!.say("stale");
  await settle(3100);
  expect(states).toEqual(["connecting", "live", "off"]);
  Source.open[0]!.hello("f", { t: 1 });
  await settle();
  expect(states).toEqual(["connecting", "live", "off", "live"]);
});

test("a lost connection comes back by itself, later each time", async () => {
  region(tab());
  await settle();
  Source.open[0]!.hello("e", { t: 1 });
  Source.open[0]!.fail();
  expect(Source.open).toHaveLength(0);
  await settle(1600);
  expect(Source.open).toHaveLength(1);
  Source.open[0]!.fail();
  await settle(900);
  expect(Source.open).toHaveLength(0);
  await settle(2200);
  expect(Source.open).toHaveLength(1);
});

test("a connection that falls silent is given up, and the screen says so", async () => {
  const live = tab();
  region(live);
  await settle();
  Source.open[0]!.hello("e", { t: 1 });
  for (let beats = 0; beats < 6; beats += 1) {
    await settle(10_000);
    Source.open[0]!.say("beat");
  }
  expect([Source.all.length, live.state]).toEqual([1, "live"]);
  await settle(24_900);
  expect(live.state).toBe("live");
  await settle(3200);
  expect([Source.all[0]!.closed, live.state]).toEqual([true, "off"]);
  Source.open[0]!.hello("e", { t: 1 });
  await settle();
  expect(live.state).toBe("live");
});

test("a new connection that says nothing is tried again, at most every 45 seconds", async () => {
  const live = tab();
  region(live);
  await settle(3_600_000);
  expect(live.state).toBe("off");
  const each = 3600 / Source.all.length;
  expect(each).toBeGreaterThan(20);
  expect(each).toBeLessThan(55);
});

test("a stopping server is left at once and come back to", async () => {
  region(tab());
  await settle();
  Source.open[0]!.hello("e", { t: 1 });
  Source.open[0]!.say("bye");
  expect(Source.open).toHaveLength(0);
  await settle(1600);
  expect(Source.open).toHaveLength(1);
});

test("a stream that is refused has its content read again, which brings new grants", async () => {
  const { refetch } = region(tab());
  await settle();
  Source.open[0]!.fail();
  await settle(1600);
  expect(refetch).toHaveBeenCalledTimes(0);
  Source.open[0]!.fail();
  await settle();
  expect(refetch.mock.calls).toEqual([[true]]);
});

test("after sleep, or when the network is back, it connects at once and reads what it missed", async () => {
  const { refetch } = region(tab());
  await settle();
  Source.open[0]!.hello("e", { t: 1 });
  const [first] = Source.open;
  vi.setSystemTime(Date.now() + 3_600_000);
  await settle(5100);
  expect(first!.closed).toBe(true);
  Source.open[0]!.hello("e", { t: 40 });
  await settle();
  expect(refetch).toHaveBeenCalledTimes(1);
  const [second] = Source.open;
  window.dispatchEvent(new Event("online"));
  expect(second!.closed).toBe(true);
  expect(Source.open).toHaveLength(1);
});

test("a failed read is tried again and shows as not live meanwhile", async () => {
  const live = tab();
  const refetch = vi
    .fn<() => Promise<Marks>>()
    .mockRejectedValueOnce(new Error("500"))
    .mockRejectedValueOnce(new Error("500"))
    .mockResolvedValue(new Map());
  live.watch({ topics: ["t"], grant: "g", marks: parseMarks({ t: "e:1" }), refetch });
  await settle();
  Source.open[0]!.hello("e", { t: 2 });
  await settle(3200);
  expect(live.state).toBe("off");
  await settle(9000);
  expect(refetch).toHaveBeenCalledTimes(3);
  expect(live.state).toBe("live");
});

test("a held region waits and is read when asked", async () => {
  const live = tab();
  const refetch = vi.fn(() => Promise.resolve(new Map() as Marks));
  const marks = parseMarks({ t: "e:1" });
  const handle = live.watch({ topics: ["t"], grant: "g", marks, refetch, hold: () => true });
  await settle();
  Source.open[0]!.hello("e", { t: 2 });
  await settle();
  expect(refetch).toHaveBeenCalledTimes(0);
  handle.check(true);
  await settle();
  expect(refetch).toHaveBeenCalledTimes(1);
});

test("two tabs share one stream that carries the grants of both", async () => {
  const one = region(tab(), "a");
  await settle();
  const two = region(tab(), "b");
  await settle();
  expect(Source.open).toHaveLength(1);
  expect(Source.open[0]!.grants).toEqual(["grant-a", "grant-b"]);
  Source.open[0]!.hello("e", { a: 1, b: 1 });
  Source.open[0]!.signal("b", "e", 2);
  await settle();
  expect(one.refetch).toHaveBeenCalledTimes(0);
  expect(two.refetch).toHaveBeenCalledTimes(1);
  expect(tabs.map((live) => live.state)).toEqual(["live", "live"]);
});

test("when the leading tab closes another one leads and misses nothing", async () => {
  const first = tab();
  region(first, "a");
  await settle();
  const two = region(tab(), "b");
  await settle();
  Source.open[0]!.hello("e", { a: 1, b: 1 });
  first.close();
  await settle(200);
  expect(Source.open).toHaveLength(1);
  expect(Source.open[0]!.grants).toEqual(["grant-b"]);
  Source.open[0]!.hello("e", { b: 3 });
  await settle();
  expect(two.refetch).toHaveBeenCalledTimes(1);
});

test("a frozen leader is replaced by a tab that is looked at", async () => {
  region(tab(), "a");
  await settle();
  const two = region(tab(), "b");
  await settle();
  const [leading] = Channel.all;
  leading!.frozen = true;
  const before = Source.all.length;
  await settle(18_500);
  expect(Source.all.length).toBeGreaterThan(before);
  const led = Source.open.at(-1)!;
  expect(led.grants).toEqual(["grant-b"]);
  led.hello("e", { b: 2 });
  await settle();
  expect(two.refetch).toHaveBeenCalledTimes(1);
});

test("without Web Locks every tab has its own stream", async () => {
  browser({ locks: false });
  region(tab(), "a");
  region(tab(), "b");
  await settle();
  expect(Source.open.map((source) => source.grants)).toEqual([["grant-a"], ["grant-b"]]);
});

test("where Web Locks are forbidden every tab has its own stream", async () => {
  browser({ locks: "forbidden" });
  region(tab(), "a");
  region(tab(), "b");
  await settle();
  const grants = Source.open.map((source) => source.grants);
  expect(grants.sort()).toEqual([["grant-a"], ["grant-b"]]);
});

test("a region that moves to another topic changes the stream", async () => {
  const { handle } = region(tab(), "a");
  await settle();
  handle.renew({ topics: ["c"], grant: "grant-c", marks: parseMarks({ c: "e:1" }) });
  await settle();
  expect(Source.open.map((source) => source.grants)).toEqual([["grant-c"]]);
});

test("the newest grant wins and no topic is asked for twice", () => {
  const wants = [
    { topics: ["a", "b"], grant: "old", at: 1 },
    { topics: ["a", "b"], grant: "new", at: 3 },
    { topics: ["c"], grant: "other", at: 2 },
  ];
  expect(coveringGrants(wants)).toEqual(["new", "other"]);
});
