/** How far a topic has come: `n` counts signals within an `epoch` (one life of the broker). */
export interface Mark {
  readonly epoch: string;
  readonly n: number;
}

export type Marks = Map<string, Mark>;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseMark(value: unknown, epoch: string | undefined): Mark | null {
  if (typeof value === "number" && epoch !== undefined) return { epoch, n: value };
  if (typeof value === "string") {
    const colon = value.lastIndexOf(":");
    const n = Number(value.slice(colon + 1));
    return colon > 0 && Number.isFinite(n) ? { epoch: value.slice(0, colon), n } : null;
  }
  if (isRecord(value) && typeof value.epoch === "string" && typeof value.n === "number") {
    return { epoch: value.epoch, n: value.n };
  }
  return null;
}

/**
 * Marks from a hello event, a page attribute or an answer: `{"epoch": "…", "marks": {"topic": n}}`
 * or `{"topic": "epoch:n"}`, as an object or its JSON. What is not a mark is left out.
 */
export function parseMarks(source: unknown): Marks {
  const marks: Marks = new Map();
  let value = source;
  if (typeof source === "string") {
    try {
      value = JSON.parse(source || "{}");
    } catch {
      return marks;
    }
  }
  if (!isRecord(value)) return marks;
  const epoch = typeof value.epoch === "string" ? value.epoch : undefined;
  const topics = isRecord(value.marks) ? value.marks : value;
  for (const [topic, raw] of Object.entries(topics)) {
    if (topics === value && topic === "epoch") continue;
    const mark = parseMark(raw, epoch);
    if (mark) marks.set(topic, mark);
  }
  return marks;
}

/** Whether content read at `have` misses something that is known to have happened. */
export function behind(have: Mark | undefined, seen: Mark | undefined): boolean {
  if (!seen) return false;
  if (!have) return true;
  return have.epoch !== seen.epoch || have.n < seen.n;
}

/** Moves a mark forward; within one epoch it never goes back. */
export function advance(marks: Marks, topic: string, mark: Mark): void {
  const known = marks.get(topic);
  if (known?.epoch === mark.epoch && known.n >= mark.n) return;
  marks.set(topic, mark);
}
