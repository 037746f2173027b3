"""Why an item that came in is where it is: each code of the ledger in words, for all screens."""

from typing import Final

from django.utils.translation import gettext_lazy

REASONS: Final = {
    "new_conversation": gettext_lazy("이어지는 상담이 없어서 새 상담을 열었어요"),
    "open_conversation": gettext_lazy("진행 중인 상담이 있어서 거기에 이어 붙였어요"),
    "reopened": gettext_lazy("끝난 지 얼마 안 된 상담이라 다시 열고 이어 붙였어요"),
    "reply_token": gettext_lazy("답장 링크로 온 글이라 그 상담에 이어 붙였어요"),
    "set_aside": gettext_lazy("사람이 보고 치워 뒀어요"),
    "ignored": gettext_lazy("건너뛴 항목이에요"),
    "empty": gettext_lazy("내용도 파일도 없어요"),
    "too_long": gettext_lazy("한 번에 받을 수 있는 길이를 넘었어요"),
    "too_many_files": gettext_lazy("한 번에 받을 수 있는 파일 수를 넘었어요"),
    "not_json": gettext_lazy("알아볼 수 없는 형식이에요"),
    "not_text": gettext_lazy("내용이 글자가 아니에요"),
    "not_a_form": gettext_lazy("알아볼 수 없는 폼이에요"),
    "unknown_file": gettext_lazy("함께 보낸 파일을 찾을 수 없어요"),
    "no_conversation": gettext_lazy("이어 붙일 상담을 찾을 수 없어요"),
    "too_early": gettext_lazy("가리키는 메시지가 아직 없어요. 들어오면 저절로 다시 처리해요"),
    "edited": gettext_lazy("고객이 고친 내용을 그 메시지에 옮겼어요"),
    "edited_before": gettext_lazy("이미 고쳤거나 지운 메시지라 바꿀 것이 없었어요"),
    "deleted": gettext_lazy("고객이 지운 메시지를 지운 것으로 표시했어요"),
    "echo": gettext_lazy("우리가 보낸 답이 나간 것을 확인했어요"),
    "elsewhere": gettext_lazy("다른 앱에서 보낸 답을 상담에 적어 뒀어요"),
    "not_ours": gettext_lazy("우리가 보낸 것에 대한 알림이 아니에요"),
    "receipt_sent": gettext_lazy("답이 나갔다는 알림이에요"),
    "receipt_delivered": gettext_lazy("답이 전달되었다는 알림이에요"),
    "receipt_read": gettext_lazy("고객이 답을 읽었다는 알림이에요"),
    "receipt_failed": gettext_lazy("답을 전하지 못했다는 알림이에요"),
    "error": gettext_lazy("처리하다가 우리 쪽에서 오류가 났어요. 잠시 뒤 저절로 다시 해 봐요"),
    "reply_address": gettext_lazy("이 상담의 답장 주소로 온 메일이라 여기에 이어 붙였어요"),
    "answers_ours": gettext_lazy("우리가 보낸 메일에 대한 답장이라 여기에 이어 붙였어요"),
    "answered_known": gettext_lazy(
        "이 상담에 먼저 들어온 답장이 답한 메일이라 여기에 이어 붙였어요"
    ),
    "answers_known": gettext_lazy("이 상담에 있는 메일에 대한 답장이라 여기에 이어 붙였어요"),
    "stranger": gettext_lazy(
        "다른 상담을 가리키지만 그 상담의 참여자가 보낸 메일이 아니라서 새 상담을 열었어요"
    ),
    "forwarded": gettext_lazy("동료가 전달한 메일이라 처음 보낸 사람의 새 상담을 열었어요"),
    "moved_by_hand": gettext_lazy("상담원이 이 상담으로 옮겼어요"),
    "copy": gettext_lazy("이미 받은 메일이 다른 길로 한 번 더 와서 더하지 않았어요"),
    "passed_on": gettext_lazy("다른 받는 주소로 온 메일이라 그 계정에 넘겼어요"),
    "own_mail": gettext_lazy("우리 주소에서 나간 메일이라 받지 않았어요"),
    "blocked": gettext_lazy("차단한 주소에서 온 메일이라 받지 않았어요"),
    "no_sender": gettext_lazy("보낸 사람의 주소를 읽을 수 없어요"),
    "too_many": gettext_lazy("한 사람이 10분에 백 통이 넘게 보내서 멈췄어요"),
    "too_large": gettext_lazy("너무 큰 메일이라 가져오지 않았어요. 메일함에서 확인해 주세요"),
    "not_given": gettext_lazy("메일 서버가 내주지 않았어요. 메일함에서 확인해 주세요"),
    "own_loop": gettext_lazy("우리가 보낸 메일이 되돌아왔어요"),
    "too_many_hops": gettext_lazy("너무 많은 서버를 거친 메일이에요. 돌고 도는 메일이라 멈췄어요"),
    "bounce": gettext_lazy("보낸 메일이 전달되지 않았다는 알림이에요"),
    "delayed": gettext_lazy("보낸 메일이 늦어진다는 알림이에요. 아직 실패는 아니에요"),
    "delivered": gettext_lazy("보낸 메일이 전달되었다는 알림이에요"),
    "receipt": gettext_lazy("메일을 읽었다는 확인이에요"),
    "out_of_office": gettext_lazy("부재중 자동 응답이에요"),
    "auto_reply": gettext_lazy("프로그램이 보낸 자동 응답이에요"),
}


def reason(code: str) -> str:
    """Return what was done with what came in, and why."""
    return str(REASONS.get(code, code))
