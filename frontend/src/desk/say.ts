import { pickLocale, speaker } from "../shared/words";

export const locale = pickLocale(document.documentElement.lang);
export const zone = document.documentElement.dataset.zone;

export const say = speaker(locale, {
  "실시간 연결이 끊겼어요. 다시 잇는 중이고, 화면이 최신이 아닐 수 있어요.":
    "Live updates are off. Reconnecting; this screen may be out of date.",
  "로그인이 끝났어요. 다시 로그인하면 이어서 볼 수 있어요.":
    "You are signed out. Sign in again to go on.",
  로그인: "Sign in",
  "새 소식 {n}개": "{n} updates",
  "새 소식 보기": "Show updates",
  "새 메시지": "New messages",
  "처리하지 못했어요. 잠시 뒤 다시 해주세요.": "That did not work. Please try again in a moment.",
  "서버에 닿지 않아요. 연결을 확인하고 다시 해주세요.":
    "The server cannot be reached. Check the connection and try again.",
  "보내는 중": "Sending",
  "보내지 못했어요. 쓴 글은 그대로 있으니 다시 보내주세요.":
    "It was not sent. Your text is still here; please send it again.",
  "파일을 올리는 중이에요. 다 올라가면 보내주세요.":
    "Files are still uploading. Send when they are done.",
  "파일이 너무 커요. {size}까지 보낼 수 있어요.": "The file is too large. The limit is {size}.",
  "파일을 올리지 못했어요.": "The file was not uploaded.",
  "보낼 수 없는 파일 형식이에요.": "This type of file cannot be sent.",
  빼기: "Remove",
  복사했어요: "Copied",
  되돌리기: "Undo",
  되돌렸어요: "Undone",
  닫기: "Close",
  단축키: "Keyboard shortcuts",
  "다음 상담": "Next conversation",
  "이전 상담": "Previous conversation",
  열기: "Open",
  보내기: "Send",
  "단축키 보기": "Show shortcuts",
});
