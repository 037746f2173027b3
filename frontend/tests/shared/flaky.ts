/* Asked for by a test: it cannot be had the first time. */
const here = globalThis as { askedFlaky?: number };
here.askedFlaky = (here.askedFlaky ?? 0) + 1;
if (here.askedFlaky === 1) throw new Error("absent");
export const asked = here.askedFlaky;
