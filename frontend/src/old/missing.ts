/*
 * What old browsers miss of that which the talk uses, for the build that boot.ts gives them. Only as
 * much of each as is used; what a browser has stays.
 */

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-return,
   @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access,
   @typescript-eslint/no-extraneous-class, @typescript-eslint/unbound-method -- it stands in for what the types take for granted */

function lend(object: any, name: string, value: unknown): void {
  if (!(name in object)) {
    Object.defineProperty(object, name, { value, writable: true, configurable: true });
  }
}

lend(Array.prototype, "at", function (this: any[], at: number) {
  return this[at < 0 ? this.length + at : at];
});
lend(Array.prototype, "findLast", function (this: any[], fits: (one: any) => boolean) {
  for (let at = this.length - 1; at >= 0; at -= 1) if (fits(this[at])) return this[at];
  return undefined;
});
lend(Array.prototype, "findLastIndex", function (this: any[], fits: (one: any) => boolean) {
  let at = this.length - 1;
  while (at >= 0 && !fits(this[at])) at -= 1;
  return at;
});
lend(Array.prototype, "with", function (this: any[], at: number, value: unknown) {
  const copy = this.slice();
  copy[at < 0 ? copy.length + at : at] = value;
  return copy;
});
lend(Array.prototype, "flat", function (this: any[]) {
  return [].concat(...(this as never[]));
});
lend(Array.prototype, "flatMap", function (this: any[], make: (one: any, at: number) => any) {
  return [].concat(...(this.map((one, at) => make(one, at)) as never[]));
});
lend(Array.prototype, "toSorted", function (this: any[], order: (a: any, b: any) => number) {
  return this.slice().sort(order);
});
lend(Object, "fromEntries", (pairs: Iterable<[string, unknown]>) => {
  const made: Record<string, unknown> = {};
  for (const [name, value] of pairs) made[name] = value;
  return made;
});
lend(String.prototype, "matchAll", function* (this: string, pattern: RegExp) {
  const copy = new RegExp(pattern.source, pattern.flags);
  for (let found = copy.exec(this); found; found = copy.exec(this)) {
    yield found;
    if (found[0] === "") copy.lastIndex += 1;
  }
});
lend(String.prototype, "replaceAll", function (this: string, what: string, by: string) {
  return this.split(what).join(by);
});
lend(Promise.prototype, "finally", function (this: Promise<unknown>, last: () => unknown) {
  return this.then(
    (value) => Promise.resolve(last()).then(() => value),
    (reason: unknown) =>
      Promise.resolve(last()).then(() => {
        throw reason;
      }),
  );
});
lend(URL, "canParse", (address: string, base?: string) => {
  try {
    return !!new URL(address, base);
  } catch {
    return false;
  }
});
lend(window, "queueMicrotask", (work: () => void) => void Promise.resolve().then(work));
lend(
  window,
  "ResizeObserver",
  class {
    private readonly of: (() => void)[] = [];
    constructor(private readonly told: () => void) {}
    observe(): void {
      const listen = (): void => this.told();
      window.addEventListener("resize", listen);
      this.of.push(() => window.removeEventListener("resize", listen));
    }
    disconnect(): void {
      this.of.splice(0).forEach((stop) => stop());
    }
  },
);

lend(
  Element.prototype,
  "replaceChildren",
  function (this: Element, ...children: (Node | string)[]) {
    while (this.lastChild) this.removeChild(this.lastChild);
    this.append(...children);
  },
);

if (!(window as { AbortController?: unknown }).AbortController) {
  // A node hears and tells events, which is all that is asked of a signal.
  lend(window, "AbortSignal", class {});
  lend(
    window,
    "AbortController",
    class {
      readonly signal: any = Object.assign(document.createElement("i"), { aborted: false });
      abort(): void {
        this.signal.aborted = true;
        this.signal.dispatchEvent(new Event("abort"));
      }
    },
  );
  const fetchWhole = window.fetch;
  // A request that cannot be stopped is at least given up.
  window.fetch = (address, init) =>
    new Promise((resolve, reject) => {
      fetchWhole(address, init).then(resolve, reject);
      init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
}
lend(AbortSignal, "timeout", (milliseconds: number) => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), milliseconds);
  return stop.signal;
});
