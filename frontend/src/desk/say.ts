import { pickLocale, speaker } from "../shared/words";

export const locale = pickLocale(document.documentElement.lang);
export const zone = document.documentElement.dataset.zone;

export const say = speaker(locale, {
  "실시간 연결이 끊겼어요. 다시 잇는 중이고, 화면이 최신이 아닐 수 있어요.":
    "Live updates are off. Reconnecting; this screen may be out of date.",
  "인터넷 연결이 끊겼어요. 쓰는 글은 이 기기에 남고, 이어지면 화면을 다시 맞춰요.":
    "You are offline. What you write stays on this device; the screen catches up once you are back.",
  "로그인이 끝났어요. 다시 로그인하면 이어서 볼 수 있어요.":
    "You are signed out. Sign in again to continue.",
  "보던 내용을 지웠거나 다른 팀으로 옮겨서 더는 볼 수 없어요. 목록에서 다시 골라 주세요.":
    "What you were looking at was deleted or moved to another team. Choose from the list.",
  로그인: "Sign in",
  "새 소식 {n}개": "{n} updates",
  "새 소식 보기": "Show updates",
  "새 메시지": "New messages",
  "처리하지 못했어요. 잠시 뒤 다시 해주세요.": "That did not work. Please try again in a moment.",
  "서버에 닿지 않아요. 연결을 확인하고 다시 해주세요.":
    "The server cannot be reached. Check the connection and try again.",
  "{line}에 더하기": "Add to “{line}”",
  "{line}에서 {name} 빼기": "Remove {name} from “{line}”",
  "보내는 주소": "From",
  "받는 사람을 적어 주세요.": "Say who it is for.",
  "메일 주소가 아닌 것이 있어요. 고치거나 지워 주세요.":
    "Something there is no e-mail address. Correct or remove it.",
  "보내는 중": "Sending",
  "보내지 못했어요. 쓴 글은 그대로 있으니 다시 보내주세요.":
    "It was not sent. Your text is still here; please send it again.",
  "연결되면 보낼게요": "Sent once you are connected",
  "지금은 보내지 않기": "Do not send it now",
  "글이 바뀌어 보내지 않았어요. 다 쓰면 다시 보내 주세요.":
    "The text has changed, so it was not sent. Send it again when it is done.",
  "기다리던 글을 보냈어요": "The waiting message has been sent",
  "상담 열기": "Open the conversation",
  "이 화면이 오래됐어요. 새로고침한 뒤 다시 보내 주세요. 쓴 글은 남아 있어요.":
    "This page is out of date. Reload it and send again; your text stays.",
  "템플릿을 넣는 중이에요. 들어간 뒤에 보내주세요.":
    "A canned reply is being inserted. Send once it is there.",
  "파일을 올리는 중이에요. 다 올라가면 보내주세요.":
    "Files are still uploading. Send when they are done.",
  "파일이 너무 커요. {size}까지 보낼 수 있어요.": "The file is too large. The limit is {size}.",
  "파일을 올리지 못했어요.": "The file could not be uploaded.",
  "보낼 수 없는 파일 형식이에요.": "This type of file cannot be sent.",
  "답변 템플릿": "Canned replies",
  "답변 템플릿 {n}개. 화살표로 고르고 Enter로 넣어요.":
    "{n} canned replies. Choose with the arrow keys, insert with Enter.",
  "내 템플릿": "Mine",
  "내 템플릿 만들기": "Create your own",
  "아직 답변 템플릿이 없어요.": "There are no canned replies yet.",
  "답을 보내는 중이에요": "Your reply is about to go out",
  "답을 보내고 상담을 마쳐요": "Your reply goes out and the conversation ends",
  "답을 보내고 상담을 마쳤어요": "Sent, and the conversation is closed",
  "보내기를 취소했어요": "Your reply was not sent; it is back here",
  "보내고 끝내기": "Send and close",
  취소: "Cancel",
  빼기: "Remove",
  "카드 ‘{title}’": "Card “{title}”",
  "빠른 답장 {n}개": "{n} quick replies",
  복사했어요: "Copied",
  되돌리기: "Undo",
  되돌렸어요: "Undone",
  닫기: "Close",
  "사진 보기": "Pictures",
  "이전 사진": "Previous picture",
  "다음 사진": "Next picture",
  "메시지로 가기": "Go to the message",
  "원본 열기": "Open the file",
  단축키: "Keyboard shortcuts",
  "다음 상담": "Next conversation",
  "이전 상담": "Previous conversation",
  열기: "Open",
  보내기: "Send",
  찾기: "Find",
  "찾거나 할 일": "Find or do",
  "찾은 것": "Found",
  "찾은 것이 없어요": "Nothing found",
  "{n}개 찾음": "{n} found",
  "여기서 할 일": "On this page",
  "찾기, 이동, 할 일": "Find, go to, do",
  "이동, 할 일, 고객, 상담 번호, 메시지 찾기": "Go to, do, find customers, numbers, messages",
  "단축키 보기": "Show shortcuts",
  이모지: "Emoji",
  "이모지 찾기": "Find emoji",
  "최근에 쓴 것": "Recently used",
  굵게: "Bold",
  링크: "Link",
  "번호 목록": "Numbered list",
  "점 목록": "Bulleted list",
  인용: "Quote",
  화면에서: "On the screen",
  "글을 쓸 때": "While you write",
  "줄 바꾸기": "New line",
  "목록을 쓰다가 보내기": "Send while in a list",
  "쓴 것 되돌리기": "Undo what you typed",
  "되돌린 것 다시 하기": "Redo",
  "빈 글칸에서: 방금 보낸 답 취소": "With nothing typed: take back the last reply",
  "메모에서 동료 부르기": "Call a colleague, in a note",
  "글칸에서 나오기": "Leave the text field",
  "부를 동료": "Colleagues to call",
  "부를 동료 {n}명. 화살표로 고르고 Enter로 넣어요.":
    "{n} colleagues. Choose with the arrows, put in with Enter.",
  "{name} 님을 넣었어요": "{name} is put in",
  "{who} 님이 함께 보고 있어요": "Also looking: {who}",
  "{who} 님이 쓰고 있어요": "Writing now: {who}",
  "{who} 님 외 {n}명이 함께 보고 있어요": "Also looking: {who} and {n} more",
  "{who} 님 외 {n}명이 쓰고 있어요": "Writing now: {who} and {n} more",
  "새 알림이 왔어요. 읽지 않은 알림 {n}개": "Something new for you. {n} unread",
  "푸시를 켜지 못했어요. 잠시 뒤 다시 해주세요.":
    "Push could not be turned on. Please try again in a moment.",
  "이 브라우저는 푸시를 받을 수 없어요. iPhone에서는 홈 화면에 추가한 뒤 켤 수 있어요.":
    "This browser cannot take push. On an iPhone, add the desk to the home screen first.",
  "브라우저에서 알림을 막아 두었어요. 주소창 옆의 사이트 설정에서 허용해 주세요.":
    "Notifications are blocked in this browser. Allow them in the site settings by the address bar.",
  "이 브라우저로 푸시를 받고 있어요.": "This browser receives push.",
  "누르면 브라우저가 허용할지 물어봐요.": "The browser will ask whether you allow it.",
  "허용하지 않아서 켜지 않았어요.": "It stays off, since it was not allowed.",
});
