/* The list of all keys that `?` shows, and how keys are called on this machine. */
import { el } from "../shared/nodes";
import { isTouch } from "../shared/touch";
import { SHORTCUTS, spelled } from "./composer/shortcuts";
import { say } from "./say";

type Told = [keyof typeof SHORTCUTS, string];

/** What the keys do while one writes, here and for this agent. */
export function inComposer(composer: HTMLElement): Told[] {
  const isHeld = Number(composer.dataset.held ?? 0) > 0;
  const sends: Told[] = isTouch()
    ? [
        ["sendAnyway", say("보내기")],
        ["send", say("줄 바꾸기")],
      ]
    : [
        ["send", say("보내기")],
        ["sendAnyway", say("목록을 쓰다가 보내기")],
        ["line", say("줄 바꾸기")],
      ];
  return [
    ...sends,
    ["close", say("보내고 끝내기")],
    ["undo", say("쓴 것 되돌리기")],
    ...(isHeld ? ([["unsend", say("빈 글칸에서: 방금 보낸 답 취소")]] satisfies Told[]) : []),
    ["redo", say("되돌린 것 다시 하기")],
    ["bold", say("굵게")],
    ["link", say("링크")],
    ["numbers", say("번호 목록")],
    ["points", say("점 목록")],
    ["quote", say("인용")],
  ];
}

/** Says Cmd on the buttons of a Mac, where they say Ctrl. */
export function nameKeys(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>('[title*="Ctrl+"]'))
    element.title = element.title.replace("Ctrl+", "Cmd+");
}

function group(title: string, keys: readonly (readonly [string, string])[]): HTMLElement {
  const list = el("dl", { class: "dl keys" });
  for (const [key, text] of keys) list.append(el("dt", {}, el("kbd", {}, key)), el("dd", {}, text));
  return el("section", {}, el("h3", {}, title), list);
}

/** Shows the keys of the page, as they are told by who listens to them, and those of the composer. */
export function showKeys(ofPage: readonly (readonly [string, string])[]): void {
  document.getElementById("keys")?.remove();
  const { palette } = document.body.dataset;
  const everywhere: [string, string][] = palette
    ? [[spelled(SHORTCUTS.find), say("찾기, 이동, 할 일")]]
    : [];
  const keys = group(say("화면에서"), [...ofPage, ...everywhere, ["?", say("단축키 보기")]]);
  const composer = document.querySelector<HTMLElement>("[data-composer]");
  const writing =
    composer &&
    group(say("글을 쓸 때"), [
      ...inComposer(composer).map(([name, text]) => [spelled(SHORTCUTS[name]), text] as const),
      ["/", say("답변 템플릿")],
      ["@", say("메모에서 동료 부르기")],
      ["Esc", say("글칸에서 나오기")],
    ]);
  const close = el("button", { class: "btn", value: "close" }, say("닫기"));
  const groups = el("div", { class: "key-groups" }, keys, writing);
  const form = el("form", { method: "dialog" }, el("h2", {}, say("단축키")), groups, close);
  const dialog = el("dialog", { id: "keys", class: "dialog" }, form);
  dialog.setAttribute("aria-label", say("단축키"));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
