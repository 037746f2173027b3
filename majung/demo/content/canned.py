"""The canned replies (답변 템플릿) of the demo company: by folder, in Korean, and a few in English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a canned reply; a button is (label, link) or (label, what it says)."""

    title: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class Canned:
    """One canned reply; `brand` is a slug, empty for all, `owner` an agent's mail for a personal one.

    `used` is how often it was used before today.
    """

    folder: str
    title: str
    text: str
    shortcut: str = ""
    brand: str = ""
    locale: str = "ko"
    owner: str = ""
    used: int = 0
    choices: tuple[str, ...] = ()
    card: Card | None = None


SHARED = (
    Canned(
        "인사",
        "첫 인사",
        "안녕하세요, {고객}. {브랜드} {상담원}입니다. 무엇을 도와드릴까요?",
        "인사",
        used=412,
    ),
    Canned(
        "인사",
        "확인하는 동안 기다려 달라고",
        "{고객}, 확인하는 데 3분쯤 걸려요. 창을 닫으셔도 답을 남겨 둘게요.",
        "잠시",
        used=298,
    ),
    Canned(
        "인사",
        "마무리",
        "더 궁금한 점이 있으면 언제든 이 창에 남겨 주세요. 오늘도 좋은 하루 보내세요, {고객}!",
        "마무리",
        used=367,
    ),
    Canned(
        "인사",
        "한동안 답이 없을 때",
        "{고객}, 혹시 더 도와드릴 일이 있을까요? 답이 없으시면 상담을 마칠게요. "
        "나중에 이어서 쓰셔도 상담번호 {상담번호|으로/로} 바로 찾아요.",
        "부재",
        used=141,
    ),
    Canned(
        "인사",
        "사과",
        "불편을 드려 정말 죄송해요, {고객}. 어떻게 된 일인지 제가 끝까지 확인해 볼게요.",
        "사과",
        used=187,
    ),
    Canned(
        "배송",
        "출고 전 배송 일정",
        "{고객}, 주문하신 상품은 평일 오후 2시 전 결제면 그날, 이후면 다음 영업일에 출고돼요. "
        "보통 출고 다음 날 받아 보세요.",
        "배송일정",
        used=322,
    ),
    Canned(
        "배송",
        "배송 지연 안내",
        "{고객}, 기다리게 해 드려 죄송해요. 물량이 몰려 출고가 하루 이틀 늦어지고 있어요. "
        "{오늘} 안에 송장을 확인해서 다시 알려 드릴게요.",
        "배송지연",
        used=256,
    ),
    Canned(
        "배송",
        "송장은 나왔는데 움직이지 않을 때",
        "{고객}, 송장은 등록됐고 택배사가 아직 물건을 집하하지 않은 상태예요. "
        "오늘 저녁까지 움직임이 없으면 제가 택배사에 직접 확인할게요.",
        "송장",
        used=133,
    ),
    Canned(
        "배송",
        "배송지 바꾸기",
        "{고객}, 아직 출고 전이라 배송지를 바꿀 수 있어요. "
        "받으실 분 성함과 연락처, 새 주소를 이 창에 남겨 주세요.",
        "주소변경",
        used=98,
    ),
    Canned(
        "배송",
        "분실이 의심될 때",
        "{고객}, 배송 완료로 나오는데 못 받으셨군요. 문 앞과 경비실, 무인함을 한 번만 살펴봐 주세요. "
        "없으면 제가 택배사에 사고 접수를 하고 새 상품을 보내 드릴게요.",
        "분실",
        used=61,
    ),
    Canned(
        "교환·반품",
        "교환 접수",
        "{고객}, 교환 도와드릴게요. 원하시는 사이즈와 색상을 알려 주시면 재고부터 잡아 둘게요.",
        "교환",
        used=274,
    ),
    Canned(
        "교환·반품",
        "반품 접수와 배송비",
        "{고객}, 반품 접수해 드릴게요. 단순 변심이면 왕복 배송비 6,000원이 환불 금액에서 빠지고, "
        "상품에 문제가 있으면 저희가 부담해요.",
        "반품",
        brand="dareum",
        used=203,
    ),
    Canned(
        "교환·반품",
        "반품 접수와 배송비 (온결)",
        "{고객}, 반품 접수해 드릴게요. 단순 변심이면 왕복 배송비 7,000원이 환불 금액에서 빠지고, "
        "가구는 크기에 따라 달라서 먼저 금액을 알려 드려요.",
        "반품",
        brand="ongyeol",
        used=88,
    ),
    Canned(
        "교환·반품",
        "불량 사진 부탁",
        "{고객}, 받자마자 속상하셨겠어요. 문제가 있는 부분과 상품 전체를 사진으로 한 장씩 보내 주시면 "
        "바로 새 상품으로 준비할게요.",
        "불량",
        used=119,
    ),
    Canned(
        "교환·반품",
        "수거 일정",
        "{고객}, 수거 기사님이 영업일 기준 1~2일 안에 방문하세요. 상품을 받은 상자에 넣어 문 앞에 두시면 돼요.",
        "수거",
        used=164,
    ),
    Canned(
        "결제",
        "환불 걸리는 시간",
        "{고객}, 반품 상품이 도착하면 하루 안에 확인하고 환불해요. 카드는 취소 후 3~5 영업일, "
        "계좌이체는 당일에 들어와요.",
        "환불",
        used=231,
    ),
    Canned(
        "결제",
        "결제 오류",
        "{고객}, 결제가 두 번 된 것처럼 보여도 승인되지 않은 건은 카드사에서 자동으로 취소돼요. "
        "내일까지 남아 있으면 승인번호를 알려 주세요. 제가 확인할게요.",
        "결제오류",
        used=74,
    ),
    Canned(
        "결제",
        "현금영수증",
        "{고객}, 현금영수증은 결제하신 날부터 7일 안에 발급할 수 있어요. "
        "휴대전화 번호나 사업자 번호를 알려 주시면 바로 끊어 드릴게요.",
        "현금영수증",
        used=57,
    ),
    Canned(
        "결제",
        "쿠폰이 적용되지 않을 때",
        "{고객}, 쿠폰은 할인 상품과 함께 쓸 수 없고 최소 주문 금액이 있어요. "
        "쓰려던 쿠폰 이름을 알려 주시면 쓸 수 있는 상품을 찾아 드릴게요.",
        "쿠폰",
        used=82,
    ),
    Canned(
        "상품",
        "사이즈 추천",
        "{고객}, 평소 신으시는 브랜드와 사이즈, 발볼이 넓은 편인지 알려 주시면 맞는 사이즈를 권해 드릴게요.",
        "사이즈",
        brand="dareum",
        used=145,
        choices=("발볼이 넓은 편이에요", "보통이에요", "좁은 편이에요"),
    ),
    Canned(
        "상품",
        "재입고 알림 안내",
        "{고객}, 찾으시는 사이즈는 지금 잠깐 품절이에요. 아래에서 재입고 알림을 켜 두시면 들어오는 대로 알려 드려요.",
        "재입고",
        brand="dareum",
        used=96,
        card=Card(
            title="데일리 러닝화",
            text="출퇴근길에도 편한 쿠션 · 129,000원",
            buttons=(
                ("상품 보기", "https://shop.example/goods/daily-running"),
                ("재입고 알림 켜기", "https://shop.example/goods/daily-running/restock"),
                ("다른 색도 보고 싶어요", "다른 색도 보고 싶어요"),
            ),
            has_picture=True,
        ),
    ),
    Canned(
        "교환·반품",
        "교환·반품 고르기",
        "{고객}, 받으신 날부터 7일 안이면 교환이나 반품을 하실 수 있어요. 어떻게 도와드릴까요?",
        "교환반품",
        used=204,
        choices=("다른 사이즈로 교환할게요", "반품하고 환불받을게요", "배송비가 궁금해요"),
        card=Card(
            title="교환·반품 안내",
            text="회수 신청을 하시면 택배 기사님이 다음 영업일에 방문해요.",
            buttons=(
                ("회수 신청하기", "https://shop.example/returns/new"),
                ("진행 상황 보기", "https://shop.example/returns"),
            ),
        ),
    ),
    Canned(
        "English",
        "First greeting",
        "Hello {customer}, this is {agent} from {brand}. How can I help you today?",
        "hello",
        locale="en",
        used=39,
    ),
    Canned(
        "English",
        "Overseas delivery",
        "Hi {customer}, overseas orders leave Seoul within two working days and usually arrive in "
        "5 to 8 days. I will send you the tracking number as soon as it is there.",
        "overseas",
        locale="en",
        used=27,
    ),
    Canned(
        "English",
        "Closing",
        "Thank you for writing to us, {customer}. If anything else comes up, just reply here; "
        "your conversation number is {number}.",
        "bye",
        locale="en",
        used=31,
    ),
)

PERSONAL = (
    Canned(
        "",
        "내 마무리 인사",
        "{고객}, 이야기 나눠서 반가웠어요. {오늘|이/가} 좋은 날이 되길 바랄게요. 한지우 드림",
        "지우",
        owner="jiwoo.han@example.com",
        used=24,
    ),
    Canned(
        "",
        "야근 인사",
        "늦은 시간까지 기다려 주셔서 고맙습니다, {고객}.",
        "늦은밤",
        owner="minjae.seo@example.com",
        used=9,
    ),
)
