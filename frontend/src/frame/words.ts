/** The words of what is asked beside the talk. */
export const ENGLISH = {
  "빠른 답장": "Quick replies",
  "상담 전에 알려 주시면 더 빨리 도와드릴 수 있어요.":
    "A few words first, so that we can help you sooner.",
  이름: "Name",
  이메일: "Email",
  전화번호: "Phone",
  "무엇에 대한 문의인가요?": "What is it about?",
  선택: "optional",
  "상담 시작하기": "Start the chat",
  건너뛰기: "Skip",
  "꼭 적어 주세요.": "Please fill this in.",
  "하나를 골라 주세요.": "Please choose one.",
  "이메일 주소를 다시 확인해 주세요.": "Please check the email address.",
  "전화번호를 다시 확인해 주세요.": "Please check the phone number.",
  "답장을 놓치지 않게 연락처를 남겨 주세요.":
    "Leave an address so that you do not miss our answer.",
  "이메일 또는 휴대폰 번호": "Email or mobile number",
  남기기: "Leave it",
  괜찮아요: "No, thanks",
  "고마워요. 상담원이 볼 수 있게 적어 두었어요.": "Thank you. Our agents can see it now.",
  "상담은 어떠셨어요?": "How was this chat?",
  아쉬워요: "Bad",
  "조금 아쉬워요": "Not so good",
  무난해요: "Fair",
  좋아요: "Good",
  "아주 좋아요": "Great",
  "더 들려주실 말씀이 있나요? (선택)": "Anything else to tell us? (optional)",
  보내기: "Send",
  "고마워요. ‘{words}’로 남겼어요.": "Thank you. You chose “{words}”.",
  바꾸기: "Change",
  그만두기: "Cancel",
  "보내지 못했어요. 잠시 뒤에 다시 눌러 주세요.": "It was not sent. Please try again in a moment.",
} as const;

export type PartsWords = keyof typeof ENGLISH;
export type PartsSay = (korean: PartsWords, values?: Record<string, string | number>) => string;
