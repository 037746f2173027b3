"""What the company's people ask one another in notes; {name} is whom they call."""

from typing import Final

ASKS: Final = (
    "@{name}님, 같은 주소로 온 건이 하나 더 있어요. 함께 답해 주시면 좋겠어요.",
    "물류팀 확인했어요. 오늘 17시에 출고된대요. @{name}님이 안내 부탁드려요.",
    "@{name} 지난달에도 같은 증상으로 교환하셨어요. 이번에는 환불을 먼저 여쭤봐 주세요.",
    "사진 보니 봉제 불량이 맞아요. @{name}님, 배송비는 우리가 부담하는 걸로 해 주세요.",
    "@{name}님께 여쭤봐요. 성수점 재고 2개 남았다는데 매장 수령도 될까요?",
    "내일 대회에 신으신대요. @{name}님, 급한 건이라 먼저 봐 주시면 감사해요.",
)
WORK_ENDS, WORK_BEGINS = "19:00", "09:00"
