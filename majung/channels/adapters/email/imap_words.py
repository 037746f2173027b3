"""What is said to people about fetching by IMAP; a second line may name the thing."""

from typing import Final

from django.utils.translation import gettext_noop as _

REFUSED: Final = _(
    "메일 서버가 로그인을 거절했어요. 계정과 비밀번호를 확인해 주세요. "
    "네이버, 다음, Gmail은 IMAP을 켜고 앱 비밀번호를 써야 해요."
)
NO_PASSWORD: Final = _("비밀번호가 없어요. 받는 계정의 비밀번호를 적어 주세요.")
CERTIFICATE: Final = _(
    "메일 서버의 인증서를 믿을 수 없어 비밀번호를 보내지 않았어요. 서버 주소가 맞는지 확인해 주세요."
)
NO_STARTTLS: Final = _(
    "메일 서버가 STARTTLS를 쓰지 않아 비밀번호를 보내지 않았어요. 보안 방식을 바꿔 주세요."
)
NO_TLS: Final = _("암호화 연결을 맺지 못했어요. 보안 방식과 포트가 서로 맞는지 확인해 주세요.")
NO_CONNECTION: Final = _("메일 서버에 연결하지 못했어요. 서버 주소와 포트를 확인해 주세요.")
BROKEN: Final = _("메일 서버와 연결이 끊겼어요. 곧 다시 연결해요.")
BUSY: Final = _("메일 서버가 지금은 받아 주지 않아요. 곧 다시 연결해요.")
FAILED: Final = _("메일 서버가 뜻밖의 답을 했어요. 곧 다시 연결해요.")
NO_FOLDER: Final = _(
    "폴더가 없거나 열 수 없어요. 이름이 바뀌었다면 설정의 폴더도 바꿔 주세요. 다른 폴더는 계속 읽어요."
)
BEGUN_ANEW: Final = _(
    "메일 서버가 폴더의 번호를 새로 매겨서 처음부터 다시 읽어요. 겹치는 메일은 걸러요."
)
LEFT_OUT: Final = {
    "too_large": _("너무 큰 메일이라 가져오지 않았어요. 메일함에서 직접 확인해 주세요."),
    "not_given": _("메일 서버가 이 메일을 내주지 않았어요. 메일함에서 직접 확인해 주세요."),
}
