/*
 * The keys of the desk that are more than a letter, in the spelling of the editor: here for the code
 * that acts and for the list that `?` shows, so that neither knows a key that the other does not.
 */
export const SHORTCUTS = {
  send: "Enter",
  sendAnyway: "Mod-Enter",
  line: "Shift-Enter",
  close: "Mod-Shift-Enter",
  unsend: "Mod-z",
  undo: "Mod-z",
  redo: "Mod-Shift-z",
  bold: "Mod-b",
  link: "Mod-Shift-k",
  numbers: "Mod-Shift-7",
  points: "Mod-Shift-8",
  quote: "Mod-Shift-9",
  find: "Mod-k",
} as const;

type Spelling = (typeof SHORTCUTS)[keyof typeof SHORTCUTS];

export const isMac = (): boolean => /Mac|iP(hone|[oa]d)/.test(navigator.platform);

/** Whether this is the key, whatever input language is on; Ctrl and Cmd are both `Mod`. */
export function isPressed(event: KeyboardEvent, spelling: Spelling): boolean {
  const parts = spelling.split("-");
  const key = parts.at(-1) ?? "";
  return (
    (event.ctrlKey || event.metaKey) === parts.includes("Mod") &&
    event.shiftKey === parts.includes("Shift") &&
    (event.key === key || event.code.replace(/^(Key|Digit)/, "") === key.toUpperCase())
  );
}

/** As it stands on the keyboard: `Ctrl Shift ↵`. */
export function spelled(spelling: Spelling): string {
  return spelling
    .replace("Mod", isMac() ? "Cmd" : "Ctrl")
    .replace("Enter", "↵")
    .replace(/[a-z]$/, (letter) => letter.toUpperCase())
    .replaceAll("-", " ");
}
