import { el } from "../shared/nodes";
import type { ShellAt } from "./shell";
import { shut } from "./menu";

/** What people here mostly need, drawn by the system's own font. */
const ALL: readonly (readonly [sign: string, ko: string, en: string])[] = [
  ["😀", "웃음", "grinning face"],
  ["😊", "미소", "smiling face"],
  ["😄", "활짝 웃음", "beaming face"],
  ["😂", "눈물 나게 웃음", "tears of joy"],
  ["😅", "식은땀", "smile with sweat"],
  ["🙂", "살짝 웃음", "slight smile"],
  ["😉", "윙크", "wink"],
  ["😍", "하트 눈", "heart eyes"],
  ["🥰", "사랑스러움", "smile with hearts"],
  ["😘", "키스", "blowing a kiss"],
  ["😋", "맛있음", "savouring food"],
  ["🤔", "생각 중", "thinking"],
  ["😐", "무표정", "neutral face"],
  ["😮", "놀람", "surprised"],
  ["😢", "눈물", "crying"],
  ["😭", "펑펑 욺", "loudly crying"],
  ["😞", "실망", "disappointed"],
  ["😡", "화남", "angry"],
  ["😱", "비명", "screaming"],
  ["😴", "졸림", "sleeping"],
  ["🤒", "아픔", "ill"],
  ["🤗", "포옹", "hugging"],
  ["😎", "멋짐", "sunglasses"],
  ["🙏", "부탁, 감사", "please or thanks"],
  ["👍", "좋아요", "thumbs up"],
  ["👎", "싫어요", "thumbs down"],
  ["👌", "괜찮아요", "OK hand"],
  ["👏", "박수", "clapping"],
  ["🙌", "만세", "raised hands"],
  ["👋", "손 흔들기", "waving"],
  ["🤝", "악수", "handshake"],
  ["💪", "힘내요", "strong arm"],
  ["🙇", "고개 숙임", "bowing"],
  ["❤️", "빨간 하트", "red heart"],
  ["💙", "파란 하트", "blue heart"],
  ["💚", "초록 하트", "green heart"],
  ["💔", "깨진 하트", "broken heart"],
  ["✨", "반짝임", "sparkles"],
  ["🎉", "축하", "party popper"],
  ["🎁", "선물", "gift"],
  ["🌹", "장미", "rose"],
  ["🔥", "불", "fire"],
  ["⭐", "별", "star"],
  ["☀️", "해", "sun"],
  ["🌧️", "비", "rain"],
  ["✅", "확인", "check mark"],
  ["❌", "가위표", "cross mark"],
  ["❗", "느낌표", "exclamation mark"],
  ["❓", "물음표", "question mark"],
  ["📦", "택배 상자", "parcel"],
  ["🚚", "배송 트럭", "delivery truck"],
  ["🛒", "장바구니", "shopping cart"],
  ["💳", "카드", "credit card"],
  ["📷", "사진기", "camera"],
  ["📞", "전화", "telephone"],
  ["⏰", "시계", "alarm clock"],
  ["👕", "옷", "shirt"],
  ["👟", "운동화", "running shoe"],
  ["🍚", "밥", "rice"],
  ["☕", "커피", "coffee"],
];
const COLUMNS = 8;

/** Offers the signs above the line where one writes; pressed again, it takes them away. */
export function pick(button: HTMLElement, shell: ShellAt): void {
  const { locale, say } = shell;
  if (shut(button)) return;
  const close = (): void => {
    box.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", away, true);
  };
  const away = (event: Event): void => {
    if (!box.contains(event.target as Node) && !button.contains(event.target as Node)) close();
  };
  const signs = ALL.map(([sign, ko, en], at) => {
    const name = locale === "ko" ? ko : en;
    const one = el("button", { type: "button", tabindex: at ? "-1" : "0", title: name }, sign);
    one.setAttribute("aria-label", name);
    one.addEventListener("click", () => {
      close();
      shell.insert(sign);
    });
    return one;
  });
  const box = el("div", { class: "emoji", role: "group", "aria-label": say("이모지") }, ...signs);
  box.addEventListener("keydown", (event) => {
    const at = signs.indexOf(document.activeElement as HTMLButtonElement);
    const last = signs.length - 1;
    const steps: Record<string, number> = {
      ArrowRight: Math.min(last, at + 1),
      ArrowLeft: Math.max(0, at - 1),
      ArrowDown: Math.min(last, at + COLUMNS),
      ArrowUp: Math.max(0, at - COLUMNS),
      Home: 0,
      End: last,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      signs[at]?.setAttribute("tabindex", "-1");
      signs[to]?.setAttribute("tabindex", "0");
      signs[to]?.focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
      button.focus();
    }
  });
  button.setAttribute("aria-expanded", "true");
  button.closest(".composer")?.prepend(box);
  document.addEventListener("pointerdown", away, true);
  signs[0]?.focus();
}
