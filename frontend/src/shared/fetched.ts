const failures = new Map<string, number>();

/**
 * Imports a script of our own that is fetched once it is needed. Browsers may keep that a module
 * could not be fetched for as long as the page lives: asked for again, it has another address.
 */
export async function fetched<T>(url: string): Promise<T> {
  const again = failures.get(url) ?? 0;
  try {
    return (await import(/* @vite-ignore */ again ? `${url}?again=${again}` : url)) as T;
  } catch (error) {
    failures.set(url, again + 1);
    throw error;
  }
}
