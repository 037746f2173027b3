/** The key of a message that may be stored already stays with this tab, past a reload. */
export function keepKey(conversation: string, key: string): void {
  try {
    if (key) sessionStorage.setItem(`majung:key:${conversation}`, key);
    else sessionStorage.removeItem(`majung:key:${conversation}`);
  } catch {
    // No storage: the key is still in the page.
  }
}

export function keptKey(conversation: string): string {
  try {
    return sessionStorage.getItem(`majung:key:${conversation}`) ?? "";
  } catch {
    return "";
  }
}
