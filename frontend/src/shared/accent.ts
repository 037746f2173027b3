const NAMES = ["--accent", "--accent-ink", "--accent-soft", "--focus"];

let spelled = (value: string): string => value;

/** Lets old browsers write `light-dark(…)` in a way that they know. */
export function spellWith(spelling: (value: string) => string): void {
  spelled = spelling;
}

/** Sets the brand's colours, which the server has reckoned so that they can be read. */
export function applyTokens(tokens = ""): void {
  const values = tokens ? tokens.split(";") : [];
  values.forEach((value, at) => {
    document.documentElement.style.setProperty(NAMES[at] ?? "", spelled(value));
  });
}
