import { speaker, type Locale } from "../shared/words";

export const ENGLISH = {
  상담: "Chat",
  대화: "Messages",
  닫기: "Close",
  "처음 화면": "Home",
  "새 상담": "New chat",
  "최근 상담": "Recent chats",
  "끝난 상담": "Closed",
  "진행 중": "Open",
  "새 메시지": "new messages",
  나: "You",
  "만족도 {n}점": "Rated {n} of 5",
  "만족도 남기기": "Rate this chat",
  더보기: "More",
  "알림음 켜기": "Sound on new messages",
  이모지: "Emoji",
  "사진 크게 보기": "Picture",
  "새 창에서 열기": "Open in a new window",
  "실제 크기": "Actual size",
  "지금은 열 수 없어요. 연결을 확인하고 다시 눌러 주세요.":
    "This cannot be opened now. Check your connection and try again.",
  "자동 안내": "Automatic",
  상담원: "Agent",
  "무엇이든 편하게 물어보세요.": "Ask us anything.",
  "메시지를 입력하세요": "Write a message",
  보내기: "Send",
  "파일 붙이기": "Attach a file",
  "여기에 놓으면 붙여요": "Drop to attach",
  빼기: "Remove",
  "다시 올리기": "Upload again",
  "올리는 중": "Uploading",
  "보내는 중": "Sending",
  보냄: "Sent",
  전달됨: "Delivered",
  읽음: "Read",
  "못 보냈어요": "Not sent",
  "다시 보내기": "Send again",
  지우기: "Delete",
  "이전 메시지를 불러오는 중": "Loading earlier messages",
  "대화를 불러오는 중": "Loading the conversation",
  "새 메시지 보기": "New messages",
  "{name} 님이 입력하고 있어요…": "{name} is typing…",
  "상담원이 입력하고 있어요…": "The agent is typing…",
  "인터넷 연결이 끊겼어요. 쓰신 글은 보관하고 있다가 이어지면 보낼게요.":
    "You are offline. What you write is kept and sent once you are back.",
  "지금 서버에 닿지 않아요. 쓰신 글은 보관하고 있다가 이어지면 보낼게요.":
    "We cannot reach the server. What you write is kept and sent once it answers.",
  "실시간 연결을 다시 잇고 있어요.": "Reconnecting. New messages may be late.",
  "지금은 이 상담 창을 쓸 수 없어요.": "This chat is not available now.",
  "파일이 너무 커요. {size}까지 보낼 수 있어요.": "The file is too large. The limit is {size}.",
  "한 번에 {n}개까지 붙일 수 있어요.": "You can attach up to {n} files at a time.",
  "빈 파일은 보낼 수 없어요.": "The file is empty.",
  "보낼 수 없는 파일 형식이에요.": "This type of file cannot be sent.",
  "파일을 올리지 못했어요. 연결을 확인하고 다시 올려주세요.":
    "The file was not uploaded. Check your connection and try again.",
  "글이 너무 길어요. {n}자까지 보낼 수 있어요.":
    "The message is too long. The limit is {n} characters.",
  "보내지 못했어요. 잠시 뒤에 다시 보내주세요.": "It was not sent. Please try again in a moment.",
  "사진을 보냈어요": "Sent a picture",
  "파일을 보냈어요": "Sent a file",
} as const;

export type Words = keyof typeof ENGLISH;
export type Say = (korean: Words, values?: Record<string, string | number>) => string;

export function words(locale: Locale): Say {
  return speaker<Words>(locale, ENGLISH);
}
