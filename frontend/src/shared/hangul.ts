const FIRST = 0xac00;
const LAST = 0xd7a3;
const FINALS = 28;
const OF_INITIAL = 588;
const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/** By the number of a syllable's final consonant: what moves on when a vowel follows … */
const MOVES = " ㄱㄲㅅㄴㅈㅎㄷㄹㄱㅁㅂㅅㅌㅍㅎㅁㅂㅅㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
/** … and the number of the one that stays, of the double ones. */
const STAYS: Readonly<Record<number, number>> = {
  3: 1,
  5: 4,
  6: 4,
  9: 8,
  10: 8,
  11: 8,
  12: 8,
  13: 8,
  14: 8,
  15: 8,
  18: 17,
};

function isSyllable(sign: string): boolean {
  const code = sign.charCodeAt(0);
  return code >= FIRST && code <= LAST;
}

function initial(sign: string): string {
  if (!isSyllable(sign)) return sign;
  return INITIALS[Math.floor((sign.charCodeAt(0) - FIRST) / OF_INITIAL)] ?? sign;
}

/** What is still being typed: 배소 may become 배송, and 간 the beginning of 가나. */
function mayBecome(typed: string, there: string, next: string | undefined): boolean {
  if (!isSyllable(typed) || !isSyllable(there)) return false;
  if (there.normalize("NFD").startsWith(typed.normalize("NFD"))) return true;
  const code = typed.charCodeAt(0) - FIRST;
  const final = code % FINALS;
  if (!final || !next) return false;
  const stays = String.fromCharCode(FIRST + code - final + (STAYS[final] ?? 0));
  return stays === there && initial(next) === MOVES.charAt(final);
}

function squeezed(text: string): string {
  return text.normalize("NFC").toLowerCase().replace(/\s+/g, "");
}

/**
 * Where a text holds what somebody types: "배송", its initials "ㅂㅅ", "배ㅅ", or half of it, "배소".
 * Spaces and case do not matter. Gives -1 when it does not.
 */
export function findAt(text: string, query: string): number {
  const wanted = squeezed(query);
  const there = squeezed(text);
  for (let at = 0; at + wanted.length <= there.length; at += 1) {
    if (begins(there, at, wanted)) return at;
  }
  return -1;
}

function begins(there: string, from: number, wanted: string): boolean {
  for (let at = 0; at < wanted.length; at += 1) {
    const [sign, found] = [wanted.charAt(at), there.charAt(from + at)];
    if (sign === found || sign === initial(found)) continue;
    const isLast = at === wanted.length - 1;
    if (!isLast || !mayBecome(sign, found, there[from + at + 1])) return false;
  }
  return true;
}
