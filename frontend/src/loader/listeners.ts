type Listener = (event: unknown) => void;
type Name = keyof MajungEvents;

/** Whom of the page to tell what. */
export function listeners(): {
  on(name: Name, listener: Listener): void;
  off(name: Name, listener: Listener): void;
  tell<N extends Name>(name: N, event: MajungEvents[N]): void;
} {
  let all: [Name, Listener][] = [];
  let isReady = false;

  /** What goes wrong in the page's own code is the page's, and is told there. */
  function call(listener: Listener, event: unknown): void {
    try {
      listener(event);
    } catch (error) {
      console.error(error);
    }
  }

  return {
    on(name, listener) {
      all.push([name, listener]);
      if (name === "ready" && isReady) call(listener, undefined);
    },
    off(name, listener) {
      all = all.filter((one) => one[0] !== name || one[1] !== listener);
    },
    tell(name, event) {
      if (name === "ready") isReady = true;
      for (const [of, listener] of all) if (of === name) call(listener, event);
    },
  };
}
