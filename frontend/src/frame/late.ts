import { el } from "../shared/nodes";

/**
 * Parts of the talk that a first conversation does without: each module of `late/` is a script of
 * its own, with a sheet if `styles/late/` has one, fetched when it is needed, as `import()` would where all browsers had it.
 */
interface Parts {
  attachments: typeof import("./late/attachments");
  extras: typeof import("./late/extras");
  emoji: typeof import("./late/emoji");
  parts: typeof import("./late/parts");
  rich: typeof import("./late/rich");
}

const known: Partial<Parts> = {};
const coming = new Map<string, Promise<void>>();

/** Gives a part; rejects when it cannot be fetched, and the next call tries again. */
export async function late<N extends keyof Parts>(name: N): Promise<Parts[N]> {
  if (!known[name]) {
    let fetching = coming.get(name);
    if (!fetching) {
      fetching = fetchPart(name);
      coming.set(name, fetching);
    }
    try {
      await fetching;
    } finally {
      coming.delete(name);
    }
    const here = window as unknown as Partial<Record<string, Parts[N]>>;
    const part = here[`majung_${name}`];
    if (!part) throw new Error(name);
    lend(name, part);
  }
  return known[name] as Parts[N];
}

/** Puts a part here that is there already. */
export function lend<N extends keyof Parts>(name: N, part: Parts[N]): void {
  known[name] = part;
}

async function fetchPart(name: string): Promise<void> {
  // The server names them: their addresses change with what is in them.
  const addresses = JSON.parse(document.body.dataset.late ?? "{}") as Record<string, string>;
  const { [`${name}.js`]: script = "", [`${name}.css`]: sheet } = addresses;
  await Promise.all([
    here(el("script", { src: script })),
    sheet && here(el("link", { rel: "stylesheet", href: sheet })),
  ]);
}

function here(element: HTMLElement): Promise<void> {
  return new Promise((resolve, reject) => {
    element.onload = () => resolve();
    element.onerror = () => {
      element.remove();
      reject(new Error("not fetched"));
    };
    document.head.appendChild(element);
  });
}
