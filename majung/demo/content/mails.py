"""What the demo's customers write by mail: a matter, what an agent answers, and what comes back."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class MailScript:
    """One exchange. ``{name}`` and ``{order}`` are filled in; ``thanks`` may be empty: no answer."""

    language: Literal["ko", "en"]
    subject: str
    text: str
    answer: str
    thanks: str


EVERY = (
    MailScript(
        language="ko",
        subject="주문 {order} 배송지 변경 부탁드립니다",
        text="안녕하세요, {name}입니다.\n\n주문번호 {order} 배송지를 회사로 바꾸고 싶습니다.\n아직 출고 전이면 "
        "변경해 주실 수 있을까요?\n\n감사합니다.\n{name} 드림",
        answer="안녕하세요, {name} 고객님.\n아직 출고 전이라 변경할 수 있어요. 받으실 주소와 연락처를 답장으로 "
        "보내 주시면 바로 바꿔 드릴게요.",
        thanks="네, 회사는 성남시 분당구 판교로 100, 3층이고 연락처는 가입할 때 적은 번호입니다. 잘 부탁드려요.",
    ),
    MailScript(
        language="ko",
        subject="세금계산서 발행 문의",
        text="안녕하세요.\n지난주에 법인카드로 결제한 건({order})의 세금계산서를 받을 수 있을까요?\n카드 결제라 안 되면 "
        "거래명세서라도 부탁드립니다.\n\n{name}",
        answer="카드로 결제하신 주문은 카드 매출전표가 세금계산서를 대신해요. 거래명세서를 첨부해 드릴 테니 "
        "사업자등록번호를 알려 주세요.",
        thanks="빠른 답변 감사합니다. 번호는 세무팀에 확인해서 다시 보내 드릴게요.",
    ),
    MailScript(
        language="ko",
        subject="받은 제품 마감이 다릅니다",
        text="안녕하세요. {order}로 받은 제품 모서리 마감이 상세 페이지 사진과 다릅니다.\n교환이 되는지, 되면 왕복 "
        "배송비는 누가 내는지 알려 주세요.\n사진은 필요하시면 보내 드리겠습니다.\n\n{name} 드림",
        answer="불편을 드려 죄송해요, {name} 고객님. 마감 불량은 저희가 왕복 배송비를 내고 교환해 드려요. 사진을 한 장 "
        "보내 주시면 내일 회수 기사님이 방문하도록 할게요.",
        thanks="알겠습니다. 퇴근하고 사진 찍어서 보내겠습니다.",
    ),
    MailScript(
        language="ko",
        subject="단체 주문 견적 요청",
        text="안녕하세요, 행사 기념품을 준비하고 있는 {name}입니다.\n\n1. 수량: 60개\n2. 희망 납기: 다음 달 둘째 주\n"
        "3. 로고 각인 가능 여부\n\n위 내용으로 견적을 받아볼 수 있을까요?",
        answer="문의 고맙습니다. 60개면 10% 할인되고, 로고 각인은 개당 1,500원이에요. 로고 파일을 보내 주시면 시안과 "
        "함께 견적서를 드릴게요.",
        thanks="",
    ),
    MailScript(
        language="ko",
        subject="회원 탈퇴와 개인정보 삭제 요청",
        text="더 이상 이용하지 않아 탈퇴하려고 합니다. 탈퇴하면 주문 내역과 배송지도 모두 삭제되나요?\n남는 정보가 "
        "있다면 무엇이 얼마 동안 남는지 알려 주세요.",
        answer="탈퇴하시면 배송지와 연락처는 바로 지워져요. 주문과 결제 기록은 법에 따라 5년 동안 따로 보관한 뒤 지웁니다. "
        "이대로 진행해 드릴까요?",
        thanks="네, 그렇게 진행해 주세요.",
    ),
    MailScript(
        language="en",
        subject="Shipping to Canada",
        text="Hello,\n\nDo you ship to Canada, and how long does it usually take? I would like to order two of "
        "the items in my basket as a gift.\n\nBest regards,\n{name}",
        answer="Hi {name},\nYes, we ship to Canada. It usually takes 7 to 10 days, and the fee is shown at the "
        "checkout. We can wrap them as a gift, too.",
        thanks="Great, gift wrapping would be lovely. Thank you!",
    ),
    MailScript(
        language="en",
        subject="Invoice for order {order}",
        text="Hi,\n\nCould you send me an invoice for order {order}? My company needs one with our name on it.\n\n"
        "Thanks,\n{name}",
        answer="Hi {name},\nOf course. Which name and address should stand on the invoice?",
        thanks="It is Northwind Trading, 12 Harbour Road. Thank you for the quick help.",
    ),
)
