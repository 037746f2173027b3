/** Somebody else who may see the conversation on screen. */
export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly team: string;
  readonly tint: string;
}

const known = new Map<string, Promise<readonly Colleague[]>>();

/** Asks once for each page who the others are; after a failure it asks again. */
export function colleagues(url: string): Promise<readonly Colleague[]> {
  const asked = known.get(url);
  if (asked) return asked;
  const asking = ask(url);
  known.set(url, asking);
  asking.catch(() => known.delete(url));
  return asking;
}

/** Forgets who they are: somebody unknown has turned up. */
export function forgetColleagues(url: string): void {
  known.delete(url);
}

async function ask(url: string): Promise<readonly Colleague[]> {
  const response = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
  if (!response.ok) throw new Error(`not read: ${response.status}`);
  const { colleagues: found } = (await response.json()) as { colleagues: Colleague[] };
  return found;
}
