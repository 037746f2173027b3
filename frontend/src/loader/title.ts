const FOLLOWS_AFTER = 100;

/**
 * Counts unread replies in front of the page's title. A page that changes its title meanwhile keeps
 * the change; when nothing is unread any more, the title stands as the page wrote it.
 */
export function countedTitle(): { text(): string; count(unread: number): void } {
  let prefix = "";
  /** What the page wrote, and what we made of it. */
  let own = "";
  let ours = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Later, not at once: of two scripts that want the title, neither must stop the page.
  const watcher = new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(follow, FOLLOWS_AFTER);
  });

  function element(): Element | null {
    return document.querySelector("head > title");
  }

  function put(into: Element): void {
    ours = prefix + own;
    if (into.textContent !== ours) into.textContent = ours;
  }

  function follow(): void {
    const now = element();
    if (!prefix || !now || now.textContent === ours) return;
    own = now.textContent;
    // A page that writes after reading has our count in what it writes.
    if (own.startsWith(prefix)) own = own.slice(prefix.length);
    put(now);
  }

  return {
    text() {
      follow();
      return prefix ? own : document.title;
    },
    count(unread) {
      follow();
      const now = element();
      if (!now || (!unread && !prefix)) return;
      if (!prefix) {
        own = now.textContent;
        // The element may be replaced as well as its text.
        watcher.observe(document.head, { childList: true, characterData: true, subtree: true });
      }
      prefix = unread ? `(${unread > 99 ? "99+" : unread}) ` : "";
      put(now);
      if (!unread) watcher.disconnect();
    },
  };
}
