/** A short soft tone, made here: nothing to fetch. */
let context: AudioContext | null = null;

/** Gets ready to sound; browsers allow it from within a gesture only. */
export function prime(): void {
  const Context =
    (window as { AudioContext?: typeof AudioContext }).AudioContext ??
    (window as { webkitAudioContext?: typeof AudioContext }).webkitAudioContext;
  if (!Context) return;
  context ??= new Context();
  if (context.state === "suspended") void context.resume().catch(() => undefined);
}

/** Sounds, if a gesture has allowed it before. */
export function tone(): void {
  if (context?.state !== "running") return;
  const now = context.currentTime;
  const volume = context.createGain();
  volume.connect(context.destination);
  volume.gain.setValueAtTime(0.0001, now);
  volume.gain.exponentialRampToValueAtTime(0.06, now + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.45);
  for (const [pitch, after] of [
    [659, 0],
    [880, 0.09],
  ] as const) {
    const voice = context.createOscillator();
    voice.type = "sine";
    voice.frequency.value = pitch;
    voice.connect(volume);
    voice.start(now + after);
    voice.stop(now + 0.5);
  }
}
